// Loading an adapter module, and refusing what is none, before anything is run.
import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CAPABILITIES } from '../../spec/settings.ts';
import type { ProducerAdapter } from '../adapter.ts';
import { AdapterFault } from '../bench/bench.ts';

/** Loads the module at `path` (`.ts`, `.js`, `.mjs`), or the built-in `reference`. */
export async function loadAdapter(path: string): Promise<ProducerAdapter> {
  const module: unknown =
    path === 'reference' ? await import('../adapters/reference.ts') : await load(resolve(path));
  try {
    return assertAdapter((module as { default?: unknown }).default);
  } catch (cause) {
    if (cause instanceof AdapterFault) throw cause;
    throw new AdapterFault('not-an-adapter', `reading its default export threw: ${String(cause)}`, {
      cause,
    });
  }
}

async function load(file: string): Promise<unknown> {
  if (!existsSync(file)) {
    throw new AdapterFault(
      'not-found',
      `there is no file ${file}; give the path of an adapter module`,
    );
  }
  try {
    if (!['.ts', '.mts', '.cts'].includes(extname(file)))
      return await import(pathToFileURL(file).href);
    const { createJiti } = await import('jiti');
    const jiti = createJiti(import.meta.url, { moduleCache: false, interopDefault: false });
    return await jiti.import(file);
  } catch (cause) {
    const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new AdapterFault('not-loadable', `it could not be loaded: ${why}`, { cause });
  }
}

/** Narrows to a ProducerAdapter, or says which part of the contract is missing. */
export function assertAdapter(value: unknown): ProducerAdapter {
  const fault = (what: string) => new AdapterFault('not-an-adapter', what);
  if (value === undefined) {
    throw fault('it has no default export; write `export default defineAdapter({ … })`');
  }
  if (value === null || typeof value !== 'object') {
    throw fault(
      `its default export is ${value === null ? 'null' : `a ${typeof value}`}, not an adapter`,
    );
  }
  const adapter = value as Partial<Record<keyof ProducerAdapter, unknown>>;
  if (typeof adapter.name !== 'string' || adapter.name === '') {
    throw fault('its `name` is missing; give it a string, which reports show');
  }
  if (typeof adapter.open !== 'function') {
    throw fault('its `open` is missing; give it a function that opens a fresh producer');
  }
  if (!Array.isArray(adapter.supports)) {
    throw fault('its `supports` is missing; list its capabilities, or give an empty list');
  }
  for (const capability of adapter.supports as unknown[]) {
    if (CAPABILITIES.some((known) => known === capability)) continue;
    throw fault(
      `its \`supports\` names "${String(capability)}"; known are ${CAPABILITIES.join(', ')}`,
    );
  }
  for (const optional of ['errorKind', 'chargedSize'] as const) {
    if (adapter[optional] !== undefined && typeof adapter[optional] !== 'function') {
      throw fault(`its \`${optional}\` is no function; leave it out or give one`);
    }
  }
  const { lingerMs } = adapter;
  if (
    lingerMs !== undefined &&
    !(typeof lingerMs === 'number' && lingerMs >= 0 && lingerMs <= 10_000)
  ) {
    throw fault('its `lingerMs` is out of range; give milliseconds from 0 to 10000');
  }
  return value as ProducerAdapter;
}

// Loading an adapter module, and refusing what is none, before anything is run.
import { existsSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ALL_CAPABILITIES, RESENDS } from '../../spec/events/settings.ts';
import type { ProducerAdapter } from '../adapter.ts';
import { AdapterFault } from '../harness/harness.ts';

/** Loads the module at `path` (`.ts`, `.js`, `.mjs`), or the built-in `reference`. */
export async function loadAdapter(path: string): Promise<ProducerAdapter> {
  return assertAdapter(await loadDefaultExport(path));
}

/** What a module exports by default, whatever it is. */
export async function loadDefaultExport(path: string): Promise<unknown> {
  const module: unknown =
    path === 'reference' ? await import('../adapters/reference.ts') : await load(resolve(path));
  return (module as { default?: unknown }).default;
}

async function load(file: string): Promise<unknown> {
  if (!existsSync(file)) {
    throw new AdapterFault(
      'not-found',
      `there is no file ${file}; give the path of an adapter module`,
    );
  }
  if (statSync(file).isDirectory()) {
    throw new AdapterFault(
      'not-loadable',
      `${file} is a folder; give the path of an adapter module`,
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

/** An adapter object of which nothing is known yet. */
type Parts = { readonly [K in keyof ProducerAdapter]?: unknown };

/** A part of an adapter object, and what can be wrong with it. */
interface Part {
  readonly title: string;
  /** The fault, as a sentence about "it"; absent: there is none. */
  readonly fault: (adapter: Parts) => string | undefined;
}

/** The parts of an adapter object, in the order in which they are looked at. */
export const ADAPTER_PARTS: readonly Part[] = [
  { title: 'default export', fault: exportFault },
  {
    title: 'name',
    fault: ({ name }) =>
      typeof name === 'string' && name !== ''
        ? undefined
        : 'its `name` is missing; give it a string, which reports show',
  },
  {
    title: 'open',
    fault: ({ open }) =>
      typeof open === 'function'
        ? undefined
        : 'its `open` is missing; give it a function that opens a fresh producer',
  },
  { title: 'supports', fault: ({ supports }) => supportsFault(supports) },
  { title: 'optional parts', fault: optionalFault },
];

/** Narrows to a ProducerAdapter, or says which part of the contract is missing. */
function assertAdapter(value: unknown): ProducerAdapter {
  for (const { fault } of ADAPTER_PARTS) {
    const what = faultOfPart(fault, value);
    if (what !== undefined) throw new AdapterFault('not-an-adapter', what);
  }
  return value as ProducerAdapter;
}

/** What is wrong with a part, also where looking at it throws. */
export function faultOfPart(fault: Part['fault'], value: unknown): string | undefined {
  try {
    return fault(value as ProducerAdapter);
  } catch (cause) {
    return `reading its default export threw: ${String(cause)}`;
  }
}

function exportFault(value: unknown): string | undefined {
  if (value === undefined)
    return 'it has no default export; write `export default defineAdapter({ … })`';
  if (value !== null && typeof value === 'object') return undefined;
  return `its default export is ${value === null ? 'null' : `a ${typeof value}`}, not an adapter`;
}

function supportsFault(supports: unknown): string | undefined {
  if (!Array.isArray(supports))
    return 'its `supports` is missing; list its capabilities, or give an empty list';
  for (const capability of supports as unknown[]) {
    if (ALL_CAPABILITIES.some((known) => known === capability)) continue;
    return `its \`supports\` names "${String(capability)}"; known are ${ALL_CAPABILITIES.join(', ')}`;
  }
  return undefined;
}

function optionalFault(adapter: Parts): string | undefined {
  for (const optional of ['errorKind', 'chargedSize'] as const) {
    if (adapter[optional] !== undefined && typeof adapter[optional] !== 'function')
      return `its \`${optional}\` is no function; leave it out or give one`;
  }
  const { lingerMs, resends } = adapter;
  if (resends !== undefined && !RESENDS.some((known) => known === resends))
    return `its \`resends\` is none of ${RESENDS.join(', ')}; give one of them, or leave it out`;
  if (lingerMs === undefined) return undefined;
  return typeof lingerMs === 'number' && lingerMs >= 0 && lingerMs <= 10_000
    ? undefined
    : 'its `lingerMs` is out of range; give milliseconds from 0 to 10000';
}

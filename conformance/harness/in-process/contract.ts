// The subject's side of the contract: which methods it must have, what counts as a promise, and how its
// errors are put into words.
import { ERROR_KINDS, type ErrorKind, type Failure } from '../../../spec/events/failure.ts';
import type {
  Capability,
  OutgoingMessage,
  ProducerAdapter,
  ProducerSubject,
} from '../../adapter.ts';
import { AdapterFault } from '../harness.ts';

const METHODS: readonly (readonly [string, Capability?])[] = [
  ['send'],
  ['close'],
  ['begin', 'transactions'],
  ['commit', 'transactions'],
  ['rollback', 'transactions'],
  ['windowUsage', 'usage'],
];

/** Throws an `AdapterFault` that names the missing method unless `subject` is a producer. */
export function assertSubject(subject: unknown, adapter: ProducerAdapter): void {
  const has = subject as Record<string, unknown> | null | undefined;
  for (const [method, capability] of METHODS) {
    if (capability && !adapter.supports.includes(capability)) continue;
    if (typeof has?.[method] === 'function') continue;
    const implied = capability ? `, which its capability "${capability}" implies` : '';
    throw new AdapterFault(
      'missing-method',
      `its open() gave a producer without ${method}()${implied}`,
    );
  }
}

/** Whether a call's result is a promise of any make. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === 'object' || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}

function describeNonError(error: unknown): string {
  try {
    return `a value that is no Error: ${String(error)}`;
  } catch {
    return 'a value that is no Error, and cannot be shown';
  }
}

/** What an adapter's error is called in a history: with its kind, if the adapter can tell. */
export function failureOf(error: unknown, adapter: ProducerAdapter): Failure {
  const message = error instanceof Error ? error.message : describeNonError(error);
  if (!adapter.errorKind) return { message };
  let kind: ErrorKind;
  try {
    kind = adapter.errorKind(error);
  } catch (cause) {
    throw new AdapterFault('not-an-adapter', `its errorKind threw for "${message}"`, { cause });
  }
  return ERROR_KINDS.includes(kind) ? { kind, message } : { kind: 'other', message };
}

/** The adapter's `chargedSize`, which must give whole bytes; absent if it has none. */
export function chargeReader(
  adapter: ProducerAdapter,
): ((message: OutgoingMessage) => number) | undefined {
  if (!adapter.chargedSize) return undefined;
  return (message) => {
    const bytes: unknown = adapter.chargedSize?.(message);
    if (Number.isSafeInteger(bytes) && (bytes as number) >= 0) return bytes as number;
    const why = `its chargedSize gave ${String(bytes)} for ${message.size} bytes; give whole bytes`;
    throw new AdapterFault('not-an-adapter', why);
  };
}

/** The producer's own figure of its usage; absent if it gives none. */
export function readUsage(subject: ProducerSubject): number | undefined {
  try {
    const bytes: unknown = subject.windowUsage?.();
    return typeof bytes === 'number' ? bytes : undefined;
  } catch (cause) {
    throw new AdapterFault('not-an-adapter', `its windowUsage threw: ${String(cause)}`, { cause });
  }
}

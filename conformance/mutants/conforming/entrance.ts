// What the conforming producers share, so that each file shows its own build alone: the checks and the
// decision before the window, the watch for what ends a call early, the packet, and the adapter.
import type { Packet } from '../../../spec/events/message.ts';
import { CAPABILITIES } from '../../../spec/events/settings.ts';
import {
  defineAdapter,
  type ErrorKind,
  type OpenContext,
  type OutgoingMessage,
  type ProducerAdapter,
  type ProducerSettings,
  type ProducerSubject,
  type SendOptions,
} from '../../adapter.ts';
import { checkDestination, dispatchOf, Fault, isRefusal, kindOf } from '../calls.ts';

/** What is decided about a send before it looks at the window. */
export interface Entry {
  readonly charged: boolean;
  /** Milliseconds it may block; 0: for ever, or not at all. */
  readonly timeoutMs: number;
}

/** Decides, or throws: a bad destination, a message that can never fit. */
export function enter(
  message: OutgoingMessage,
  { onComplete }: SendOptions,
  settings: ProducerSettings,
  transacted: boolean,
): Entry {
  checkDestination(message, settings);
  const dispatch = dispatchOf(message, settings, transacted, onComplete !== undefined);
  const charged = dispatch === 'async' || dispatch === 'completion';
  if (charged && message.size > limitOf(settings)) throw new Fault('too-large');
  return { charged, timeoutMs: dispatch === 'timed' ? settings.sendTimeoutMs : 0 };
}

/** Bytes that may be unanswered. */
export function limitOf({ windowSize }: ProducerSettings): number {
  return windowSize > 0 ? windowSize : Infinity;
}

/** Calls `stop` at an interrupt, and at the timeout, which runs from now. Returns what ends the watch. */
export function watch(
  { signal }: SendOptions,
  { timeoutMs }: Entry,
  stop: (kind: ErrorKind) => void,
): () => void {
  const onAbort = () => stop('interrupted');
  signal.addEventListener('abort', onAbort);
  let isWatching = true;
  if (signal.aborted) queueMicrotask(() => isWatching && onAbort());
  const timer = timeoutMs > 0 ? setTimeout(stop, timeoutMs, 'timeout') : undefined;
  return () => {
    isWatching = false;
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
  };
}

/** A message on its way to the broker. */
export function packetOf(message: OutgoingMessage, transaction: string | undefined): Packet {
  return { type: 'message', message, ...(transaction !== undefined && { transaction }) };
}

/** Tells the application how a charged send ended; what its callback throws is not our business. */
export function tell(
  { id }: OutgoingMessage,
  { onComplete }: SendOptions,
  error: Error | undefined,
  onAsyncError: OpenContext['onAsyncError'],
): void {
  if (!onComplete) {
    if (isRefusal(error)) onAsyncError(error, id);
    return;
  }
  try {
    onComplete(error);
  } catch {
    // Not ours.
  }
}

/** An adapter that claims everything. */
export function conforming(
  name: string,
  open: (context: OpenContext) => ProducerSubject,
): ProducerAdapter {
  return defineAdapter({ name, supports: CAPABILITIES, errorKind: kindOf, open });
}

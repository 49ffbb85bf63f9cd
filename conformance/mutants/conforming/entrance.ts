// What the conforming producers share, so that each file shows its own build alone: the checks and the
// decision before the window, a transaction's id, and the adapter.
import { CAPABILITIES } from '../../../spec/events/settings.ts';
import {
  defineAdapter,
  type OpenContext,
  type OutgoingMessage,
  type ProducerAdapter,
  type ProducerSettings,
  type ProducerSubject,
  type SendOptions,
} from '../../adapter.ts';
import { checkDestination, dispatchOf, Fault, isRefusal, kindOf } from '../fault.ts';

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

/** Tells the application the fate of a charged send; what its callback throws is its own business. */
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

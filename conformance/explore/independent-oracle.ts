// An independent oracle: the three promises once more, computed from the raw events alone: no ledger, no
// decision table, no rule. Whatever the rules accept must keep them; that is how we know that the rules mean what they say.
import type { History, HistoryEvent, InvokeEvent } from '../../spec/events/history.ts';
import type { ProducerSettings } from '../../spec/events/settings.ts';
import type { Choices } from '../../spec/model/choices.ts';
import { STRICT } from '../../spec/model/profile.ts';

/** What the raw events of a history say of the three promises. */
export interface PromisesKept {
  /** The promise that its last event breaks, in words. */
  readonly broken: string | undefined;
  /** Equal for two histories only if what is said of their continuations is equal. */
  readonly key: string;
}

interface Sent {
  readonly invoked: InvokeEvent;
  readonly transacted: boolean;
  received: boolean;
  answer: 'none' | 'ack' | 'refuse';
  ended: boolean;
}

/** Reads a history of one case, by a profile: some do not make the first promise. */
export function readPromises(history: History, profile: Choices = STRICT): PromisesKept {
  const [first, ...events] = history;
  if (first?.event !== 'open') throw new Error('a history begins with open; this one does not');
  const sent: Sent[] = [];
  const makesFirst = profile.admits === 'what-fits' && profile.oversized === 'fail';
  let lost = false;
  let transacted = false;
  let broken: string | undefined;
  for (const event of events) {
    if (event.event === 'invoke') {
      if (event.action === 'send') sent.push(sentBy(event, transacted));
      else if (event.action === 'begin') transacted = true;
      else if (event.action === 'commit' || event.action === 'rollback') transacted = false;
    }
    note(event, sent);
    lost ||= event.event === 'lose';
    broken = makesFirst ? overshotBy(lost ? [] : sent, first.settings, profile) : undefined;
    broken ??= brokenBy(event, lost ? [] : sent, first.settings);
  }
  const key = sent.map(({ received, answer, ended }) => [received, answer, ended].join('/'));
  return { broken, key: `${key.join()};${lost};${transacted}` };
}

function sentBy(invoked: InvokeEvent, transacted: boolean): Sent {
  return { invoked, transacted, received: false, answer: 'none', ended: false };
}

function note(event: HistoryEvent, sent: readonly Sent[]): void {
  const byOp = (op: number) => sent.find(({ invoked }) => invoked.op === op);
  const byId = (id: string | undefined) => sent.find(({ invoked }) => invoked.message?.id === id);
  if (event.event === 'return' || event.event === 'throw') {
    const call = byOp(event.op);
    if (call) call.ended = true;
  } else if (event.event === 'receive' && event.packet.type === 'message') {
    const call = byId(event.packet.message.id);
    if (call) call.received = true;
  } else if ((event.event === 'ack' || event.event === 'refuse') && event.message !== undefined) {
    const call = byId(event.message);
    if (call && call.answer === 'none') call.answer = event.event;
  }
}

function overshotBy(
  sent: readonly Sent[],
  settings: ProducerSettings,
  { unit, charges }: Choices,
): string | undefined {
  const takesSpace = (one: Sent) =>
    !blocks(one, settings) || (charges === 'every-send' && !one.ended);
  const backlog = sent
    .filter((one) => one.received && one.answer === 'none' && takesSpace(one))
    .reduce((sum, { invoked }) => sum + (unit === 'bytes' ? (invoked.message?.size ?? 0) : 1), 0);
  if (settings.windowSize === 0 || backlog <= settings.windowSize) return undefined;
  return `window usage exceeds the limit: ${backlog} ${unit}`;
}

function brokenBy(
  event: HistoryEvent,
  sent: readonly Sent[],
  settings: ProducerSettings,
): string | undefined {
  if (event.event === 'return') {
    const call = sent.find(({ invoked }) => invoked.op === event.op);
    if (call && blocks(call, settings) && call.answer !== 'ack')
      return `a sync send returned without its ack: #${event.op}`;
  }
  if (event.event === 'settle') {
    const held = sent.find((one) => one.received && !one.ended && !blocks(one, settings));
    if (held) return `a send that never waits for an ack waits: #${held.invoked.op}`;
  }
  return undefined;
}

/** The boolean expression of the notes. */
function blocks({ invoked, transacted }: Sent, settings: ProducerSettings): boolean {
  if (invoked.completion) return false;
  if (settings.sendTimeoutMs > 0 || settings.alwaysSyncSend) return true;
  if (invoked.message?.responseRequired) return true;
  const persistent = invoked.message?.deliveryMode === 'persistent';
  return persistent && !transacted && !settings.useAsyncSend;
}

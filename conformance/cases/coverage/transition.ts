// Transitions: a kind of step in a situation, and how often scenarios have led through each. Steps of a scenario
// are told apart by what they are to the producer, not by ids and sizes.
import { blocks, DISPATCH } from '../../../spec/model/decision.ts';
import { rowOfSend } from '../../../spec/model/invocation.ts';
import type { Ledger } from '../../../spec/model/ledger.ts';
import type { Capability } from '../../../spec/events/settings.ts';
import { isCharged } from '../../../spec/model/window.ts';
import { type AnswerStep, hasCallback, type SendStep, type Step } from '../step.ts';
import { isOver, needsOfSituation, situationOf, SITUATIONS, situationText } from './situation.ts';

/** Kinds of steps. */
const KINDS = [
  'a send that takes no space',
  'a send that fits',
  'a send that just fits',
  'a send that does not fit',
  'ack of a send that has returned',
  'ack of a send that is pending',
  'ack of a send that has failed',
  'refusal of a send that has returned',
  'refusal of a send that is pending',
  'refusal of a send that has failed',
  'ack of begin',
  'ack of commit',
  'ack of rollback',
  'refusal of commit',
  'ack of everything',
  'interrupt of the first that waits',
  'interrupt of one that waits behind',
  'interrupt of a blocked send',
  'interrupt of a send that has ended',
  'time that ends a wait',
  'time that ends nothing',
  'begin',
  'commit',
  'rollback',
  'close',
  'lose',
  'cut',
  'restore',
] as const;
type Kind = (typeof KINDS)[number];

/** How many transitions could be told apart, reachable or not. */
export const TRANSITIONS = SITUATIONS * KINDS.length;

const NUMBERS = new Map<Kind, number>(KINDS.map((kind, at) => [kind, at]));

/**
 * What a step is to a ledger: a whole number from 0, the same for all that is alike. Absent for a flush, which leads
 * nowhere: it only watches.
 */
export function transitionOf(step: Step, ledger: Ledger): number | undefined {
  const kind = kindOf(step, ledger);
  return kind && situationOf(ledger) * KINDS.length + NUMBERS.get(kind)!;
}

/** The situation that a transition starts from. */
export function startOf(transition: number): number {
  return Math.floor(transition / KINDS.length);
}

/** A transition in words. */
export function transitionText(transition: number): string {
  return `${situationText(startOf(transition))}: ${KINDS[transition % KINDS.length]!}`;
}

/** What a producer must be able to do for some kinds of steps: one of these. */
const NEEDS: Readonly<Partial<Record<Kind, readonly Capability[]>>> = {
  'ack of a send that has failed': ['interrupt', 'timeout'],
  'refusal of a send that has failed': ['interrupt', 'timeout'],
  'ack of begin': ['transactions'],
  'ack of commit': ['transactions'],
  'ack of rollback': ['transactions'],
  'refusal of commit': ['transactions'],
  'interrupt of the first that waits': ['interrupt'],
  'interrupt of one that waits behind': ['interrupt'],
  'interrupt of a blocked send': ['interrupt'],
  'interrupt of a send that has ended': ['interrupt'],
  'time that ends a wait': ['timeout'],
  begin: ['transactions'],
  commit: ['transactions'],
  rollback: ['transactions'],
  lose: ['connection-loss'],
};

/** Whether a producer with these capabilities can be led through a transition that is reachable with all. */
export function isPossible(transition: number, supports: readonly Capability[]): boolean {
  const has = (capability: Capability) => supports.includes(capability);
  const kind = KINDS[transition % KINDS.length]!;
  // A send fails without any of these if the producer is closed.
  const isFree = kind.endsWith('has failed') && isOver(startOf(transition));
  const needs = NEEDS[kind];
  return needsOfSituation(startOf(transition)).every(has) && (!needs || isFree || needs.some(has));
}

function kindOf(step: Step, ledger: Ledger): Kind | undefined {
  switch (step.do) {
    case 'send':
      return kindOfSend(step, ledger);
    case 'ack':
    case 'refuse':
      return kindOfAnswer(step, ledger);
    case 'interrupt':
      return kindOfInterrupt(step.id, ledger);
    case 'advance':
      return endsWait(step.ms, ledger) ? 'time that ends a wait' : 'time that ends nothing';
    case 'flush':
      return undefined;
    case 'open':
      throw new Error('open begins a scenario; it is no transition');
    default:
      return step.do;
  }
}

function kindOfSend(step: SendStep, ledger: Ledger): Kind {
  const { settings, account, profile } = ledger;
  const persistent = step.mode === 'persistent';
  const row = rowOfSend(hasCallback(step), step.responseRequired ?? false, persistent, ledger);
  if (settings.windowSize === 0 || !isCharged(DISPATCH[row], profile))
    return 'a send that takes no space';
  const charge = profile.unit === 'messages' ? 1 : step.size;
  const left = settings.windowSize - account.usage - charge;
  if (left === 0) return 'a send that just fits';
  return left > 0 ? 'a send that fits' : 'a send that does not fit';
}

function kindOfAnswer({ do: answer, of, id }: AnswerStep, ledger: Ledger): Kind {
  // Only a commit can be refused.
  if (of) return answer === 'ack' ? `ack of ${of}` : 'refusal of commit';
  if (id === undefined) return 'ack of everything';
  return ANSWERS[answer][ledger.sendOf(id)?.outcome ?? 'returned'];
}

/** The answer of a send, by the outcome that its call has had. */
const ANSWERS = {
  ack: {
    returned: 'ack of a send that has returned',
    pending: 'ack of a send that is pending',
    failed: 'ack of a send that has failed',
  },
  refuse: {
    returned: 'refusal of a send that has returned',
    pending: 'refusal of a send that is pending',
    failed: 'refusal of a send that has failed',
  },
} as const;

function kindOfInterrupt(id: string, ledger: Ledger): Kind {
  const send = ledger.sendOf(id);
  if (!send || send.outcome !== 'pending') return 'interrupt of a send that has ended';
  if (!ledger.waiting.has(send)) return 'interrupt of a blocked send';
  const [first] = ledger.waiting;
  return send === first
    ? 'interrupt of the first that waits'
    : 'interrupt of one that waits behind';
}

function endsWait(ms: number, { pending, nowAtMs }: Ledger): boolean {
  for (const call of pending) {
    if (call.action !== 'send' || !blocks(call.dispatch) || call.timeoutMs === 0) continue;
    if (nowAtMs + ms >= call.invokedAtMs + call.timeoutMs) return true;
  }
  return false;
}

/** Counts transitions: each a whole number that stands for a kind of step in a situation. */
export class Coverage {
  readonly #counts = new Map<number, number>();

  /** The transitions counted so far. */
  get transitions(): Iterable<number> {
    return this.#counts.keys();
  }

  /** How often a transition was noted. */
  count(transition: number | undefined): number {
    return transition === undefined ? 0 : (this.#counts.get(transition) ?? 0);
  }

  /** Counts a transition once more. */
  note(transition: number | undefined): void {
    if (transition !== undefined) this.#counts.set(transition, this.count(transition) + 1);
  }
}

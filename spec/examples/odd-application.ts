// The application, the broker and the clock around an odd producer: whatever a scenario says, within the
// bounds that the design sets to the kit. What is observed of the producer makes the history.
import { DISPATCH, rowOf } from '../model/decision.ts';
import type { CompleteEvent, History, HistoryEvent } from '../events/history.ts';
import type { OutgoingMessage, Packet } from '../events/message.ts';
import type { Profile } from '../model/profile.ts';
import type { ProducerSettings } from '../events/settings.ts';
import { Choices, habitsOf, type OddSend, type OddTransaction } from './odd-calls.ts';
import { OddProducer } from './odd-producer.ts';

/** What a recorder sees of a producer: also what the broker receives, or its calls alone. */
export type View = 'packets' | 'calls';

/** The history of an odd producer; always lawful under its profile. */
export function oddHistory(scenario: readonly number[], profile: Profile, view: View): History {
  return new Surroundings(new Choices(scenario), profile, view).run();
}

type TransactionPacket = Exclude<Packet, { type: 'message' }>;

class Surroundings {
  readonly #profile: Profile;
  readonly #view: View;
  readonly #events: HistoryEvent[] = [];
  readonly #choices: Choices;
  readonly #settings: ProducerSettings;
  readonly #producer: OddProducer;
  readonly #sends: OddSend[] = [];
  /** Transaction packets that the broker has received and not answered. */
  readonly #unanswered: TransactionPacket[] = [];
  #transactions = 0;
  #open: OddTransaction | undefined;
  #nextOp = 1;
  #lost = false;
  #closing = false;

  constructor(choices: Choices, profile: Profile, view: View) {
    this.#profile = profile;
    this.#view = view;
    this.#choices = choices;
    this.#settings = {
      windowSize: choices.of([10, 10, 0]),
      useAsyncSend: choices.chance(4),
      alwaysSyncSend: choices.chance(6),
      sendTimeoutMs: choices.of([0, 0, 100]),
      ...(!choices.chance(10) && { destination: 'orders' }),
    };
    this.#events.push({
      event: 'open',
      settings: this.#settings,
      observes: view,
      company: 'beside',
    });
    const habits = habitsOf(choices, view === 'calls');
    const observe = (event: HistoryEvent) => this.#observe(event);
    this.#producer = new OddProducer(this.#settings, profile, habits, choices, observe);
  }

  run(): History {
    while (!this.#choices.over) {
      this.#stimulate();
      const pause = this.#choices.below(4);
      if (pause === 0) this.#settle();
      else if (pause === 1) this.#producer.move(this.#choices.below(5));
    }
    this.#settle();
    // It goes on listening for the loss, as it did from the start.
    if (this.#closing) this.#events.push({ event: 'leftovers', timers: 0, onLost: 1, atOnce: 1 });
    return this.#events;
  }

  #observe(event: HistoryEvent): void {
    if (event.event === 'complete') this.#callBack(event);
    else if (event.event !== 'receive') this.#events.push(event);
    else {
      if (this.#view === 'packets') this.#events.push(event);
      if (event.packet.type !== 'message') this.#unanswered.push(event.packet);
    }
  }

  /** What the application does when its callback fires: it may send, and it may throw. */
  #callBack(event: CompleteEvent): void {
    this.#events.push(this.#choices.chance(15) ? { ...event, threw: true } : event);
    if (this.#choices.chance(3)) this.#send(event.op);
  }

  #settle(): void {
    this.#producer.move(Number.POSITIVE_INFINITY);
    this.#events.push({ event: 'usage', bytes: this.#producer.usage }, { event: 'settle' });
  }

  #stimulate(): void {
    if (this.#choices.chance(60)) return this.#lose();
    if (this.#choices.chance(60)) return this.#close();
    const steps = ['send', 'send', 'send', 'answer', 'answer', 'answer', 'transaction'] as const;
    switch (this.#choices.of([...steps, 'interrupt', 'advance'] as const)) {
      case 'send':
        return this.#send();
      case 'answer':
        return this.#answer();
      case 'transaction':
        return this.#callTransaction();
      case 'interrupt':
        return this.#interrupt();
      case 'advance':
        return this.#advance();
    }
  }

  #send(from?: number): void {
    if (this.#producer.transactions.busy) return;
    const op = this.#nextOp++;
    const completion = this.#choices.chance(4);
    const message = this.#message(`m${op}`);
    const nested = from !== undefined && { from };
    this.#events.push({ event: 'invoke', op, action: 'send', message, completion, ...nested });
    const row = rowOf({
      completion,
      timeout: this.#settings.sendTimeoutMs > 0,
      alwaysSyncSend: this.#settings.alwaysSyncSend,
      responseRequired: message.responseRequired ?? false,
      transacted: this.#open !== undefined,
      persistent: message.deliveryMode === 'persistent',
      useAsyncSend: this.#settings.useAsyncSend,
    });
    this.#sends.push(this.#producer.send(op, message, DISPATCH[row], this.#open));
  }

  #message(id: string): OutgoingMessage {
    return {
      id,
      size: this.#choices.of([4, 6, 10, 1, 0, this.#settings.windowSize + 1]),
      deliveryMode: this.#choices.of(['non-persistent', 'persistent'] as const),
      priority: 4,
      timeToLiveMs: 0,
      ...(this.#choices.chance(10) && { responseRequired: true }),
      ...this.#choices.of([{}, {}, {}, {}, {}, { destination: null }, { destination: 'orders' }]),
      ...(this.#choices.chance(20) && { destination: 'invoices' }),
    };
  }

  #callTransaction(): void {
    if (this.#lost || this.#closing || this.#producer.transactions.busy) return;
    const end = this.#choices.of(['commit', 'rollback'] as const);
    const action = this.#open || this.#choices.chance(5) ? end : 'begin';
    // Where waiting sends are not bound by the end of their transaction, nothing is said of them.
    const held = this.#sends.some(({ state }) => state === 'invoked' || state === 'waiting');
    if (held && this.#profile.transactionsBind !== 'waiting-sends') return;
    const op = this.#nextOp++;
    this.#events.push({ event: 'invoke', op, action });
    let transaction = this.#open;
    this.#open = undefined;
    if (action === 'begin') {
      this.#transactions += 1;
      transaction = { id: `t${this.#transactions}`, begun: false, over: false, sends: [] };
      this.#open = transaction;
    }
    this.#producer.transactions.call(op, action, transaction);
  }

  #answer(): void {
    if (this.#lost) return;
    const messages = this.#sends.filter(({ received, answered }) => received && !answered);
    const calls = this.#unanswered.filter((packet) => this.#isAnswerable(packet));
    const at = this.#choices.below(messages.length + calls.length + 1);
    const refused = this.#choices.chance(4);
    const send = messages[at];
    const packet = calls[at - messages.length];
    if (send) {
      this.#events.push({ event: refused ? 'refuse' : 'ack', message: send.message.id });
      send.answered = true;
      this.#producer.answered(send, refused);
    } else if (packet) this.#answerCall(packet, refused && packet.type === 'commit');
  }

  #answerCall(packet: TransactionPacket, refused: boolean): void {
    const { type: of, transaction } = packet;
    this.#unanswered.splice(this.#unanswered.indexOf(packet), 1);
    this.#events.push({ event: refused ? 'refuse' : 'ack', transaction, of });
    this.#producer.transactions.answered(of, transaction, refused);
  }

  /** The broker answers commit and rollback only after the messages of that transaction. */
  #isAnswerable({ type, transaction }: TransactionPacket): boolean {
    if (type === 'begin') return true;
    const settled = (send: OddSend) => !send.received || send.answered;
    const own = this.#sends.filter((send) => send.transaction?.id === transaction);
    return !this.#closing && own.every(settled);
  }

  #interrupt(): void {
    if (this.#sends.length === 0) return;
    const target = this.#choices.of(this.#sends);
    const op = this.#nextOp++;
    this.#events.push({ event: 'invoke', op, action: 'interrupt', target: target.op });
    this.#producer.interrupt(target);
  }

  #advance(): void {
    const ms = this.#choices.of([1, 50, 99, 100, 200]);
    this.#events.push({ event: 'advance', ms });
    this.#producer.advance(ms);
  }

  #lose(): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#events.push({ event: 'lose' });
    this.#producer.lose();
  }

  #close(): void {
    const op = this.#nextOp++;
    this.#closing = true;
    this.#events.push({ event: 'invoke', op, action: 'close' });
    this.#producer.close(op);
  }
}

// State machine: a loop hands one event after the other to a reducer, which folds it into the state and lists
// the effects; then the loop performs them. Nothing is done while an event is reduced; an effect that causes
// an event only queues it.
import type {
  ErrorKind,
  OpenContext,
  OutgoingMessage,
  ProducerSettings,
  ProducerSubject,
  SendOptions,
} from '../../adapter.ts';
import { Call, Fault, isLoss } from '../calls.ts';
import { conforming, enter, limitOf, packetOf, tell, watch, type Entry } from './entrance.ts';

/** A send, as the state holds it. It is out once it is no longer in line. */
interface Send {
  readonly what: 'send';
  readonly message: OutgoingMessage;
  readonly options: SendOptions;
  readonly entry: Entry;
  readonly transaction: string | undefined;
  readonly call: Call;
}

interface Control {
  readonly what: 'control';
  readonly action: 'begin' | 'commit' | 'rollback';
  readonly transaction: string;
  readonly call: Call;
}

type Event =
  | {
      readonly type: 'send';
      readonly message: OutgoingMessage;
      readonly options: SendOptions;
      readonly call: Call;
    }
  | { readonly type: 'begin' | 'commit' | 'rollback'; readonly call: Call }
  | { readonly type: 'cancel'; readonly send: Send; readonly kind: ErrorKind }
  | { readonly type: 'answer'; readonly to: Send | Control; readonly error: Error | undefined }
  | { readonly type: 'close' | 'lose' };

type Effect =
  | { readonly do: 'end'; readonly call: Call; readonly error?: Error | undefined }
  | { readonly do: 'write'; readonly what: Send | Control }
  | { readonly do: 'watch'; readonly send: Send }
  | { readonly do: 'tell'; readonly send: Send; readonly error: Error | undefined };

interface State {
  readonly settings: ProducerSettings;
  closed: boolean;
  lost: boolean;
  transaction: string | undefined;
  transactions: number;
  usage: number;
  line: Send[];
  /** Written and unanswered; of the blocked, only those whose callers still wait. */
  readonly out: Set<Send | Control>;
  commit: Control | undefined;
}

function reduce(state: State, event: Event): Effect[] {
  switch (event.type) {
    case 'send':
      return accept(state, event.message, event.options, event.call);
    case 'begin':
      return begin(state, event.call);
    case 'commit':
    case 'rollback':
      return finish(state, event.type, event.call);
    case 'cancel':
      return cancel(state, event.send, event.kind);
    case 'answer':
      return answer(state, event.to, event.error);
    case 'close':
    case 'lose':
      return stop(state, event.type === 'close' ? 'closed' : 'connection-lost');
  }
}

function down(state: State): Fault | undefined {
  if (state.closed) return new Fault('closed');
  return state.lost ? new Fault('connection-lost') : undefined;
}

function accept(
  state: State,
  message: OutgoingMessage,
  options: SendOptions,
  call: Call,
): Effect[] {
  const error = down(state);
  if (error) return [{ do: 'end', call, error }];
  const { transaction, settings } = state;
  try {
    const entry = enter(message, options, settings, transaction !== undefined);
    const send = { what: 'send', message, options, entry, transaction, call } as const;
    state.line.push(send);
    return [{ do: 'watch', send }, ...advance(state)];
  } catch (fault) {
    return [{ do: 'end', call, error: fault as Fault }];
  }
}

/** Lets out whatever fits, in order, and the commit behind it. */
function advance(state: State): Effect[] {
  const limit = limitOf(state.settings);
  const effects: Effect[] = [];
  for (let [first] = state.line; first; [first] = state.line) {
    const { charged } = first.entry;
    const { size } = first.message;
    if (charged ? state.usage + size > limit : state.usage >= limit) break;
    state.line.shift();
    state.out.add(first);
    effects.push({ do: 'write', what: first });
    if (!charged) continue;
    state.usage += size;
    effects.push({ do: 'end', call: first.call });
  }
  const { commit, line } = state;
  if (!commit || line.some(({ transaction }) => transaction === commit.transaction)) return effects;
  state.commit = undefined;
  state.out.add(commit);
  return [...effects, { do: 'write', what: commit }];
}

function begin(state: State, call: Call): Effect[] {
  const error = down(state) ?? (state.transaction && new Fault('illegal-state'));
  if (error) return [{ do: 'end', call, error }];
  state.transactions += 1;
  const transaction = `state-${state.transactions}`;
  state.transaction = transaction;
  const control = { what: 'control', action: 'begin', transaction, call } as const;
  return [
    { do: 'write', what: control },
    { do: 'end', call },
  ];
}

function finish(state: State, action: 'commit' | 'rollback', call: Call): Effect[] {
  const { transaction } = state;
  const error = down(state) ?? (transaction === undefined && new Fault('illegal-state'));
  if (error || transaction === undefined) return [{ do: 'end', call, error: error || undefined }];
  state.transaction = undefined;
  const control: Control = { what: 'control', action, transaction, call };
  if (action === 'commit') {
    state.commit = control;
    return advance(state);
  }
  const withdrawn = state.line.filter((send) => send.transaction === transaction);
  state.line = state.line.filter((send) => send.transaction !== transaction);
  state.out.add(control);
  const rolledBack = new Fault('other', 'rolled back');
  const ends = withdrawn.map((send): Effect => ({ do: 'end', call: send.call, error: rolledBack }));
  return [...ends, { do: 'write', what: control }, ...advance(state)];
}

function cancel(state: State, send: Send, kind: ErrorKind): Effect[] {
  const waits = state.line.includes(send);
  if (!waits && (send.entry.charged || !state.out.delete(send))) return [];
  state.line = state.line.filter((other) => other !== send);
  return [{ do: 'end', call: send.call, error: new Fault(kind) }, ...advance(state)];
}

function answer(state: State, to: Send | Control, error: Error | undefined): Effect[] {
  if (!state.out.delete(to)) return [];
  if (to.what === 'control' || !to.entry.charged) return [{ do: 'end', call: to.call, error }];
  state.usage -= to.message.size;
  return [...advance(state), { do: 'tell', send: to, error }];
}

function stop(state: State, kind: 'closed' | 'connection-lost'): Effect[] {
  const gone = kind === 'connection-lost';
  if (gone ? state.lost : state.closed) return [];
  if (gone) state.lost = true;
  else state.closed = true;
  const error = new Fault(kind);
  const pending = state.commit ? [...state.line, state.commit] : [...state.line];
  const effects = pending.map(({ call }): Effect => ({ do: 'end', call, error }));
  state.line = [];
  state.commit = undefined;
  for (const one of state.out) {
    const charged = one.what === 'send' && one.entry.charged;
    if (!charged) effects.push({ do: 'end', call: one.call, error });
    else if (gone) effects.push({ do: 'tell', send: one, error });
    if (!charged || gone) state.out.delete(one);
  }
  if (gone) state.usage = 0;
  return effects;
}

function open({ settings, broker, onAsyncError }: OpenContext): ProducerSubject {
  const state: State = {
    settings,
    closed: false,
    lost: false,
    transaction: undefined,
    transactions: 0,
    usage: 0,
    line: [],
    out: new Set(),
    commit: undefined,
  };
  const events: Event[] = [];
  let busy = false;

  function post(event: Event): void {
    events.push(event);
    if (busy) return;
    busy = true;
    for (let next = events.shift(); next; next = events.shift())
      reduce(state, next).forEach(perform);
    busy = false;
  }

  function perform(effect: Effect): void {
    if (effect.do === 'end') effect.call.end(effect.error);
    else if (effect.do === 'write') write(effect.what);
    else if (effect.do === 'watch') watchOver(effect.send);
    else tell(effect.send.message, effect.send.options, effect.error, onAsyncError);
  }

  function write(what: Send | Control): void {
    const packet =
      what.what === 'control'
        ? ({ type: what.action, transaction: what.transaction } as const)
        : packetOf(what.message, what.transaction);
    broker.receive(packet).then(
      () => post({ type: 'answer', to: what, error: undefined }),
      (error: Error) =>
        post(isLoss(error) ? { type: 'lose' } : { type: 'answer', to: what, error }),
    );
  }

  function watchOver(send: Send): void {
    const end = (kind: ErrorKind) => post({ type: 'cancel', send, kind });
    const unwatch = watch(send.options, send.entry, end);
    send.call.promise.then(unwatch, unwatch);
  }

  function call(event: (call: Call) => Event): Promise<void> {
    if (broker.lost.aborted) post({ type: 'lose' });
    const made = new Call();
    post(event(made));
    return made.promise;
  }

  broker.lost.addEventListener('abort', () => post({ type: 'lose' }));
  return {
    send: (message, options) => call((made) => ({ type: 'send', message, options, call: made })),
    begin: () => call((made) => ({ type: 'begin', call: made })),
    commit: () => call((made) => ({ type: 'commit', call: made })),
    rollback: () => call((made) => ({ type: 'rollback', call: made })),
    close: async () => post({ type: 'close' }),
    windowUsage: () => state.usage,
  };
}

/** A reducer and its effects. */
export const stateMachine = conforming('state machine', open);

// State machine: a loop hands one event after the other to the reducer and performs the effects. Nothing is
// done while an event is reduced; an effect that causes an event only queues it.
import type { ErrorKind, OpenContext, ProducerSubject } from '../../adapter.ts';
import { Call, isLoss } from '../calls.ts';
import { conforming, packetOf, tell, watch } from './entrance.ts';
import { reduce, type Control, type Effect, type Event, type Send, type State } from './reducer.ts';

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
    const cancel = (kind: ErrorKind) => post({ type: 'cancel', send, kind });
    const unwatch = watch(send.options, send.entry, cancel);
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

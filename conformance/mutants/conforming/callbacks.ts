// Callback style: inside there are callbacks and plain values only. What is decided at once returns a plain
// `undefined` or throws; a promise appears only where a caller really has to wait. At close open callbacks
// are told so.
import type {
  ErrorKind,
  OpenContext,
  OutgoingMessage,
  ProducerSubject,
  SendOptions,
} from '../../adapter.ts';
import { Fault, isLoss } from '../calls.ts';
import { conforming, enter, limitOf, packetOf, tell, watch, type Entry } from './entrance.ts';

type Done = (error?: Error) => void;

interface Parked {
  readonly message: OutgoingMessage;
  readonly options: SendOptions;
  readonly entry: Entry;
  readonly transaction: string | undefined;
  readonly done: Done;
}

/** A call as callbacks: `start` is given the callback; what it calls before it returns needs no promise. */
function plainly(start: (done: Done) => void): Promise<void> | undefined {
  let outcome: { error: Error | undefined } | undefined;
  let later: Done | undefined;
  start((error) => {
    outcome ??= { error };
    later?.(error);
  });
  if (!outcome)
    return new Promise((resolve, reject) => (later = (e) => (e ? reject(e) : resolve())));
  if (outcome.error) throw outcome.error;
  return undefined;
}

function open({ settings, broker, onAsyncError }: OpenContext): ProducerSubject {
  const limit = limitOf(settings);
  let parked: Parked[] = [];
  /** Blocked calls and transaction calls whose packet is out. */
  const asked = new Set<Done>();
  const unanswered = new Map<OutgoingMessage, SendOptions>();
  let usage = 0;
  let transaction: string | undefined;
  let transactions = 0;
  let commit: { readonly transaction: string; readonly done: Done } | undefined;
  let closed = false;
  let lost = false;

  function checkUp(): void {
    if (closed) throw new Fault('closed');
    if (lost || broker.lost.aborted) throw new Fault('connection-lost');
  }

  function fits({ entry, message }: Parked): boolean {
    return entry.charged ? usage + message.size <= limit : usage < limit;
  }

  function drain(): void {
    for (let [first] = parked; first && fits(first); [first] = parked) {
      parked.shift();
      write(first);
    }
    const ready = commit;
    if (!ready || parked.some((one) => one.transaction === ready.transaction)) return;
    commit = undefined;
    request('commit', ready.transaction, ready.done);
  }

  function write({ message, options, entry, transaction: own, done }: Parked): void {
    const answer = broker.receive(packetOf(message, own));
    if (!entry.charged) return await_(answer, done);
    usage += message.size;
    unanswered.set(message, options);
    done();
    const answered: Done = (error) => {
      if (isLoss(error)) lose();
      if (!unanswered.delete(message)) return;
      usage -= message.size;
      drain();
      tell(message, options, error, onAsyncError);
    };
    answer.then(() => answered(), answered);
  }

  function request(type: 'commit' | 'rollback', own: string, done: Done): void {
    await_(broker.receive({ type, transaction: own }), done);
  }

  function await_(answer: Promise<void>, done: Done): void {
    asked.add(done);
    const answered: Done = (error) => {
      if (isLoss(error)) lose();
      if (asked.delete(done)) done(error);
    };
    answer.then(() => answered(), answered);
  }

  function leave(): string {
    checkUp();
    const own = transaction;
    if (own === undefined) throw new Fault('illegal-state');
    transaction = undefined;
    return own;
  }

  function failEverything(kind: ErrorKind): void {
    const all = [...parked.map(({ done }) => done), ...asked];
    if (commit) all.push(commit.done);
    parked = [];
    commit = undefined;
    asked.clear();
    for (const done of all) done(new Fault(kind));
  }

  function lose(): void {
    if (lost) return;
    lost = true;
    failEverything('connection-lost');
    usage = 0;
    const all = [...unanswered];
    unanswered.clear();
    for (const [message, options] of all)
      tell(message, options, new Fault('connection-lost'), onAsyncError);
  }
  broker.lost.addEventListener('abort', lose);

  function send(message: OutgoingMessage, options: SendOptions): Promise<void> | undefined {
    checkUp();
    const entry = enter(message, options, settings, transaction !== undefined);
    return plainly((tellCaller) => {
      let unwatch = () => {};
      const done: Done = (error) => {
        unwatch();
        tellCaller(error);
      };
      const one = { message, options, entry, transaction, done };
      parked.push(one);
      const cancel = (kind: ErrorKind) => {
        if (!parked.includes(one) && !asked.delete(done)) return;
        parked = parked.filter((other) => other !== one);
        done(new Fault(kind));
        drain();
      };
      unwatch = watch(options, entry, cancel);
      drain();
    });
  }

  function begin(): undefined {
    checkUp();
    if (transaction !== undefined) throw new Fault('illegal-state');
    transaction = `callback-${(transactions += 1)}`;
    broker.receive({ type: 'begin', transaction }).catch(() => {});
  }

  function rollBack(): Promise<void> | undefined {
    const own = leave();
    const withdrawn = parked.filter((one) => one.transaction === own);
    parked = parked.filter((one) => one.transaction !== own);
    for (const { done } of withdrawn) done(new Fault('other', 'rolled back'));
    return plainly((done) => {
      request('rollback', own, done);
      drain();
    });
  }

  function close(): undefined {
    if (closed) return;
    closed = true;
    failEverything('closed');
    for (const [message, options] of unanswered) {
      if (!options.onComplete) continue;
      unanswered.delete(message);
      tell(message, options, new Fault('closed'), onAsyncError);
    }
  }

  /** The contract asks for promises, and takes plain values for calls that returned. */
  const plain: unknown = {
    send,
    begin,
    commit: () => {
      const own = leave();
      return plainly((done) => {
        commit = { transaction: own, done };
        drain();
      });
    },
    rollback: rollBack,
    close,
    windowUsage: () => usage,
  };
  return plain as ProducerSubject;
}

/** Callbacks and plain values. */
export const callbacks = conforming('callbacks and plain values', open);

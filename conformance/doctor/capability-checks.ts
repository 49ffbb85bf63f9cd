// The checks of the capabilities, each with the least that shows it. What a setting causes must not happen without
// the setting: a producer that always blocks does not support alwaysSyncSend.
import { ALL_CAPABILITIES, CAPABILITIES, type Capability } from '../../spec/events/settings.ts';
import { asBytes } from '../../spec/model/window.ts';
import type { Scenario } from '../cases/step.ts';
import { ack, asyncSend, open, openUnbound, send, next, type Check } from './check.ts';

const TIMEOUT_MS = 200;

/** The least that shows a capability. */
interface Evidence {
  /** A sentence without a full stop. */
  readonly shows: string;
  readonly seesPackets?: boolean;
  readonly scenarios: Check['scenarios'];
  /** Why it is not there; absent: the capability is there. */
  readonly lacks: Check['problem'];
}

/** A non-persistent send waits for its ack in the first scenario, which has `what`, and not in the second. */
function makesWait(what: string, shows: string, scenarios: readonly Scenario[]): Evidence {
  return {
    shows,
    scenarios: () => scenarios,
    lacks: ([set, unset]) => {
      if (set?.endedBefore('m1', set.at('ack')))
        return `with ${what}, a non-persistent send did not wait`;
      if (!set?.returned('m1')) return `with ${what}, an acked send ${set?.state('m1')}`;
      return unset?.endedBefore('m1', unset.at('ack'))
        ? undefined
        : `without ${what}, a non-persistent send waited too`;
    },
  };
}

const EVIDENCE: Readonly<Record<Capability, Evidence>> = {
  window: {
    shows: 'a send waits while the window is full, and goes out once there is room',
    scenarios: ({ chargeOf }) => {
      const size = 10;
      const message = { id: 'm1', size, deliveryMode: 'non-persistent' as const };
      const windowSize = chargeOf({ ...message, priority: 4, timeToLiveMs: 0 });
      const fill = [asyncSend('m1', { size }), asyncSend('m2', { size: 1 }), ack('m1'), ack('m2')];
      return [
        [open({ windowSize }), ...fill],
        [open(), ...fill],
      ];
    },
    lacks: ([bounded, free]) => {
      if (!bounded || !free?.endedBefore('m2', free.at('ack')))
        return 'a non-persistent send waited although there was no window';
      if (bounded.endedBefore('m2', bounded.at('ack', 'm1')))
        return 'with the window full, a further send did not wait';
      return bounded.returned('m2') ? undefined : 'a waiting send did not go out after the ack';
    },
  },
  transactions: {
    shows: 'begin and commit enclose what is sent',
    scenarios: () => [
      [
        open(),
        next({ do: 'begin' }),
        next({ do: 'ack', of: 'begin' }),
        send('m1'),
        ack('m1'),
        next({ do: 'commit' }),
        next({ do: 'ack', of: 'commit' }),
      ],
    ],
    lacks: ([seen], { seesPackets }) => {
      const pending = ['begin', 'm1', 'commit'].find((call) => !seen?.returned(call));
      if (pending) return `${pending === 'm1' ? 'a send within' : pending} ${seen?.state(pending)}`;
      if (!seesPackets) return undefined;
      const packet = seen?.packet('m1')?.packet;
      if (!seen?.packet('begin') || !seen.packet('commit'))
        return 'the broker never received its begin and its commit';
      return packet && 'transaction' in packet && packet.transaction !== undefined
        ? undefined
        : "a message's packet did not carry its transaction";
    },
  },
  completion: {
    shows: 'a send with a callback returns at once, and the ack fires the callback',
    scenarios: () => [[open(), send('m1', { completion: true }), ack('m1')]],
    lacks: ([seen]) => {
      const fired = seen?.all('complete') ?? [];
      if (!seen?.endedBefore('m1', seen.at('ack'))) return 'a send with a callback waited';
      if (fired.length !== 1) return `the callback fired ${fired.length} times, not once`;
      return fired[0]!.error
        ? 'the callback carried an error though the send was acked'
        : undefined;
    },
  },
  timeout: {
    shows: 'a send that is not answered fails at its timeout',
    scenarios: () =>
      [TIMEOUT_MS, 0].map((sendTimeoutMs) => [
        open({ sendTimeoutMs }),
        send('m1'),
        next({ do: 'advance', ms: 2 * TIMEOUT_MS }),
      ]),
    lacks: ([timed, untimed]) => {
      if (!timed?.failed('m1'))
        return `unanswered for ${2 * TIMEOUT_MS} ms with sendTimeoutMs ${TIMEOUT_MS}, a send ${timed?.state('m1')}`;
      return untimed?.failed('m1') ? 'a send failed without any timeout being set' : undefined;
    },
  },
  interrupt: {
    shows: 'aborting its signal fails a send that waits',
    scenarios: () => [[open(), send('m1'), next({ do: 'interrupt', id: 'm1' })]],
    lacks: ([seen]) =>
      seen?.failed('m1') && !seen.endedBefore('m1', seen.invoked('interrupt'))
        ? undefined
        : `a send that was interrupted ${seen?.state('m1')}`,
  },
  'async-errors': {
    shows: 'the error listener is told of a refusal that no caller can learn of',
    seesPackets: true,
    scenarios: () => [[open(), asyncSend('m1'), next({ do: 'refuse', id: 'm1' })]],
    lacks: ([seen]) =>
      (seen?.all('async-error').length ?? 0) > 0
        ? undefined
        : 'the refusal of a non-persistent send was not reported',
  },
  'connection-loss': {
    shows: 'losing the connection fails the calls that wait, and later ones',
    scenarios: () => [[open(), send('m1'), next({ do: 'lose' }), send('m2'), asyncSend('m3')]],
    lacks: ([seen]) => {
      if (!seen?.failed('m1')) return `a send that waited at the loss ${seen?.state('m1')}`;
      // A sync send fails in any event where its answer is awaited; an async one must look.
      const later = ['m2', 'm3'].find((id) => seen.wasMade(id) && !seen.failed(id));
      return later && `a send after the loss ${seen.state(later)}`;
    },
  },
  'use-async-send': {
    shows: 'with useAsyncSend a persistent send does not wait for its ack',
    scenarios: () =>
      [true, false].map((useAsyncSend) => [open({ useAsyncSend }), send('m1'), ack('m1')]),
    lacks: ([set, unset]) => {
      if (!set?.returned('m1') || !set.endedBefore('m1', set.at('ack')))
        return 'with useAsyncSend, a persistent send waited for its ack';
      return unset?.endedBefore('m1', unset.at('ack'))
        ? 'without useAsyncSend, a persistent send did not wait either'
        : undefined;
    },
  },
  'always-sync-send': makesWait(
    'alwaysSyncSend',
    'with alwaysSyncSend a non-persistent send waits for its ack',
    [true, false].map((alwaysSyncSend) => [open({ alwaysSyncSend }), asyncSend('m1'), ack('m1')]),
  ),
  'response-required': makesWait(
    'responseRequired',
    'a message that asks for a response makes its send wait for the ack',
    [
      [open(), asyncSend('m1', { responseRequired: true }), ack('m1')],
      [open(), asyncSend('m1'), ack('m1')],
    ],
  ),
  destinations: {
    shows: 'a send without any destination fails, and so does one to null',
    scenarios: () => [
      [openUnbound(), send('m1')],
      [open(), send('m1', { destination: null })],
    ],
    lacks: ([unbound, toNull]) => {
      if (!unbound?.failed('m1') || unbound.packet('m1'))
        return `a send without any destination ${unbound?.state('m1')}`;
      return toNull?.failed('m1') && !toNull.packet('m1')
        ? undefined
        : `a send to null ${toNull?.state('m1')}`;
    },
  },
  usage: {
    shows: 'its own figure follows what is unanswered',
    scenarios: () => [[open({ windowSize: 10_000 }), asyncSend('m1'), ack('m1')]],
    lacks: ([seen], { chargeOf }) => {
      const sent = seen?.history.find((one) => one.event === 'invoke');
      const charge = sent?.message ? chargeOf(sent.message) : 0;
      const figures = seen?.all('usage') ?? [];
      const held = figures.findLast(({ index }) => index < (seen?.at('ack') ?? 0))?.bytes;
      const after = figures.at(-1)?.bytes;
      if (held === undefined || after === undefined) return 'it gave no figure';
      if (held !== charge) return `it gave ${asBytes(held)} while ${charge} were unanswered`;
      return after === 0 ? undefined : `it gave ${asBytes(after)} once all was answered`;
    },
  },
  'max-block': {
    shows: 'a send that waits for space fails once maxBlockMs have passed',
    scenarios: ({ chargeOf }) => {
      const message = { id: 'm1', size: 10, deliveryMode: 'non-persistent' as const };
      const windowSize = chargeOf({ ...message, priority: 4, timeToLiveMs: 0 });
      return [TIMEOUT_MS, 0].map((maxBlockMs) => [
        open({ windowSize, maxBlockMs }),
        asyncSend('m1'),
        asyncSend('m2'),
        next({ do: 'advance', ms: 2 * TIMEOUT_MS }),
      ]);
    },
    lacks: ([bounded, unbounded]) => {
      if (!bounded?.failed('m2'))
        return `at a full window for ${2 * TIMEOUT_MS} ms with maxBlockMs ${TIMEOUT_MS}, a send ${bounded?.state('m2')}`;
      return unbounded?.failed('m2') ? 'a send failed although maxBlockMs was 0' : undefined;
    },
  },
  flush: {
    shows: 'flush waits for what is unanswered, and for nothing else',
    scenarios: () => [
      [open(), asyncSend('m1'), next({ do: 'flush' }), ack('m1')],
      [open(), next({ do: 'flush' })],
    ],
    lacks: ([busy, idle]) => {
      if (busy?.endedBefore('flush', busy.at('ack')))
        return `flush ${busy.state('flush')} while a message was unanswered`;
      if (!busy?.returned('flush')) return `once all was answered, flush ${busy?.state('flush')}`;
      return idle?.returned('flush')
        ? undefined
        : `with nothing sent, flush ${idle?.state('flush')}`;
    },
  },
};

/** The checks made of the evidence, in the order of the capabilities. */
export const CAPABILITY_CHECKS: readonly Check[] = ALL_CAPABILITIES.map((claim) => {
  const { shows, lacks, scenarios, seesPackets } = EVIDENCE[claim];
  return {
    title: `${claim}: ${shows}`,
    claim,
    isFurther: !CAPABILITIES.some((asked) => asked === claim),
    ...(seesPackets && { seesPackets }),
    scenarios,
    problem: lacks,
    advice: `fix it, or take "${claim}" out of \`supports\`: its rules are then not applicable`,
  };
});

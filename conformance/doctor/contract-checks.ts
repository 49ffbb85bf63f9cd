// The checks of the contract: what every adapter must do, whatever its producer can do.
import type { ErrorKind } from '../../spec/events/failure.ts';
import type { Capability } from '../../spec/events/settings.ts';
import type { Scenario } from '../cases/step.ts';
import { ack, open, openUnbound, send, next, type CheckedAdapter, type Check } from './check.ts';
import type { Reading } from './reading.ts';

const HELD: Scenario = [open(), send('m1'), ack('m1')];
const REFUSED: Scenario = [open(), send('m1'), next({ do: 'refuse', id: 'm1' })];
const CLOSED: Scenario = [open(), send('m1'), next({ do: 'close' }), send('m2')];

/** A way to provoke an error: the kind to expect, what it takes, and the scenario in which a call fails. */
interface Provocation {
  readonly kind: ErrorKind;
  /** Absent: every adapter can be tried. */
  readonly needs?: Capability | 'packets';
  readonly scenario: Scenario;
  /** Default `m1`. */
  readonly call?: string;
}

const PROVOCATIONS: readonly Provocation[] = [
  { kind: 'refused', needs: 'packets', scenario: REFUSED },
  { kind: 'closed', scenario: [open(), next({ do: 'close' }), send('m1')] },
  {
    kind: 'interrupted',
    needs: 'interrupt',
    scenario: [open(), send('m1'), next({ do: 'interrupt', id: 'm1' })],
  },
  {
    kind: 'timeout',
    needs: 'timeout',
    scenario: [open({ sendTimeoutMs: 200 }), send('m1'), next({ do: 'advance', ms: 400 })],
  },
  {
    kind: 'connection-lost',
    needs: 'connection-loss',
    scenario: [open(), send('m1'), next({ do: 'lose' })],
  },
  { kind: 'invalid-destination', needs: 'destinations', scenario: [openUnbound(), send('m1')] },
  {
    kind: 'illegal-state',
    needs: 'transactions',
    scenario: [open(), next({ do: 'commit' })],
    call: 'commit',
  },
];

function applicable({ supports, seesPackets }: CheckedAdapter): readonly Provocation[] {
  return PROVOCATIONS.filter(({ needs }) =>
    needs === 'packets' ? seesPackets : needs === undefined || supports.includes(needs),
  );
}

/** The kind of error that a provoked call failed with. */
function kindTold({ call = 'm1' }: Provocation, seen: Reading | undefined): ErrorKind | undefined {
  return seen?.ending(call)?.error?.kind;
}

/** Whether a call fails at all is for the other checks to say. */
const errorKinds: Check = {
  title: 'tells kinds of error apart',
  scenarios: (subject) => applicable(subject).map(({ scenario }) => scenario),
  problem: (seen, subject) => {
    const wrong = applicable(subject).flatMap((provocation, at) => {
      const said = kindTold(provocation, seen[at]);
      const { kind } = provocation;
      return said === undefined || said === kind ? [] : [`"${kind}" came as "${said}"`];
    });
    return wrong.length > 0 ? wrong.join(', ') : undefined;
  },
  remark: (seen, subject) =>
    applicable(subject).some((provocation, at) => kindTold(provocation, seen[at]) !== undefined)
      ? undefined
      : 'it tells none: whether calls fail is judged, how they fail is not',
  advice: 'let errorKind(), or over the bridge the `kind` of an error, name the kind',
};

/** In the order in which they run. */
export const CONTRACT_CHECKS: readonly Check[] = [
  {
    title: 'opens a producer with the methods it needs',
    isBasic: true,
    scenarios: () => [[open()]],
    problem: () => undefined,
    advice: 'give open() what the contract asks for: see conformance/adapter.ts',
  },
  {
    title: 'a message reaches the broker',
    isBasic: true,
    seesPackets: true,
    scenarios: () => [HELD],
    problem: ([seen]) => (seen?.packet('m1') ? undefined : 'no packet with its id ever came'),
    advice: 'hand every packet over, with the very message that send() was given',
  },
  {
    title: 'it arrives as it was sent',
    seesPackets: true,
    scenarios: () => [HELD],
    problem: ([seen]) => {
      const packet = seen?.packet('m1')?.packet;
      if (packet?.type !== 'message') return 'it never came';
      const { size, deliveryMode, priority, timeToLiveMs } = packet.message;
      const same =
        size === 10 && deliveryMode === 'persistent' && priority === 4 && timeToLiveMs === 0;
      return same ? undefined : `its packet was ${JSON.stringify(packet.message)}`;
    },
    advice: 'pass on id, size, deliveryMode, priority and timeToLiveMs unchanged',
  },
  {
    title: 'a persistent send whose answer is held stays pending',
    isBasic: true,
    scenarios: () => [HELD],
    problem: ([seen]) =>
      seen?.endedBefore('m1', seen.at('ack')) ? `it ${seen.state('m1')} at once` : undefined,
    advice:
      "return the producer's own promise from send(), and do not end it earlier; if the producer itself does not wait, it breaks SYN-1",
  },
  {
    title: 'an acknowledgement ends it',
    isBasic: true,
    scenarios: () => [HELD],
    problem: ([seen]) =>
      seen?.returned('m1') ? undefined : `after its ack it ${seen?.state('m1')}`,
    advice: 'let the promise of receive() end the call: it resolves when the broker acknowledges',
  },
  {
    title: 'a refusal fails it',
    seesPackets: true,
    scenarios: () => [REFUSED],
    problem: ([seen]) => (seen?.failed('m1') ? undefined : `once refused it ${seen?.state('m1')}`),
    advice: 'do not swallow the rejection of receive(): the call must reject too',
  },
  {
    title: 'two calls can be open at once',
    scenarios: () => [[open(), send('m1'), send('m2'), ack('m1'), ack('m2')]],
    problem: ([seen]) => {
      const both = ['m1', 'm2'].find((id) => !seen?.returned(id));
      return both && `after both acks, the send of ${both} ${seen?.state(both)}`;
    },
    advice: 'a call must not keep others from being made: give each a task or a thread of its own',
  },
  {
    title: 'close returns without any further answer',
    scenarios: () => [CLOSED],
    problem: ([seen]) => (seen?.returned('close') ? undefined : `it ${seen?.state('close')}`),
    advice: 'close everything that open() made, and wait for nothing that only the broker can give',
  },
  {
    title: 'close ends the calls that wait',
    scenarios: () => [CLOSED],
    problem: ([seen]) =>
      seen?.ending('m1') ? undefined : 'a send that waited for its ack was still pending',
    advice: 'close the connection or the session too, if the producer leaves its calls behind',
  },
  {
    title: 'a send on a closed producer fails',
    call: 'm2',
    scenarios: () => [CLOSED],
    problem: ([seen]) => (seen?.failed('m2') ? undefined : `it ${seen?.state('m2')}`),
    advice: 'let close() close the producer itself, or note that it is closed',
  },
  {
    title: 'every open gives a fresh producer',
    scenarios: () => [CLOSED, HELD],
    problem: ([, seen]) =>
      seen?.returned('m1')
        ? undefined
        : `on the producer opened after one was closed, a send ${seen?.state('m1')}`,
    advice: 'make the producer inside open(), and keep none of its state outside',
  },
  errorKinds,
  {
    title: 'answers pings while a call is pending',
    isBridged: true,
    // Every settle point on the way asks for a pong; one that does not come is a fault.
    scenarios: () => [HELD],
    problem: () => undefined,
    advice: 'read further lines while calls are pending, and answer a ping at once',
  },
  {
    title: 'tells when a call has really begun',
    isBridged: true,
    scenarios: () => [HELD],
    problem: () => undefined,
    remark: ([seen]) => (seen?.all('entered').length ? undefined : 'it never says "entered"'),
    advice: 'optional, but without it the order of concurrent calls is not judged (ORD-2)',
  },
];

// Whether an adapter tells kinds of error apart: each kind that it can be made to show, and what it said.
import type { ErrorKind } from '../../spec/events/failure.ts';
import type { Scenario } from '../cases/step.ts';
import { open, openUnbound, send, next, type CheckedAdapter, type Check } from './check.ts';

/** A way to provoke an error: what is claimed, the scenario, the call that fails, and the kind to expect. */
interface Provocation {
  readonly kind: ErrorKind;
  readonly scenario: Scenario;
  readonly call: string;
  readonly may: (patient: CheckedAdapter) => boolean;
}

const PROVOCATIONS: readonly Provocation[] = [
  {
    kind: 'refused',
    scenario: [open(), send('m1'), next({ do: 'refuse', id: 'm1' })],
    call: 'm1',
    may: ({ seesPackets }) => seesPackets,
  },
  {
    kind: 'closed',
    scenario: [open(), next({ do: 'close' }), send('m1')],
    call: 'm1',
    may: () => true,
  },
  {
    kind: 'interrupted',
    scenario: [open(), send('m1'), next({ do: 'interrupt', id: 'm1' })],
    call: 'm1',
    may: ({ supports }) => supports.includes('interrupt'),
  },
  {
    kind: 'timeout',
    scenario: [open({ sendTimeoutMs: 200 }), send('m1'), next({ do: 'advance', ms: 400 })],
    call: 'm1',
    may: ({ supports }) => supports.includes('timeout'),
  },
  {
    kind: 'connection-lost',
    scenario: [open(), send('m1'), next({ do: 'lose' })],
    call: 'm1',
    may: ({ supports }) => supports.includes('connection-loss'),
  },
  {
    kind: 'invalid-destination',
    scenario: [openUnbound(), send('m1')],
    call: 'm1',
    may: ({ supports }) => supports.includes('destinations'),
  },
  {
    kind: 'illegal-state',
    scenario: [open(), next({ do: 'commit' })],
    call: 'commit',
    may: ({ supports }) => supports.includes('transactions'),
  },
];

const applicable = (patient: CheckedAdapter) => PROVOCATIONS.filter(({ may }) => may(patient));

/** A call that does not fail is another check's business. */
export const errorKinds: Check = {
  title: 'tells kinds of error apart',
  scenarios: (patient) => applicable(patient).map(({ scenario }) => scenario),
  problem: (seen, patient) => {
    const wrong = applicable(patient).flatMap(({ kind, call }, at) => {
      const said = seen[at]?.ending(call)?.error?.kind;
      return said === undefined || said === kind ? [] : [`"${kind}" came as "${said}"`];
    });
    return wrong.length > 0 ? wrong.join(', ') : undefined;
  },
  remark: (seen, patient) => {
    const told = applicable(patient).some(
      ({ call }, at) => seen[at]?.ending(call)?.error?.kind !== undefined,
    );
    return told ? undefined : 'it tells none: that calls fail is judged, how they fail is not';
  },
  advice: 'let errorKind(), or over the bridge the `kind` of an error, name the kind',
};

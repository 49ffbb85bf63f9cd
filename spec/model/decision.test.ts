import { describe, expect, test } from 'vitest';
import {
  ALL_INPUTS,
  blocks,
  decide,
  DISPATCH,
  rowOf,
  type DecisionInputs,
  type Dispatch,
  type Row,
} from './decision.ts';

/** `ActiveMQSession.send` as the notes quote it, its names kept; what is absent is null. */
function java(inputs: DecisionInputs): Dispatch {
  const onComplete = inputs.completion ? {} : null;
  const sendTimeout = inputs.timeout ? 1 : 0;
  const txid = inputs.transacted ? {} : null;
  const msg = {
    isResponseRequired: () => inputs.responseRequired,
    isPersistent: () => inputs.persistent,
  };
  const connection = {
    isAlwaysSyncSend: () => inputs.alwaysSyncSend,
    isUseAsyncSend: () => inputs.useAsyncSend,
  };
  if (
    onComplete == null &&
    sendTimeout <= 0 &&
    !msg.isResponseRequired() &&
    !connection.isAlwaysSyncSend() &&
    (!msg.isPersistent() || connection.isUseAsyncSend() || txid != null)
  ) {
    return 'async'; // connection.asyncSendPacket(msg)
  }
  if (sendTimeout > 0 && onComplete == null) return 'timed'; // syncSendPacket(msg, sendTimeout)
  return onComplete == null ? 'sync' : 'completion'; // syncSendPacket(msg, onComplete)
}

/** The table of the design, a condition for each row. */
const CONDITIONS: Readonly<Record<Row, (inputs: DecisionInputs) => boolean>> = {
  1: ({ completion }) => completion,
  2: ({ timeout }) => timeout,
  3: ({ alwaysSyncSend, responseRequired }) => alwaysSyncSend || responseRequired,
  4: ({ transacted }) => transacted,
  5: ({ persistent }) => !persistent,
  6: ({ useAsyncSend }) => useAsyncSend,
  7: () => true,
};

const ROWS = [1, 2, 3, 4, 5, 6, 7] as const;

describe('which sends wait', () => {
  test('there are 128 combinations, no two alike', () => {
    expect(new Set(ALL_INPUTS.map((inputs) => JSON.stringify(inputs))).size).toBe(128);
  });

  test('over all combinations the table is what the notes write in Java', () => {
    for (const inputs of ALL_INPUTS) {
      expect({ inputs, dispatch: DISPATCH[decide(inputs)] }).toEqual({
        inputs,
        dispatch: java(inputs),
      });
    }
  });

  test('over all combinations the first row that applies decides', () => {
    for (const inputs of ALL_INPUTS) {
      const first = ROWS.find((row) => CONDITIONS[row](inputs));
      expect({ inputs, row: decide(inputs) }).toEqual({ inputs, row: first });
    }
  });

  test('over all combinations the tabulated answer is the same', () => {
    expect(ALL_INPUTS.map(rowOf)).toEqual(ALL_INPUTS.map(decide));
  });

  test('each row decides its share of the combinations', () => {
    const shares = ROWS.map((row) => ALL_INPUTS.filter((inputs) => decide(inputs) === row).length);
    expect(shares).toEqual([64, 32, 24, 4, 2, 1, 1]);
  });

  test('a caller is blocked by timed and sync sends alone', () => {
    const blocking = ROWS.filter((row) => blocks(DISPATCH[row]));
    expect(blocking).toEqual([2, 3, 7]);
  });

  test('by default a persistent send outside a transaction is the only one that blocks', () => {
    const defaults = ALL_INPUTS.filter(
      (inputs) =>
        !inputs.completion &&
        !inputs.timeout &&
        !inputs.alwaysSyncSend &&
        !inputs.responseRequired &&
        !inputs.useAsyncSend,
    );
    const blocking = defaults.filter((inputs) => blocks(DISPATCH[rowOf(inputs)]));
    expect(defaults).toHaveLength(4);
    expect(blocking).toEqual([expect.objectContaining({ persistent: true, transacted: false })]);
  });
});

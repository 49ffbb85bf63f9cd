import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../spec/events/history.ts';
import { CATALOGUE } from '../../spec/catalogue.ts';
import { STRICT } from '../../spec/model/profile.ts';
import { defineAdapter, type ProducerAdapter } from '../adapter.ts';
import reference from '../adapters/reference.ts';
import { InProcessHarness } from '../harness/in-process/in-process.ts';
import { VirtualSettler } from '../harness/in-process/settle.ts';
import { installVirtualTime } from '../harness/in-process/virtual-time.ts';
import { CONFORMING } from '../mutants/conforming/catalogue.ts';
import { runCampaign } from './campaign.ts';
import { firstDifference } from './determinism-check.ts';

const time = installVirtualTime();

/** The reference, which awaits once more where it is told to. */
function hesitant(hesitates: () => boolean): ProducerAdapter {
  return defineAdapter({
    ...reference,
    async open(context) {
      const subject = await reference.open(context);
      if (!hesitates()) return subject;
      return { ...subject, send: () => Promise.reject(new Error('not today')) };
    },
  });
}

async function nonDeterminism(adapter: ProducerAdapter) {
  const harness = new InProcessHarness(
    adapter,
    STRICT,
    new VirtualSettler(time, adapter.lingerMs),
    () => time.reset(),
  );
  const plan = { rules: CATALOGUE, cases: 75, seed: 1, repeats: true };
  return (await runCampaign(harness, plan)).nonDeterminism;
}

describe('the check of control', () => {
  it('finds the reference deterministic', async () => {
    expect(await nonDeterminism(reference)).toBeUndefined();
  });

  it.each(CONFORMING)('finds $name deterministic', async (adapter) => {
    expect(await nonDeterminism(adapter)).toBeUndefined();
  });

  it('finds a producer that behaves otherwise every other time, and where', async () => {
    let opened = 0;
    const found = await nonDeterminism(hesitant(() => (opened += 1) % 2 === 0));
    expect(found).toMatchObject({ case: 24 });
    expect(found?.first).not.toEqual(found?.second);
  });

  it('finds one that differs now and then', async () => {
    let state = 1;
    const random = () => (state = Math.imul(state, 48_271) % 0x7fffffff) % 3 === 0;
    expect(await nonDeterminism(hesitant(random))).toBeDefined();
  });

  it('does not mind what is set up once, in the very case that is repeated', async () => {
    let opened = 0;
    expect(await nonDeterminism(hesitant(() => (opened += 1) === 25))).toBeUndefined();
  });
});

describe('two histories', () => {
  const throws = (kind: 'closed' | 'timeout', message: string): HistoryEvent => ({
    event: 'throw',
    op: 1,
    error: { kind, message },
  });
  const commit = (transaction: string): HistoryEvent[] => [
    { event: 'receive', packet: { type: 'begin', transaction } },
    { event: 'receive', packet: { type: 'commit', transaction } },
    { event: 'ack', transaction, of: 'commit' },
  ];

  it('may differ in the words of errors, not in their kind', () => {
    expect(firstDifference([throws('closed', 'a 1')], [throws('closed', 'a 2')])).toBeUndefined();
    expect(firstDifference([throws('closed', 'a')], [throws('timeout', 'a')])?.at).toBe(0);
  });

  it('may name their transactions as they like, if each keeps its name', () => {
    expect(firstDifference(commit('a'), commit('b'))).toBeUndefined();
    const mixed = [...commit('a').slice(0, 1), ...commit('b').slice(1)];
    expect(firstDifference(commit('a'), mixed)?.at).toBe(1);
  });

  it('differ where one goes on', () => {
    const settle: HistoryEvent = { event: 'settle' };
    expect(firstDifference([settle], [settle, settle])).toEqual({ at: 1, second: settle });
  });
});

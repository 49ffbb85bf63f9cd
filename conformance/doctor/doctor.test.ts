import { describe, expect, it } from 'vitest';
import { CAPABILITIES, type Capability } from '../../spec/events/settings.ts';
import type { OutgoingMessage, ProducerAdapter, ProducerSubject } from '../adapter.ts';
import reference from '../adapters/reference.ts';
import { VirtualSettler } from '../harness/in-process/settle.ts';
import { installVirtualTime } from '../harness/in-process/virtual-time.ts';
import { CONFORMING, CONFORMING_CLASSIC } from '../mutants/conforming/catalogue.ts';
import { runChecks } from './check-contract.ts';
import type { CheckResult } from './check.ts';
import { probeInProcess } from './probe.ts';

const time = installVirtualTime();

async function resultsOf(adapter: ProducerAdapter): Promise<CheckResult[]> {
  const found: CheckResult[] = [];
  const settler = new VirtualSettler(time, adapter.lingerMs);
  const probe = probeInProcess(adapter, settler, () => time.reset());
  const tell = (result: CheckResult) => found.push(result);
  await runChecks(probe, 0, { note: () => {}, opened: () => {}, tell });
  return found;
}

async function problems(adapter: ProducerAdapter): Promise<string[]> {
  const found = await resultsOf(adapter);
  return found
    .filter(({ outcome }) => outcome === 'problem')
    .map(({ title, text }) => `${title.split(':')[0]}: ${text}`);
}

/** A producer that can do nothing but send, with parts replaced. */
function plain(
  supports: readonly Capability[],
  change: (
    subject: ProducerSubject,
    broker: (message: OutgoingMessage) => Promise<void>,
  ) => object = () => ({}),
): ProducerAdapter {
  return {
    name: 'plain',
    supports,
    open({ broker }) {
      let end: (error: Error) => void;
      const closed = new Promise<never>((_, reject) => (end = reject));
      closed.catch(() => {});
      let isClosed = false;
      const receive = (message: OutgoingMessage) => broker.receive({ type: 'message', message });
      const subject: ProducerSubject = {
        async send(message) {
          if (isClosed) throw new Error('closed');
          const answer = Promise.race([receive(message), closed]);
          answer.catch(() => {});
          if (message.deliveryMode === 'persistent') await answer;
        },
        async close() {
          isClosed = true;
          end(new Error('closed'));
        },
      };
      return { ...subject, ...change(subject, receive) };
    },
  };
}

describe('the doctor', () => {
  it.each([reference, ...CONFORMING, ...CONFORMING_CLASSIC])(
    'finds $name sound',
    async (adapter) => {
      expect(await problems(adapter)).toEqual([]);
    },
  );

  it('finds a bare producer sound that claims just what it can do', async () => {
    const found = await resultsOf(plain([]));
    expect(found.filter(({ outcome }) => outcome === 'problem')).toEqual([]);
    const remark = found.find(({ outcome }) => outcome === 'remark');
    expect(remark?.text).toContain('it tells none');
  });

  it.each(CAPABILITIES)('sees that %s is claimed but absent', async (claim) => {
    const found = await problems(plain([claim]));
    expect(found).toHaveLength(1);
    // Where the very method is missing, no producer can be opened.
    const sentence = `^${claim}: claimed, but |which its capability "${claim}" implies$`;
    expect(found[0]).toMatch(new RegExp(sentence));
  });

  it.each(CAPABILITIES)('sees that %s is present but not claimed', async (claim) => {
    const supports = CAPABILITIES.filter((one) => one !== claim);
    const modest = { ...reference, supports };
    expect(await problems(modest)).toEqual([
      `${claim}: it is there, but not claimed: its rules are not judged`,
    ]);
  });

  it.each<[string, ProducerAdapter, RegExp]>([
    [
      'sends nothing',
      plain([], () => ({ send: () => new Promise(() => {}) })),
      /^a message reaches the broker: no packet with its id/,
    ],
    [
      'returns no promise',
      plain([], (_, receive) => ({ send: (message: OutgoingMessage) => void receive(message) })),
      /^a persistent send whose answer is held stays pending: it returned at once/,
    ],
    [
      'never ends a call',
      plain([], (_, receive) => ({
        send: (message: OutgoingMessage) => receive(message).then(() => new Promise(() => {})),
      })),
      /^an acknowledgement ends it: after its ack it was still pending/,
    ],
    [
      'swallows refusals',
      plain([], (_, receive) => ({
        send: (message: OutgoingMessage) => receive(message).catch(() => {}),
      })),
      /^a refusal fails it: once refused it returned/,
    ],
    [
      'changes messages',
      plain([], (subject) => ({
        send: (message: OutgoingMessage, options: never) =>
          subject.send({ ...message, priority: 9 }, options),
      })),
      /^it arrives as it was sent: its packet was .*"priority":9/,
    ],
    [
      'leaves its calls behind',
      plain([], () => ({ close: async () => {} })),
      /^close ends the calls that wait: a send that waited/,
    ],
    [
      'lacks a method',
      plain(['transactions']),
      /^opens a producer with the methods it needs: its open\(\) gave a producer without begin\(\)/,
    ],
    [
      'cannot open',
      { name: 'x', supports: [], open: () => Promise.reject(new Error('no licence')) },
      /^opens a producer .*no licence/,
    ],
    [
      'mistakes its errors',
      { ...reference, errorKind: () => 'closed' },
      /^tells kinds of error apart: "refused" came as "closed"/,
    ],
  ])('sees that an adapter %s', async (_, adapter, sentence) => {
    const found = await problems(adapter);
    expect(
      found.some((one) => sentence.test(one)),
      found.join('\n'),
    ).toBe(true);
  });

  it('sees a producer that is not fresh', async () => {
    let only: ProducerSubject | undefined;
    const adapter: ProducerAdapter = {
      ...reference,
      open: async (context) => (only ??= await reference.open(context)),
    };
    const [first] = await problems(adapter);
    // The second case already finds the first one's producer, closed.
    expect(first).toMatch(/^a message reaches the broker: no packet/);
  });
});

// Six faults, planted one at a time in a byte window around amqplib, over the network in memory; and the window without
// any, there and as a process of its own.
import { afterAll, expect, test } from 'vitest';
import { conform } from '../../dist/conformance/engine/conform.js';
import type { RuleId } from '../../dist/spec/index.js';
import { Folder } from '../fixtures/command-line.ts';
import { byteWindow, type Fault } from '../fixtures/byte-window.ts';

const BUILT = new URL('../../dist/conformance/', import.meta.url).href;
const folder = new Folder();
afterAll(() => folder.remove());

function adapterWith(fault: Fault | undefined, use: string): string {
  const code = `import { ${byteWindow.name} } from '${BUILT}fixtures/byte-window.js';
    import { overNetwork, serveAdapter } from '${BUILT}net/index.js';
    const adapter = overNetwork(${byteWindow.name}(${JSON.stringify(fault)}));
    ${use}`;
  return folder.write(`${(fault ?? 'sound').replaceAll(' ', '-')}-${use.length}.mjs`, code);
}
const IN_PROCESS = 'export default adapter;';
const SERVED = 'serveAdapter(adapter);';

const OPEN = new Set(['violated', 'inconclusive', 'not-exercised']);

test('the window without a fault conforms over the network in memory', async () => {
  const adapter = adapterWith(undefined, IN_PROCESS);
  const report = await conform({ adapter, cases: 250, seed: 1 });
  expect(report.rules.filter(({ verdict }) => OPEN.has(verdict))).toEqual([]);
  expect(report.verdict).toBe('conforms');
});

test('it is in order as a process of its own, over TCP', async () => {
  const adapter = `exec:${process.execPath} ${adapterWith(undefined, SERVED)}`;
  const report = await conform({ adapter, speaks: 'amqp-0-9-1', cases: 10, seed: 1 });
  expect(report.error).toBeUndefined();
  const accused = report.rules.filter(
    ({ verdict }) => verdict === 'violated' || verdict === 'inconclusive',
  );
  expect(accused).toEqual([]);
  expect(report.rules.find(({ id }) => id === 'SYN-1')?.verdict).toBe('satisfied');
});

test.each<[Fault, RuleId[]]>([
  ['overtaking', ['WIN-5']],
  ['refusal leaks space', ['WIN-9']],
  ['async waits for its ack', ['ASY-1']],
  ['answers by order', ['SYN-1', 'SYN-4']],
  ['silent at a loss', ['ERR-1']],
  ['callback twice', ['CMP-1']],
])('a fault is named: %s (%s)', async (fault, rules) => {
  const adapter = adapterWith(fault, IN_PROCESS);
  const report = await conform({ adapter, cases: 80, seed: 1, rules });
  const named = report.findings.flatMap(({ rule, hypothesis }) => [rule, hypothesis?.rule]);
  expect(named).toEqual(expect.arrayContaining(rules));
});

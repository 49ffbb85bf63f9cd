// Clients that people use, judged over the network in memory by the adapters of the guide. What they are known to
// break is listed; whatever else is found would be a fault of the network.
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { conform } from '../../dist/conformance/engine/conform.js';

/** By client, each with its reason. `always`: found in every run. */
const KNOWN = {
  amqplib: {
    always: {
      'CMP-6': 'a callback that throws ends the connection, and with it everything that waits',
      'LIF-3': 'closing again throws IllegalOperationError',
    },
    sometimes: { 'ERR-1': 'close never ends if the connection is lost before CloseOk' },
  },
  mqtt: {
    always: {
      'ERR-1': 'a loss leaves what was published and not confirmed pending',
      'ERR-3': 'likewise its callback',
      'ORD-4': 'what is published while it closes is dropped, and only a callback would say so',
      'CMP-6': 'a callback that throws lets end fail',
    },
    sometimes: {
      'ERR-4': 'publishing without a connection waits for one that never comes',
      'LIF-1': 'publishing after end waits likewise',
      'CMP-4': 'the callback of what is published after end is called inside publish',
    },
  },
} as const;

test.each(['amqplib', 'mqtt'] as const)('%s breaks what it is known to break', async (client) => {
  const adapter = fileURLToPath(
    new URL(`../../docs/examples/${client}-adapter.ts`, import.meta.url),
  );
  const report = await conform({ adapter, cases: 300, seed: 1 });
  const violated = report.rules.filter(({ verdict }) => verdict === 'violated');
  const { always, sometimes } = KNOWN[client];
  expect(violated.map(({ id }) => id)).toEqual(expect.arrayContaining(Object.keys(always)));
  const faults = report.findings.map(({ rule, hypothesis }) => hypothesis?.rule ?? rule);
  const known = Object.keys({ ...always, ...sometimes });
  expect(faults.filter((rule) => !known.includes(rule))).toEqual([]);
  // What a network that loses, delays or mixes bytes would break first.
  for (const id of [
    'ORD-1',
    'ORD-2',
    'ORD-3',
    'ORD-5',
    'SYN-1',
    'SYN-8',
    'ASY-1',
    'CMP-2',
    'LIF-4',
  ])
    expect(report.rules.find((rule) => rule.id === id)).toMatchObject({
      verdict: expect.stringMatching(/satisfied|inconclusive/),
    });
});

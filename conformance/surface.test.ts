// The public surface: the names that each entry of the package exports, read from the declarations that are built.
// A name more or less is a decision: it is taken by editing the list below.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** By entry and by purpose. */
const SURFACE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '.': {
    'what adapters are written against':
      'defineAdapter ProducerAdapter ProducerSubject OpenContext BrokerPort ProducerSettings ' +
      'OutgoingMessage Packet SendOptions Capability ErrorKind',
    'a run, and its result as data, as text and as a page':
      'conform RunOptions Report FindingReport RuleReport Counterexample exitCode reportText reportPage',
    "a profile of one's own": 'defineProfile Profile',
    "properties of one's own": 'scenarios Scenario virtualHarness Harness AdapterFault',
    'a recorded history': 'readHistory',
  },
  './spec': {
    'the rules': 'HEADLINE CATALOGUE findRule Rule RuleId',
    'which sends wait': 'decide DISPATCH',
    'judging histories': 'check Judge RuleResult History HistoryEvent HistoryError',
    'what a profile demands': 'STRICT ACTIVEMQ_CLASSIC PROFILES Profile defineProfile',
    'what is wrong with an unlawful history': 'diagnose Finding',
  },
  './reference': {
    'the producer': 'Connection Session Producer OutgoingMessage Packet',
    'why its calls fail': 'ProducerError errorKind ErrorKind',
    'what stands behind it': 'Transport InMemoryBroker',
  },
  './vitest': { 'one test for each rule': 'conformanceTests ConformanceOptions' },
  './net': {
    'clients that connect to a broker': 'overNetwork NetworkAdapter NetworkContext',
    'an adapter as a process of its own': 'serveAdapter',
  },
};

const root = new URL('../', import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  exports: Record<string, { readonly types: string; readonly default: string }>;
};

test('the entries are those listed, and ./conformance is another name of the first', () => {
  const { './package.json': _, './conformance': conformance, ...entries } = exports;
  expect(Object.keys(entries)).toEqual(Object.keys(SURFACE));
  expect(conformance).toEqual(exports['.']);
});

test.each(Object.entries(SURFACE))('%s exports these names and no others', (entry, purposes) => {
  const names = Object.values(purposes).join(' ').split(' ');
  expect(namesIn(exports[entry]?.types ?? '').toSorted()).toEqual(names.toSorted());
});

/** The names that a declaration file exports, types included. */
function namesIn(file: string): string[] {
  const url = new URL(file, root);
  if (!existsSync(url)) throw new Error(`${file} is missing: run \`npm run build\` first`);
  const code = readFileSync(url, 'utf8').replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
  if (/^export (\*|default)/m.test(code))
    throw new Error(`${file} has an export without a name: export each name`);
  const lists = [...code.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list]) =>
    (list ?? '').split(',').map((name) => name.trim().replace(/^type |^.* as /g, '')),
  );
  const declared = code.matchAll(
    /^export (?:declare )?(?:abstract )?(?:const|function|class|interface|type) (\w+)/gm,
  );
  return [...lists.filter((name) => name !== ''), ...[...declared].map(([, name]) => name ?? '')];
}

import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { sentMessage, WireClient } from '../../../fixtures/wire-client.ts';
import { AdapterFault } from '../../harness.ts';
import { FrameSplitter } from '../frame-splitter.ts';
import { NATS } from './nats.ts';
import { cutOperation, encodeMessage, type Operation } from './operation.ts';

const CONNECT = 'CONNECT {"verbose":false, "headers":true}\r\n';
const INBOX = 'SUB _INBOX.a.* 1\r\n';

const hpub = (to: string, headers: string, body = 'hi') => {
  const head = `NATS/1.0\r\n${headers}\r\n\r\n`;
  return `HPUB ${to} ${head.length} ${head.length + body.length}\r\n${head}${body}\r\n`;
};
const M1 = hpub('tck _INBOX.a.1', 'Nats-Msg-Id: m1');
const M2 = hpub('tck _INBOX.a.2', 'Nats-Msg-Id: m2');

let client: WireClient;
beforeEach(() => {
  client = new WireClient(NATS);
});

/** Writes operations behind a handshake. */
async function said(...operations: string[]): Promise<string> {
  await client.write(CONNECT);
  return String(await client.write(...operations));
}
/** What is in the one message among some bytes. */
const bodyOf = (bytes: Buffer | string): unknown =>
  JSON.parse(String(bytes).split('\r\n').at(1) ?? '');
const packets = () => client.packets.map(({ packet }) => packet);
const received = (id: string, rest = {}) => ({
  type: 'message',
  message: sentMessage(id, rest),
});

describe('a publisher', () => {
  test('is greeted before it says anything, and its PING is answered at once', async () => {
    const [info, pong] = String(await client.write(CONNECT, 'PING\r\n')).split('\r\n');
    expect(info).toMatch(/^INFO \{.*"headers":true,"jetstream":true.*\}$/);
    expect(pong).toBe('PONG');
  });

  test('has each message stored or refused at its reply subject, in any order', async () => {
    expect(await said(INBOX, M1, M2)).toBe('');
    expect(client.packets).toEqual(
      ['m1', 'm2'].map((id) => ({ packet: received(id), tells: 'all' })),
    );
    const refusal = await client.refuse(1, 'full');
    expect(String(refusal)).toMatch(/^MSG _INBOX.a.2 1 \d+\r\n/);
    expect(bodyOf(refusal)).toEqual({
      error: { code: 503, err_code: 10_077, description: 'full' },
    });
    const answer = '{"stream":"tck","seq":1}';
    expect(String(await client.ack(0))).toBe(`MSG _INBOX.a.1 1 ${answer.length}\r\n${answer}\r\n`);
  });

  test.each([
    ['no reply subject', hpub('tck', 'Nats-Msg-Id: m1')],
    ['a reply subject that nobody reads', hpub('tck other.1', 'Nats-Msg-Id: m1')],
  ])('is answered by nothing with %s', async (_, operation) => {
    await said(INBOX, operation);
    expect(client.packets).toEqual([{ packet: received('m1'), tells: 'nothing' }]);
    expect(await client.ack(0)).toHaveLength(0);
  });

  test('may ask for one answer only, and give a subscription up', async () => {
    await said(
      'SUB r.> q 7\r\nUNSUB 7 1\r\nSUB s 8\r\n',
      hpub('tck r.1.2', 'id:m1'),
      hpub('tck r.x', 'id:m2'),
    );
    await said('UNSUB 8\r\n', hpub('tck s', 'id:m3'));
    expect(String(await client.ack(0))).toMatch(/^MSG r.1.2 7 /);
    expect(await client.ack(1)).toHaveLength(0);
    expect(client.packets[2]?.tells).toBe('nothing');
  });

  test('may name a message in its body, and give it another subject and size', async () => {
    await said(
      'PUB other 2\r\nm1\r\n',
      hpub('tck', 'correlation-id: m2', 'long\r\n'),
      'pub tck 2\nm3\n',
    );
    expect(packets()).toEqual([
      received('m1', { destination: 'other' }),
      received('m2', { size: 6 }),
      received('m3'),
    ]);
  });

  test('that wants its operations confirmed is told of each', async () => {
    const all = await client.write(
      'CONNECT {"verbose":true}\r\n',
      INBOX,
      M1,
      'PING\r\nUNSUB 1\r\n',
    );
    expect(String(all).split('\r\n').slice(1, -1)).toEqual(['+OK', '+OK', '+OK', 'PONG', '+OK']);
  });

  test.each([
    ['$JS.API.INFO', { streams: 1 }],
    ['$JS.hub.API.STREAM.NAMES', { streams: ['tck'], total: 1 }],
    ['$JS.API.STREAM.LIST', { total: 1 }],
    ['$JS.API.STREAM.INFO.s', { config: expect.objectContaining({ name: 's' }) }],
    [
      '$JS.API.STREAM.CREATE.s',
      { config: expect.objectContaining({ subjects: ['>'], name: 'x' }) },
    ],
    ['$JS.API.STREAM.DELETE.s', { success: true }],
    ['$JS.API.CONSUMER.CREATE.s', { error: expect.objectContaining({ code: 404 }) }],
  ])('is told what it asks for: %s', async (subject, answer) => {
    const told = await said(INBOX, `PUB ${subject} _INBOX.a.9 12\r\n{"name":"x"}\r\n`);
    expect(bodyOf(told)).toMatchObject(answer);
    expect(packets()).toEqual([]);
  });
});

describe('what keeps not to the protocol is a fault', () => {
  test.each([
    ['another protocol', 'CONNECTED\n\n\0', /no client sends: CONNECTED/],
    ['rubbish', '{"receive":1}\n', /no client sends: \{"RECEIVE":1\}/],
    ['an operation of servers', 'MSG a 1 2\r\nhi\r\n', /no client sends: MSG a 1 2/],
    ['an absurd length', 'PUB a 99999999999\r\n', /length of 99999999999; the kit takes up to/],
    ['a negative length', 'PUB a -1\r\n', /length of -1/],
    ['no length', 'PUB\r\n', /length of undefined/],
    ['no subject', 'PUB 2\r\nhi\r\n', /no subject, or too many words: PUB/],
    ['too many words', 'PUB a b c 2\r\nhi\r\n', /too many words: PUB a b c/],
    ['more headers than bytes', 'HPUB a 9 3\r\n', /has 9 bytes of headers in 3/],
    ['headers of another kind', 'HPUB a 4 6\r\nHTTPhi\r\n', /do not begin with NATS\/1.0/],
    ['a header without a colon', hpub('a', 'id'), /a header without a colon \(id\)/],
    ['a payload that is longer than its length', 'PUB a 1\r\nhi\r\n', /goes on behind its payload/],
    ['a subscription to nothing', 'SUB 1\r\n', /lacks a subject and a number: SUB 1/],
    ['no end of a line', 'x'.repeat(70_000), /has no end to its line: x/],
    ['no id', 'PUB tck 2\r\nhi\r\n', /a NATS message to tck, which carries no id: let the adapter/],
    ['an unknown id', hpub('tck', 'Nats-Msg-Id: x'), /is no message of this case \(x\)/],
  ])('%s', async (_, operation, sentence) => {
    await said(operation);
    expect(client.fault).toBeInstanceOf(AdapterFault);
    expect(client.fault?.message).toMatch(sentence);
  });

  test('half an operation at the end of the stream', async () => {
    await said('PUB tck 2\r\nh');
    await client.end();
    expect(client.fault?.message).toMatch(/in the middle of a NATS operation: PUB tck 2/);
  });
});

describe('the codec', () => {
  const word = fc.stringMatching(/^[!-~]{1,9}$/);
  const value = fc.stringMatching(/^[!-~]{0,9}$/);

  test('reads messages in whatever chunks', () => {
    const message = fc.record({
      subject: word,
      name: fc.stringMatching(/^[a-z-]{1,9}$/),
      value,
      body: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(message), fc.integer({ min: 1, max: 40 }), (messages, size) => {
        const bytes = Buffer.concat(
          messages.map((one) => {
            const head = Buffer.from(`NATS/1.0\r\n${one.name}: ${one.value}\r\n\r\n`);
            const body = Buffer.from(one.body);
            const line = `HPUB ${one.subject} ${head.length} ${head.length + body.length}\r\n`;
            return Buffer.concat([Buffer.from(line), head, body, Buffer.from('\r\n')]);
          }),
        );
        const splitter = new FrameSplitter(cutOperation);
        const read: Operation[] = [];
        for (let at = 0; at < bytes.length; at += size)
          read.push(...splitter.push(bytes.subarray(at, at + size)));
        expect(
          read.map(({ words, headers, payload }) => [words, [...headers], String(payload)]),
        ).toEqual(messages.map((one) => [[one.subject], [[one.name, one.value]], one.body]));
        expect(splitter.rest()).toHaveLength(0);
      }),
    );
  });

  test('measures what it writes in bytes', () => {
    expect(String(encodeMessage('a', '1', 'ä'))).toBe('MSG a 1 2\r\nä\r\n');
  });

  test('makes an operation or a sentence of any bytes', async () => {
    const parts = [
      CONNECT,
      INBOX,
      M1,
      'PUB',
      ' ',
      'tck',
      '2',
      '\r\n',
      '\n',
      'hi',
      'PING',
      'UNSUB 1 1\r\n',
    ];
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }).map((one) => Buffer.from(one)),
      fc.array(fc.constantFrom(...parts)).map((all) => Buffer.from(all.join(''))),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(bytes), async (chunks) => {
        const any = new WireClient(NATS);
        await any.write(...chunks);
        for (let at = 0; at < any.packets.length; at += 1) await any.ack(at);
        await any.end();
        if (any.fault) expect(any.fault).toBeInstanceOf(AdapterFault);
      }),
    );
  });
});

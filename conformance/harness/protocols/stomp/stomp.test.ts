import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { sentMessage, WireClient } from '../../../fixtures/wire-client.ts';
import { AdapterFault } from '../../harness.ts';
import { FrameSplitter } from '../frame-splitter.ts';
import { cutFrame, encodeFrame, type Frame } from './frame.ts';
import { STOMP } from './stomp.ts';

const CONNECT = 'CONNECT\naccept-version:1.0,1.1,1.2\nhost:/\n\n\0';
const TO = 'destination:/queue/tck';

let client: WireClient;
beforeEach(() => {
  client = new WireClient(STOMP);
});

/** Writes frames behind a handshake. */
async function said(...frames: string[]): Promise<string> {
  await client.write(CONNECT);
  return textOf(client.write(...frames));
}
/** Without the line ends around frames, which mean nothing. */
const textOf = async (bytes: Promise<Buffer>) => String(await bytes).trim();
const first = () => client.packets[0];

describe('a handshake', () => {
  test('is answered at once, in the highest version that both know', async () => {
    const answer = await textOf(client.write(CONNECT));
    expect(answer).toMatch(/^CONNECTED\nversion:1.2\nheart-beat:0,0\n/);
    expect(answer.endsWith('\n\n\0')).toBe(true);
  });

  test('in an unknown version is a fault that names both', async () => {
    expect(String(await client.write('STOMP\naccept-version:2.0\n\n\0'))).toMatch(/^ERROR\n/);
    expect(client.fault?.message).toBe(
      "its client's STOMP frame CONNECT accepts version 2.0; the kit speaks 1.2, 1.1, 1.0",
    );
  });

  test('ends with a receipt', async () => {
    expect(await said('DISCONNECT\nreceipt:9\n\n\0')).toBe('RECEIPT\nreceipt-id:9\n\n\0');
    expect(client.hasEnded).toBe(true);
  });
});

describe('a message', () => {
  const send = (...headers: string[]) => `SEND\n${[TO, ...headers].join('\n')}\n\nhi\0`;

  test('is known by its correlation id, and its receipt is the acknowledgement', async () => {
    expect(await said(send('correlation-id:m1', 'receipt:r1'))).toBe('');
    expect(first()).toEqual({
      packet: { type: 'message', message: sentMessage('m1') },
      tells: 'all',
    });
    expect(String(await client.ack(0))).toBe('RECEIPT\nreceipt-id:r1\n\n\0');
  });

  test('without a receipt is answered by nothing, but can be refused', async () => {
    await said(send('id:m1'), send('id:m2'));
    expect(first()?.tells).toBe('refusals');
    expect(String(await client.ack(0))).toBe('');
    expect(String(await client.refuse(1, 'full: up'))).toBe(
      'ERROR\nmessage:full\\c up\n\nfull: up\0',
    );
  });

  test('carries what its headers say of it', async () => {
    const headers = ['persistent:false', 'priority:9', 'timestamp:1000', 'expires:1500'];
    await said(send('correlation-id:m1', 'transaction:t1', ...headers));
    const message = sentMessage('m1', {
      deliveryMode: 'non-persistent',
      priority: 9,
      timeToLiveMs: 500,
    });
    expect(first()?.packet).toEqual({ type: 'message', message, transaction: 't1' });
  });

  test('of another size, to another destination, is received as it came', async () => {
    await said('SEND\ndestination:/queue/other\ncorrelation-id:m1\ncontent-length:3\n\na\0b\0');
    const message = sentMessage('m1', { size: 3, destination: 'other' });
    expect(first()?.packet).toEqual({ type: 'message', message });
  });

  test.each(['m1', 'm1 and more', '{"id":"m1","n":1}', 'm1\n....'])(
    'is known by the start of its body: %s',
    async (body) => {
      await said(`SEND\n${TO}\nmessage-id:client-1\n\n${body}\0`);
      expect(first()?.packet).toEqual({ type: 'message', message: sentMessage('m1') });
    },
  );

  test.each([
    ['SEND\ndestination:a\n\nhi\0', /SEND destination:a, which carries no id: let the adapter put/],
    ['SEND\nid:x\n\nm1x\0', /which is no message of this case \(x\): let the adapter/],
  ])('that nobody knows is a fault: %j', async (frame, sentence) => {
    await said(frame);
    expect(client.fault?.message).toMatch(sentence);
  });
});

test('a transaction is begun, committed and aborted, each with its receipt', async () => {
  const frames = ['BEGIN', 'COMMIT', 'ABORT'].map(
    (one) => `${one}\ntransaction:t\nreceipt:${one}\n\n\0`,
  );
  await said(...frames);
  expect(client.packets.map(({ packet }) => packet)).toEqual(
    ['begin', 'commit', 'rollback'].map((type) => ({ type, transaction: 't' })),
  );
  expect(String(await client.ack(1))).toBe('RECEIPT\nreceipt-id:COMMIT\n\n\0');
  expect(String(await client.refuse(2))).toBe('ERROR\nreceipt-id:ABORT\nmessage:no\n\nno\0');
});

test('a subscription is taken, and confirmed', async () => {
  expect(await said('SUBSCRIBE\nid:0\ndestination:a\nreceipt:s\n\n\0')).toMatch(/^RECEIPT/);
});

describe('what keeps not to the protocol is a fault', () => {
  test.each([
    ['a beginning without CONNECT', `SEND\n${TO}\n\n\0`, /began with a STOMP frame SEND/],
    ['rubbish', '{"receive":1}\n\n\0', /no client sends|began with a STOMP frame \{"receive":1\}/],
    ['a header without a colon', 'CONNECT\nhost\n\n\0', /without a colon \(host\)/],
    ['an absurd length', 'SEND\ncontent-length:99999999999\n\n', /content-length of 99999999999/],
    ['a negative length', 'SEND\ncontent-length:-1\n\n', /content-length of -1/],
    ['a length that is too small', 'SEND\ncontent-length:1\n\nab\0', /does not end in a NUL/],
    ['an unknown escape', 'SEND\na:\\t\n\n\0', /unknown escape/],
    ['no end of headers', 'x'.repeat(70_000), /no end to its headers/],
    ['another encoding', Buffer.from([0x53, 0xff, 10, 10, 0]), /not UTF-8/],
  ])('%s', async (_, bytes, sentence) => {
    await client.write(bytes);
    expect(client.fault).toBeInstanceOf(AdapterFault);
    expect(client.fault?.message).toMatch(sentence);
  });

  test.each([
    ['a second CONNECT', CONNECT, /second STOMP frame CONNECT/],
    ['a frame of brokers', 'MESSAGE\n\n\0', /no client sends: MESSAGE/],
    ['a commit of nothing', 'COMMIT\n\n\0', /COMMIT without a transaction/],
  ])('%s', async (_, frame, sentence) => {
    await said(frame);
    expect(client.fault?.message).toMatch(sentence);
  });

  test('half a frame at the end of the stream', async () => {
    await said('SEND\ndestination:a\n\nhal');
    await client.end();
    expect(client.fault?.message).toMatch(
      /ended the connection in the middle of a STOMP frame: SEND/,
    );
  });

  test('but not a heart-beat', async () => {
    await said('\n', '\r\n');
    await client.end();
    expect(client.fault).toBeUndefined();
  });
});

describe('the codec', () => {
  const text = fc.string({ unit: 'grapheme' });
  const frame = fc.record({
    headers: fc.dictionary(
      text.filter((name) => name !== 'content-length'),
      text,
    ),
    body: text.filter((body) => !body.includes('\0')),
  });

  test('reads what it writes, in whatever chunks', () => {
    fc.assert(
      fc.property(fc.array(frame), fc.integer({ min: 1, max: 40 }), (frames, size) => {
        const bytes = Buffer.concat(
          frames.map(({ headers, body }) => encodeFrame('SEND', headers, body)),
        );
        const splitter = new FrameSplitter(cutFrame);
        const read: Frame[] = [];
        for (let at = 0; at < bytes.length; at += size)
          read.push(...splitter.push(bytes.subarray(at, at + size)));
        expect(
          read.map(({ headers, body }) => [Object.fromEntries(headers), String(body)]),
        ).toEqual(frames.map(({ headers, body }) => [{ ...headers }, body]));
        expect(splitter.rest()).toHaveLength(0);
      }),
    );
  });

  test('makes a frame or a sentence of any bytes', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }).map((one) => Buffer.from(one)),
      fc
        .array(
          fc.constantFrom(
            'SEND',
            '\n',
            '\0',
            ':',
            'content-length',
            '3',
            'id',
            'm1',
            '\\',
            CONNECT,
          ),
        )
        .map((all) => Buffer.from(all.join(''))),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(bytes), async (chunks) => {
        const any = new WireClient(STOMP);
        await any.write(...chunks);
        await any.end();
        if (any.fault) expect(any.fault).toBeInstanceOf(AdapterFault);
      }),
    );
  });
});

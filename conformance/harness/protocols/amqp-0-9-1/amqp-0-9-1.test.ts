import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { sentMessage, WireClient } from '../../../fixtures/wire-client.ts';
import { AdapterFault } from '../../harness.ts';
import { AMQP_0_9_1 } from './amqp-0-9-1.ts';
import { BEGINNING, BODY, encodeFrame, HEADER, HEARTBEAT, METHOD } from './frame.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const short = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
const method = (channel: number, numbers: string, ...fields: Buffer[]) =>
  encodeFrame(METHOD, channel, Buffer.concat([hex(numbers), ...fields]));
const header = (size: number, flags: string, ...properties: Buffer[]) => {
  const length = Buffer.alloc(8);
  length.writeBigInt64BE(BigInt(size));
  return encodeFrame(
    HEADER,
    1,
    Buffer.concat([hex('003c 0000'), length, hex(flags), ...properties]),
  );
};

const START_OK = method(0, '000a 000b 00000000', short('PLAIN'), hex('00000000'), short('en_US'));
const TUNE_OK = method(0, '000a 001f 0000 00020000 0000');
const OPEN = method(0, '000a 0028', short('/'), hex('0000'));
const CHANNEL_OPEN = method(1, '0014 000a 00');
const CONFIRM = method(1, '0055 000a 00');
const TX_SELECT = method(1, '005a 000a');
const TX_COMMIT = method(1, '005a 0014');
const PUBLISH = method(1, '003c 0028 0000', short(''), short('tck'), hex('00'));
/** Delivery mode, priority, correlation id, expiration. */
const HEAD = header(2, '1d00', hex('02 04'), short('m1'), short('500'));
const HI = encodeFrame(BODY, 1, Buffer.from('hi'));
const HANDSHAKE = [BEGINNING, START_OK, TUNE_OK, OPEN, CHANNEL_OPEN];
const BEAT = encodeFrame(HEARTBEAT, 0, Buffer.alloc(0)).toString('hex');

let client: WireClient;
beforeEach(() => {
  client = new WireClient(AMQP_0_9_1);
});

/** Opens a channel, then writes frames. Heartbeats mean nothing. */
async function said(...frames: Buffer[]): Promise<string> {
  await client.write(...HANDSHAKE);
  return withoutBeats(await client.write(...frames));
}
const withoutBeats = (bytes: Buffer) => bytes.toString('hex').replaceAll(BEAT, '');
const packets = () => client.packets.map(({ packet }) => packet);
const M1 = sentMessage('m1', { timeToLiveMs: 500 });

describe('a publisher', () => {
  test('is led through the handshake, and granted what it asks for', async () => {
    const answers = withoutBeats(await client.write(...HANDSHAKE, CONFIRM));
    const numbers = [...answers.matchAll(/01000[01]........(00..00..)/g)].map(([, one]) => one);
    expect(numbers).toEqual(['000a000a', '000a001e', '000a0029', '0014000b', '0055000b']);
    expect(Buffer.from(answers, 'hex').toString('latin1')).toContain('publisher_confirms');
  });

  test('in confirm mode has each message acked or nacked by its number, in any order', async () => {
    await said(CONFIRM, PUBLISH, HEAD, HI, PUBLISH, HEAD, HI);
    expect(packets()).toEqual([M1, M1].map((message) => ({ type: 'message', message })));
    expect((await client.refuse(1)).subarray(7).toString('hex')).toBe(
      '003c0078000000000000000200ce',
    );
    expect((await client.ack(0)).subarray(7).toString('hex')).toBe('003c0050000000000000000100ce');
  });

  test('has answers of one turn told together, from the oldest message on', async () => {
    const answered = async (...answers: Promise<Buffer>[]) =>
      [
        ...(await Promise.all(answers))
          .map(withoutBeats)
          .join('')
          .matchAll(/003c(00..)0{14}(....)ce/g),
      ].map(([, what, tag]) => `${what === '0050' ? 'ack' : 'nack'} ${tag}`);
    const publish = [PUBLISH, HEAD, HI];
    await said(CONFIRM, ...Array.from({ length: 9 }, () => publish).flat());
    expect(await answered(client.ack(1))).toEqual(['ack 0200']);
    expect(await answered(client.ack(2), client.ack(0), client.ack(4))).toEqual([
      'ack 0301',
      'ack 0500',
    ]);
    expect(
      await answered(client.refuse(3), client.refuse(5), client.ack(6), client.refuse(7)),
    ).toEqual(['nack 0601', 'ack 0700', 'nack 0800']);
    expect(await answered(client.ack(8))).toEqual(['ack 0900']);
  });

  test('without confirms is answered by nothing', async () => {
    expect(await said(PUBLISH, HEAD, HI)).toBe('');
    expect(client.packets).toEqual([
      { packet: { type: 'message', message: M1 }, tells: 'nothing' },
    ]);
  });

  test('in a transaction begins with its first message, and waits for the commit', async () => {
    await said(TX_SELECT, PUBLISH, HEAD, HI, TX_COMMIT, TX_COMMIT);
    expect(packets()).toEqual([
      { type: 'begin', transaction: 'tx1' },
      { type: 'message', message: M1, transaction: 'tx1' },
      { type: 'commit', transaction: 'tx1' },
      { type: 'begin', transaction: 'tx2' },
      { type: 'commit', transaction: 'tx2' },
    ]);
    expect((await client.ack(2)).subarray(7).toString('hex')).toBe('005a0015ce');
  });

  test('that comes again has other transactions', async () => {
    client = new WireClient(AMQP_0_9_1, 2);
    await said(TX_SELECT, TX_COMMIT);
    expect(packets()[0]).toEqual({ type: 'begin', transaction: 'tx2.1' });
  });

  test('may cut a body in parts, and leave out properties', async () => {
    const parts = ['h', 'i'].map((part) => encodeFrame(BODY, 1, Buffer.from(part)));
    await said(PUBLISH, header(2, '0400', short('m2')), ...parts);
    expect(packets()).toEqual([{ type: 'message', message: sentMessage('m2') }]);
  });

  test('may publish to an exchange of that name', async () => {
    const publish = method(1, '003c 0028 0000', short('tck'), short('any.key'), hex('00'));
    await said(publish, HEAD, HI);
    expect(packets()).toEqual([{ type: 'message', message: M1 }]);
  });

  test('closes with an answer', async () => {
    const close = method(0, '000a 0032 00c8', short('bye'), hex('00000000'));
    expect(await said(close)).toBe(method(0, '000a 0033').toString('hex'));
    expect(client.hasEnded).toBe(true);
  });
});

describe('what keeps not to the protocol is a fault', () => {
  test.each([
    [
      'another version',
      Buffer.from('AMQP\0\x01\0\0', 'latin1'),
      /began with 414d515000010000; the kit/,
    ],
    ['no beginning', OPEN, /began with 000a0028/],
    ['another protocol', Buffer.from('CONNECT\n'), /frame that is of type 67: CONNECT/],
    ['an absurd length', hex('01 0000 7fffffff'), /has 2147483647 bytes; the kit takes/],
    ['no end', Buffer.concat([BEGINNING, hex('01 0000 00000001 00 00')]), /does not end in CE/],
  ])('%s', async (_, bytes, sentence) => {
    await client.write(bytes);
    expect(client.fault).toBeInstanceOf(AdapterFault);
    expect(client.fault?.message).toMatch(sentence);
  });

  test.each([
    [
      'an unknown method',
      method(1, '003c 0014'),
      /holds the method 60.20, which the kit does not know/,
    ],
    ['a channel that is not open', method(7, '0055 000a 00'), /is on channel 7, which is not open/],
    ['a body without a header', HI, /is a body that no header precedes/],
    ['a header without a publish', HEAD, /is a header that no publish precedes/],
    ['too few bytes', method(1, '003c 0028 0000 09'), /too short for its fields/],
  ])('%s', async (_, frame, sentence) => {
    await said(frame);
    expect(client.fault?.message).toMatch(sentence);
  });

  test('too long a body, or no id', async () => {
    await said(PUBLISH, HEAD, encodeFrame(BODY, 1, Buffer.from('high')));
    expect(client.fault?.message).toMatch(/beyond the 2 bytes of its message/);
    client = new WireClient(AMQP_0_9_1);
    await said(PUBLISH, header(0, '0000'));
    expect(client.fault?.message).toMatch(/message to tck, which carries no id: let/);
  });
});

test('any bytes are methods or a sentence', async () => {
  const frames = fc.constantFrom(CONFIRM, TX_SELECT, TX_COMMIT, PUBLISH, HEAD, HI, ...HANDSHAKE);
  const damaged = fc
    .tuple(frames, fc.array(fc.tuple(fc.nat(40), fc.nat(255)), { maxLength: 3 }))
    .map(([frame, changes]) => {
      const copy = Buffer.from(frame);
      for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
      return copy;
    });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(frames, damaged), { maxLength: 9 }), async (chunks) => {
      const any = new WireClient(AMQP_0_9_1);
      await any.write(...HANDSHAKE, ...chunks);
      for (let at = 0; at < any.packets.length; at += 1) await any.ack(at);
      await any.end();
      if (any.fault) expect(any.fault).toBeInstanceOf(AdapterFault);
    }),
  );
});

import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import * as recorded from '../../../fixtures/openwire-frames.ts';
import { sentMessage, WireClient } from '../../../fixtures/wire-client.ts';
import { AdapterFault } from '../../harness.ts';
import { OPENWIRE } from './openwire.ts';

const { ASYNC_SEND, BEGIN, COMMIT, PRODUCER_INFO, SYNC_SEND, TRANSACTED_SEND } = recorded;
const { CONNECTION_INFO, SESSION_INFO, WIRE_FORMAT_INFO } = recorded;
const TRANSACTION = 'ID:vm-33517-1795901728174-1:1:1';

let client: WireClient;
beforeEach(() => {
  client = new WireClient(OPENWIRE);
});

/** Opens a producer with a window of 5000 bytes, then writes frames. */
async function said(...frames: Buffer[]): Promise<string> {
  await client.write(WIRE_FORMAT_INFO, CONNECTION_INFO, SESSION_INFO, PRODUCER_INFO);
  return (await client.write(...frames)).toString('hex');
}
const response = (to: number) =>
  `0000000a1e00000000 00${to.toString(16).padStart(8, '0')}`.replace(' ', '');
const packets = () => client.packets.map(({ packet }) => packet);

/** A recorded frame with other bytes at a place. */
function changed(frame: Buffer, at: number, ...bytes: number[]): Buffer {
  const copy = Buffer.from(frame);
  copy.set(bytes, at);
  return copy;
}

describe('the real client is understood', () => {
  test('its handshake is not waited for, and has its responses', async () => {
    const greeting = await client.write();
    expect(greeting.toString('latin1')).toMatch(/^\0\0\0.\u0001ActiveMQ\0\0\0\t/);
    const answers = await client.write(
      WIRE_FORMAT_INFO,
      CONNECTION_INFO,
      SESSION_INFO,
      PRODUCER_INFO,
    );
    expect(answers.toString('hex')).toBe(response(1) + response(3));
    expect(client.fault).toBeUndefined();
  });

  test('a sync send, in whatever pieces it comes, is a message that waits for its response', async () => {
    await said();
    for (const byte of SYNC_SEND) await client.write(Buffer.from([byte]));
    expect(packets()).toEqual([{ type: 'message', message: sentMessage('m1') }]);
    expect((await client.ack(0)).toString('hex')).toBe(response(4));
  });

  test('an async send tells all of its message, and gets its space back', async () => {
    expect(await said(ASYNC_SEND)).toBe('');
    const changes = { deliveryMode: 'non-persistent', priority: 9, timeToLiveMs: 500 } as const;
    expect(packets()).toEqual([{ type: 'message', message: sentMessage('m2', changes) }]);
    const ack = await client.ack(0);
    expect([ack[4], ack.readInt32BE(ack.length - 4)]).toEqual([19, 1026]);
  });

  test('without a window nothing answers an async send', async () => {
    await client.write(WIRE_FORMAT_INFO, CONNECTION_INFO, SESSION_INFO, ASYNC_SEND);
    expect(client.packets[0]?.tells).toBe('refusals');
    expect(await client.ack(0)).toHaveLength(0);
  });

  test('a transaction is begun without a response, carried by its messages, and committed with one', async () => {
    await said(BEGIN, TRANSACTED_SEND, COMMIT);
    expect(packets()).toEqual([
      { type: 'begin', transaction: TRANSACTION },
      { type: 'message', message: sentMessage('m3'), transaction: TRANSACTION },
      { type: 'commit', transaction: TRANSACTION },
    ]);
    expect(client.packets.map(({ tells }) => tells)).toEqual(['refusals', 'all', 'all']);
    expect((await client.ack(2)).toString('hex')).toBe(response(8));
  });
});

describe('a refusal', () => {
  test.each([
    ['of what waits is its response', SYNC_SEND, 31, 'javax.jms.ResourceAllocationException'],
    [
      'of what nobody waits for is an error of the connection',
      ASYNC_SEND,
      16,
      'javax.jms.ResourceAllocationException',
    ],
    [
      'of a commit says that it was rolled back',
      COMMIT,
      31,
      'javax.jms.TransactionRolledBackException',
    ],
  ])('%s', async (_, frame, type, error) => {
    await said(frame);
    const answer = await client.refuse(0, 'no room');
    expect(answer[4]).toBe(type);
    expect(answer.toString()).toContain(error);
    expect(answer.toString()).toContain('no room');
  });
});

describe('what keeps not to the protocol is a fault', () => {
  test.each([
    ['another protocol', Buffer.from('CONNECT\n\n\0'), /frame of 1129270862 bytes; .*: CONNECT/],
    ['a negative length', Buffer.from('ffffffff', 'hex'), /frame of -1 bytes/],
    ['an empty frame', Buffer.alloc(4), /frame of 0 bytes/],
    ['no handshake', CONNECTION_INFO, /is a ConnectionInfo, where its WireFormatInfo belongs/],
    ['another magic', changed(WIRE_FORMAT_INFO, 5, 0x42), /does not begin with ActiveMQ/],
    ['an old version', changed(WIRE_FORMAT_INFO, 16, 6), /offers version 6; the kit speaks 9/],
  ])('%s', async (_, bytes, sentence) => {
    await client.write(bytes);
    expect(client.fault).toBeInstanceOf(AdapterFault);
    expect(client.fault?.message).toMatch(sentence);
  });

  test.each([
    ['a frame that is too short', Buffer.from('0000000118', 'hex'), /too short for its fields/],
    ['a strange object', changed(SYNC_SEND, 11, 99), /has an object of type 99, where an id/],
    [
      'no correlation id',
      withoutCorrelationId(SYNC_SEND),
      /message to tck, which carries no id: let/,
    ],
  ])('%s', async (_, frame, sentence) => {
    await said(frame);
    expect(client.fault?.message).toMatch(sentence);
  });

  test('half a frame at the end of the stream', async () => {
    await said(SYNC_SEND.subarray(0, 50));
    await client.end();
    expect(client.fault?.message).toMatch(/in the middle of an OpenWire frame: 000000d118/);
  });
});

test('any bytes are commands or a sentence', async () => {
  const frames = fc.constantFrom(...Object.values(recorded));
  const damaged = fc
    .tuple(frames, fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 6 }), fc.nat(300))
    .map(([frame, changes, cut]) => {
      const copy = Buffer.from(frame);
      for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
      return cut < 150 ? copy : copy.subarray(0, cut);
    });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(frames, damaged), { maxLength: 6 }), async (chunks) => {
      const any = new WireClient(OPENWIRE);
      await any.write(WIRE_FORMAT_INFO, ...chunks);
      for (let at = 0; at < any.packets.length; at += 1)
        await (at % 2 === 0 ? any.ack(at) : any.refuse(at));
      await any.end();
      if (any.fault) expect(any.fault).toBeInstanceOf(AdapterFault);
    }),
  );
});

/** Its text, m1, becomes null. */
function withoutCorrelationId(frame: Buffer): Buffer {
  const at = frame.indexOf('m1') - 3;
  const shorter = Buffer.concat([frame.subarray(0, at), Buffer.from([0]), frame.subarray(at + 5)]);
  shorter.writeInt32BE(shorter.length - 4);
  return shorter;
}

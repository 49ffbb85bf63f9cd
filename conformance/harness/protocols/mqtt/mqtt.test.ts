import fc from 'fast-check';
import { generate, type Packet, parser } from 'mqtt-packet';
import { beforeEach, describe, expect, test } from 'vitest';
import { sentMessage, WireClient } from '../../../fixtures/wire-client.ts';
import { AdapterFault } from '../../harness.ts';
import { withPackage } from '../protocols.ts';
import { MQTT } from './mqtt.ts';

type Publish = Extract<Packet, { cmd: 'publish' }>;

let client: WireClient;
let version: 4 | 5;
beforeEach(() => {
  client = new WireClient(MQTT);
  version = 5;
});

const bytesOf = (packet: Packet) => generate(packet, { protocolVersion: version });
const connect = (): Packet => ({ cmd: 'connect', clientId: 'c', protocolVersion: version });
const publish = (id: string, rest: Partial<Publish> = {}): Publish => ({
  cmd: 'publish',
  topic: 'tck',
  payload: version === 5 ? 'hi' : id,
  qos: 1,
  dup: false,
  retain: false,
  messageId: 7,
  ...(version === 5 && { properties: { correlationData: Buffer.from(id) } }),
  ...rest,
});

/** The broker's packets in some bytes. */
function read(bytes: Buffer): Packet[] {
  const packets: Packet[] = [];
  parser({ protocolVersion: version })
    .on('packet', (packet) => packets.push(packet))
    .parse(bytes);
  return packets;
}
/** Writes packets behind a handshake. */
async function said(...packets: Packet[]): Promise<Packet[]> {
  await client.write(bytesOf(connect()));
  return read(await client.write(...packets.map(bytesOf)));
}

describe('a publisher', () => {
  test.each([4, 5] as const)('of protocol level %i is connected at once', async (level) => {
    version = level;
    const accepted = level === 5 ? { reasonCode: 0 } : { returnCode: 0 };
    const [answer] = read(await client.write(bytesOf(connect())));
    expect(answer).toMatchObject({ cmd: 'connack', sessionPresent: false, ...accepted });
  });

  test('without a name is given one', async () => {
    const [answer] = read(
      await client.write(
        bytesOf({ cmd: 'connect', clientId: '', clean: true, protocolVersion: 5 }),
      ),
    );
    expect(answer).toMatchObject({ properties: { assignedClientIdentifier: 'producer-tck' } });
  });

  test('at QoS 1 has each message acknowledged or refused by its number, in any order', async () => {
    expect(await said(publish('m1'), publish('m2', { messageId: 8 }))).toEqual([]);
    expect(client.packets).toEqual(
      ['m1', 'm2'].map((id) => ({
        packet: { type: 'message', message: sentMessage(id) },
        tells: 'all',
      })),
    );
    const refusal = read(await client.refuse(1));
    expect(refusal).toMatchObject([{ cmd: 'puback', messageId: 8, reasonCode: 0x97 }]);
    const answer = read(await client.ack(0));
    expect(answer).toMatchObject([{ cmd: 'puback', messageId: 7, reasonCode: 0 }]);
  });

  test('of MQTT 3.1.1 cannot be refused, and is known by the body', async () => {
    version = 4;
    await said(publish('m1'));
    const packet = { type: 'message', message: sentMessage('m1') };
    expect(client.packets).toEqual([{ packet, tells: 'acknowledgements' }]);
    expect((await client.ack(0)).toString('hex')).toBe('40020007');
  });

  test('at QoS 2 is answered by PUBREC, and its release by PUBCOMP', async () => {
    await said(publish('m1', { qos: 2 }), publish('m2', { qos: 2, messageId: 8 }));
    expect(read(await client.ack(0))).toMatchObject([{ cmd: 'pubrec', messageId: 7 }]);
    const refusal = read(await client.refuse(1));
    expect(refusal).toMatchObject([{ cmd: 'pubrec', messageId: 8, reasonCode: 0x97 }]);
    const end = read(await client.write(bytesOf({ cmd: 'pubrel', messageId: 7, reasonCode: 0 })));
    expect(end).toMatchObject([{ cmd: 'pubcomp', messageId: 7 }]);
  });

  test('at QoS 0 is answered by nothing', async () => {
    await said(publish('m1', { qos: 0 }));
    expect(client.packets[0]?.tells).toBe('nothing');
    expect(await client.ack(0)).toHaveLength(0);
  });

  test('may name a message in a user property, and give it another topic and size', async () => {
    const userProperties = { id: 'm1' };
    await said(publish('', { topic: 'other', payload: 'long', properties: { userProperties } }));
    const message = sentMessage('m1', { size: 4, destination: 'other' });
    expect(client.packets[0]?.packet).toEqual({ type: 'message', message });
  });

  test('pings, subscribes and takes its leave', async () => {
    const subscriptions = [{ topic: 'a', qos: 1 as const, nl: false, rap: false, rh: 0 }];
    const answers = await said(
      { cmd: 'pingreq' },
      { cmd: 'subscribe', messageId: 1, subscriptions },
      { cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['a'] },
      { cmd: 'disconnect' },
    );
    expect(answers.map(({ cmd }) => cmd)).toEqual(['pingresp', 'suback', 'unsuback']);
    expect(client.hasEnded).toBe(true);
  });
});

describe('what keeps not to the protocol is a fault', () => {
  const unnamed = (properties: NonNullable<Publish['properties']>) =>
    publish('', { payload: 'hi', properties });
  const old = Buffer.from('100f00064d51497364700302003c000163', 'hex');
  test.each([
    ['no CONNECT', Buffer.from([0xc0, 0]), /began with an MQTT packet that is no CONNECT: c000/],
    ['another version', old, /CONNECT is of protocol level 3; the kit speaks 4/],
    ['an absurd length', Buffer.from('10ffffff7f', 'hex'), /has 268435455 bytes; the kit takes/],
    ['a length without an end', Buffer.from('10ffffffff01', 'hex'), /no end to its length/],
    [
      'a request for nothing',
      Buffer.from('101100044d5154540502003c0000046363636382020001', 'hex'),
      /asked by MQTT for a suback that cannot be: Invalid qos/,
    ],
    ['rubbish', Buffer.from('100400000000', 'hex'), /MQTT packet that cannot be read \(.+\): 1004/],
  ])('%s', async (_, bytes, sentence) => {
    await client.write(bytes);
    expect(client.fault).toBeInstanceOf(AdapterFault);
    expect(client.fault?.message).toMatch(sentence);
  });

  test.each<[string, Packet, RegExp]>([
    [
      'a second CONNECT',
      { cmd: 'connect', clientId: 'c', protocolVersion: 5 },
      /second MQTT packet CONNECT/,
    ],
    ['a packet of brokers', { cmd: 'pingresp' }, /no publisher sends: PINGRESP/],
    ['no id', unnamed({}), /an MQTT message to tck, which carries no id: let the adapter/],
    [
      'an unknown id',
      unnamed({ correlationData: Buffer.from('x') }),
      /is no message of this case \(x\)/,
    ],
  ])('%s', async (_, packet, sentence) => {
    await said(packet);
    expect(client.fault?.message).toMatch(sentence);
  });

  test('half a packet at the end of the stream', async () => {
    await said();
    await client.write(bytesOf(publish('m1')).subarray(0, 9));
    await client.end();
    expect(client.fault?.message).toMatch(/in the middle of an MQTT packet: 32/);
  });
});

test('any bytes, in whatever chunks, are packets or a sentence', async () => {
  version = 5;
  const packets = [
    publish('m1'),
    publish('m2', { qos: 2 }),
    publish('m3', { qos: 0 }),
    { cmd: 'pingreq' },
    { cmd: 'pubrel', messageId: 7, reasonCode: 0 },
    connect(),
  ] as const;
  const frames = fc.constantFrom(...packets.map((packet) => bytesOf(packet)));
  const damaged = fc
    .tuple(frames, fc.array(fc.tuple(fc.nat(40), fc.nat(255)), { maxLength: 3 }))
    .map(([frame, changes]) => {
      const copy = Buffer.from(frame);
      for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
      return copy;
    });
  const any = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
  const chunks = fc.array(fc.oneof(frames, damaged, any), { maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(chunks, fc.integer({ min: 1, max: 40 }), async (parts, size) => {
      const one = new WireClient(MQTT);
      await one.write(bytesOf(connect()));
      const bytes = Buffer.concat(parts);
      for (let at = 0; at < bytes.length; at += size)
        await one.write(bytes.subarray(at, at + size));
      for (let at = 0; at < one.packets.length; at += 1) await one.ack(at);
      await one.end();
      if (one.fault) expect(one.fault).toBeInstanceOf(AdapterFault);
    }),
  );
});

test('without the package, a sentence says what to install', async () => {
  const missing = Object.assign(new Error("Cannot find package 'mqtt-packet' imported from a"), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
  await expect(withPackage('mqtt-packet@9', () => Promise.reject(missing))).rejects.toThrow(
    'the kit needs the package mqtt-packet for this: install it next to producer-tck: ' +
      'npm install --save-dev mqtt-packet@9',
  );
  const other = new Error('other');
  await expect(withPackage('mqtt-packet@9', () => Promise.reject(other))).rejects.toBe(other);
});

import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { sentMessage, WireClient } from '../../../fixtures/wire-client.ts';
import { AdapterFault } from '../../harness.ts';
import { FieldReader } from '../field-reader.ts';
import { AMQP_1_0 } from './amqp-1-0.ts';
import * as write from './encode.ts';
import { encodeFrame } from './frame.ts';
import { readSections } from './message.ts';

const { binary, boolean, composite, described, NULL, string, symbol, ubyte, uint, ushort } = write;
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const bytes = (...parts: Buffer[]) => Buffer.concat(parts);
const list = (...fields: Buffer[]) => composite(0, ...fields).subarray(3);

const SASL = Buffer.from('AMQP\x03\x01\x00\x00', 'latin1');
const PLAIN = Buffer.from('AMQP\x00\x01\x00\x00', 'latin1');
const INIT = encodeFrame('sasl', 0, composite(0x41, symbol('ANONYMOUS')));
const OPEN = encodeFrame('amqp', 0, composite(0x10, string('c')));
const BEGIN = encodeFrame('amqp', 0, composite(0x11, NULL, uint(5), uint(9), uint(9)));
const attach = (handle: number, target: Buffer, role = false) =>
  encodeFrame(
    'amqp',
    0,
    composite(0x12, string('l'), uint(handle), boolean(role), NULL, NULL, NULL, target),
  );
const ATTACH = attach(0, composite(0x29, string('tck')));
const COORDINATE = attach(1, composite(0x30));
const HANDSHAKE = [SASL, INIT, PLAIN, OPEN, BEGIN, ATTACH, COORDINATE];

interface Transfer {
  readonly handle?: number;
  readonly settled?: boolean;
  readonly more?: boolean;
  readonly state?: Buffer;
  readonly aborted?: boolean;
}
const transfer = (
  id: number,
  body: Buffer,
  { handle = 0, settled = false, more = false, state = NULL, aborted = false }: Transfer = {},
) => {
  const tag = binary(Buffer.from([id]));
  const head = [uint(handle), uint(id), tag, uint(0), boolean(settled), boolean(more)];
  const rest = [NULL, state, NULL, boolean(aborted)];
  return encodeFrame('amqp', 0, bytes(composite(0x14, ...head, ...rest), body));
};
/** Properties with a correlation id. */
const called = (id: string) => composite(0x73, NULL, NULL, NULL, NULL, NULL, string(id));
const data = (text: string) => described(0x75, binary(Buffer.from(text)));
const M1 = bytes(called('m1'), data('hi'));
const M2 = bytes(called('m2'), data('hi'));
const DECLARE = described(0x77, composite(0x31, NULL));
const discharge = (fails: boolean) =>
  described(0x77, composite(0x32, binary(Buffer.from('tx1')), boolean(fails)));

let client: WireClient;
beforeEach(() => {
  client = new WireClient(AMQP_1_0);
});

/** Empty frames mean nothing. */
const BEAT = encodeFrame('amqp', 0).toString('hex');
const withoutBeats = (all: Buffer) => all.toString('hex').replaceAll(BEAT, '');
/** Attaches two links, then writes frames. */
async function said(...frames: Buffer[]): Promise<string> {
  await client.write(...HANDSHAKE);
  return withoutBeats(await client.write(...frames));
}
const packets = () => client.packets.map(({ packet }) => packet);
const received = (id: string, rest = {}) => ({ type: 'message', message: sentMessage(id, rest) });
/** What a disposition says: of which delivery, and what. */
const disposed = (id: number, state: Buffer, last: Buffer = NULL) =>
  encodeFrame('amqp', 0, composite(0x15, boolean(true), uint(id), last, boolean(true), state));
const ACCEPTED = composite(0x24);
const rejected = (condition: string, reason: string) =>
  composite(0x25, composite(0x1d, symbol(`amqp:${condition}`), string(reason)));

describe('a producer', () => {
  test('is led through the handshake, and given credit', async () => {
    const answers = withoutBeats(await client.write(...HANDSHAKE));
    expect(answers.startsWith(SASL.toString('hex'))).toBe(true);
    expect(Buffer.from(answers, 'hex').toString('latin1')).toContain('ANONYMOUS');
    const numbers = [...answers.matchAll(/(?<=0[01]0000)0053(..)/g)].map(([, number]) => number);
    expect(numbers).toEqual(['40', '44', '10', '11', '12', '13', '12', '13']);
  });

  test('may do without SASL', async () => {
    const answers = withoutBeats(await client.write(PLAIN, OPEN));
    expect(answers.startsWith(PLAIN.toString('hex'))).toBe(true);
    expect(answers).toContain('005310');
  });

  test('has each delivery accepted or rejected by its number, in any order', async () => {
    expect(await said(transfer(0, M1), transfer(1, M2))).toBe('');
    expect(client.packets).toEqual(
      ['m1', 'm2'].map((id) => ({ packet: received(id), tells: 'all' })),
    );
    const refusal = rejected('resource-limit-exceeded', 'full');
    expect(await client.refuse(1, 'full')).toEqual(disposed(1, refusal));
    expect(await client.ack(0)).toEqual(disposed(0, ACCEPTED));
  });

  test('has two answers of one turn told apart', async () => {
    await said(transfer(0, M1), transfer(1, M2));
    const both = await Promise.all([client.ack(0), client.refuse(1, 'no')]);
    const refusal = rejected('resource-limit-exceeded', 'no');
    expect(bytes(...both)).toEqual(bytes(disposed(0, ACCEPTED), disposed(1, refusal)));
  });

  test('has the same answer to neighbours told together', async () => {
    await said(...[0, 1, 2, 3].map((id) => transfer(id, M1)));
    const all = await Promise.all([0, 1, 3, 2].map((at) => client.ack(at)));
    const three = disposed(3, ACCEPTED);
    expect(bytes(...all)).toEqual(
      bytes(disposed(0, ACCEPTED, uint(1)), three, disposed(2, ACCEPTED)),
    );
  });

  test('that settles a delivery itself is answered by nothing', async () => {
    await said(transfer(0, M1, { settled: true }));
    expect(client.packets).toEqual([{ packet: received('m1'), tells: 'nothing' }]);
    expect(await client.ack(0)).toHaveLength(0);
  });

  test('may cut a delivery in parts, and give one up', async () => {
    await said(
      transfer(0, M1.subarray(0, 9), { more: true }),
      transfer(0, M1.subarray(9)),
      transfer(1, M1.subarray(0, 9), { more: true }),
      transfer(1, Buffer.alloc(0), { aborted: true }),
      transfer(2, M2),
    );
    expect(packets()).toEqual([received('m1'), received('m2')]);
    expect(await client.ack(1)).toEqual(disposed(2, ACCEPTED));
  });

  test('declares a transaction, sends in it, and discharges it', async () => {
    await said(transfer(0, DECLARE, { handle: 1 }));
    expect(packets()).toEqual([{ type: 'begin', transaction: 'tx1' }]);
    const id = binary(Buffer.from('tx1'));
    expect(await client.ack(0)).toEqual(disposed(0, composite(0x33, id)));

    const state = composite(0x34, id);
    await client.write(transfer(1, M1, { state }), transfer(2, M2, { state }));
    expect(packets().slice(1)).toEqual(
      ['m1', 'm2'].map((one) => ({ ...received(one), transaction: 'tx1' })),
    );
    expect(await client.ack(1)).toEqual(disposed(1, composite(0x34, id, ACCEPTED)));
    const refusal = composite(0x34, id, rejected('resource-limit-exceeded', 'no'));
    expect(await client.refuse(2)).toEqual(disposed(2, refusal));

    await client.write(transfer(3, discharge(false), { handle: 1 }));
    await client.write(transfer(4, discharge(true), { handle: 1 }));
    expect(packets().slice(3)).toEqual(
      ['commit', 'rollback'].map((type) => ({ type, transaction: 'tx1' })),
    );
    expect(await client.refuse(3)).toEqual(disposed(3, rejected('transaction:rollback', 'no')));
    expect(await client.ack(4)).toEqual(disposed(4, ACCEPTED));
  });

  test('is understood by the names of descriptors as well', async () => {
    const declare = bytes(hex('00'), symbol('amqp:declare:list'), list(NULL));
    const section = bytes(hex('00'), symbol('amqp:amqp-value:*'), declare);
    await said(transfer(0, section, { handle: 1 }));
    expect(packets()).toEqual([{ type: 'begin', transaction: 'tx1' }]);
  });

  test('takes its leave with an answer', async () => {
    const detach = encodeFrame('amqp', 0, composite(0x16, uint(0), boolean(true)));
    const end = encodeFrame('amqp', 0, composite(0x17));
    const close = encodeFrame('amqp', 0, composite(0x18));
    expect(await said(detach, end, close)).toBe(bytes(detach, end, close).toString('hex'));
    expect(client.hasEnded).toBe(true);
  });

  test('may ask for messages, which never come, and for a flow', async () => {
    const answer = await said(attach(2, composite(0x29), true));
    expect(answer).toContain(bytes(string('l'), uint(2), boolean(false)).toString('hex'));
    const echo = composite(0x13, ...Array.from({ length: 9 }, () => NULL), boolean(true));
    const flow = withoutBeats(await client.write(encodeFrame('amqp', 0, echo)));
    expect(flow).toContain('005313');
  });
});

describe('a message', () => {
  const header = (...fields: Buffer[]) => composite(0x70, ...fields);
  const properties = hex('00 53 74 d1 00000009 00000002 a1 02 6964 a1 02 6d31');
  test.each([
    [
      'carries what its header says',
      bytes(header(boolean(false), ubyte(9), uint(500)), M1),
      {
        deliveryMode: 'non-persistent',
        priority: 9,
        timeToLiveMs: 500,
      },
    ],
    ['is as it was sent where its header says nothing', bytes(header(NULL), M1), {}],
    ['may have a body of text', bytes(called('m1'), described(0x77, string('high'))), { size: 4 }],
    ['may have a body in parts', bytes(called('m1'), data('hi'), data('gh')), { size: 4 }],
    [
      'may have a body of entries',
      bytes(called('m1'), described(0x76, list(string('hig')))),
      { size: 3 },
    ],
    [
      'may have a body that has no bytes of its own',
      bytes(called('m1'), described(0x77, uint(7))),
      {},
    ],
    ['may have no body', called('m1'), { size: 0 }],
    ['may say in its properties who it is', bytes(properties, data('hi')), {}],
    ['may say in its body who it is', described(0x77, string('m1')), {}],
    [
      'may be on its way elsewhere',
      bytes(composite(0x73, string('m1'), NULL, string('/queue/other')), data('hi')),
      {},
    ],
  ])('%s', async (_, body, rest) => {
    await said(transfer(0, body));
    expect(packets()).toEqual([received('m1', rest)]);
  });

  test('by a link to another address is on its way there', async () => {
    await said(attach(3, composite(0x29, string('/queue/other'))), transfer(0, M1, { handle: 3 }));
    expect(packets()).toEqual([received('m1', { destination: 'other' })]);
  });
});

describe('what keeps not to the protocol is a fault', () => {
  const beginning = (text: string) => Buffer.from(text, 'latin1');
  test.each([
    [
      'another version',
      beginning('AMQP\0\0\x09\x01'),
      /began with 414d515000000901; the kit speaks AMQP 1.0/,
    ],
    ['no beginning', OPEN, /began with 005310/],
    ['another protocol', beginning('CONNECT\n'), /frame that is of type 67: CONNECT/],
    ['an absurd length', hex('7fffffff 02 00 0000'), /has 2147483647 bytes; the kit takes/],
    ['a body that begins nowhere', hex('00000008 01 00 0000'), /begins its body at 4 of 8 bytes/],
    [
      'a challenge',
      bytes(SASL, encodeFrame('sasl', 0, composite(0x43))),
      /to authenticate in a way not offered/,
    ],
  ])('%s', async (_, wrong, sentence) => {
    await client.write(wrong);
    expect(client.fault).toBeInstanceOf(AdapterFault);
    expect(client.fault?.message).toMatch(sentence);
  });

  const frame = (body: Buffer, channel = 0) => encodeFrame('amqp', channel, body);
  test.each([
    ['no performative', frame(string('a')), /begins with no performative/],
    ['no fields', frame(described(0x10, string('a'))), /a performative without fields/],
    ['an unknown performative', frame(composite(0x19)), /asks for what no client asks \(19\)/],
    ['an unknown type', frame(composite(0x12, hex('ff'))), /a value of an unknown type \(ff\)/],
    [
      'more values than bytes',
      frame(hex('00 53 12 d0 00000004 7fffffff')),
      /announces 2147483647 values/,
    ],
    [
      'an array of nothings',
      frame(hex('00 53 12 c0 0a 01 f0 00000005 7fffffff 40')),
      /announces 2147483647/,
    ],
    ['too few bytes', frame(hex('00 53 12 c0 05 01 a1 09')), /too short for its fields/],
    [
      'values without end',
      frame(bytes(hex('00 53 12 c0 ff 01'), Buffer.alloc(90))),
      /values without end/,
    ],
    ['no session', frame(composite(0x12), 7), /is on channel 7, where no session has begun/],
    ['no link', transfer(0, M1, { handle: 9 }), /is about link 9, which is not attached/],
    ['no section', transfer(0, string('m1')), /a section of a message without a code/],
    ['no id', transfer(0, data('hi')), /AMQP 1.0 message to tck, which carries no id: let/],
    ['an unknown id', transfer(0, called('x')), /is no message of this case \(x\)/],
    ['no wish', transfer(0, M1, { handle: 1 }), /neither to declare nor to discharge/],
  ])('%s', async (_, wrong, sentence) => {
    await said(wrong);
    expect(client.fault).toBeInstanceOf(AdapterFault);
    expect(client.fault?.message).toMatch(sentence);
  });

  test('half a frame at the end of the stream', async () => {
    await said(transfer(0, M1).subarray(0, 20));
    await client.end();
    expect(client.fault?.message).toMatch(/in the middle of an AMQP 1.0 frame: 000000/);
  });
});

describe('the codec', () => {
  const value = fc.oneof(
    fc.string().map((text) => ({ text, encoded: string(text) })),
    fc.uint8Array().map((raw) => {
      const text = Buffer.from(raw);
      return { text, encoded: binary(text) };
    }),
    fc.nat().map((number) => ({ text: number, encoded: uint(number) })),
    fc.nat(0xffff).map((number) => ({ text: number, encoded: ushort(number) })),
    fc.boolean().map((one) => ({ text: one, encoded: boolean(one) })),
    fc.array(fc.string()).map((all) => ({ text: all, encoded: write.symbols(all) })),
  );

  test('reads what it writes', () => {
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const encoded = composite(0x76, ...values.map((one) => one.encoded));
        const read = readSections(new FieldReader(encoded, 'an AMQP 1.0'));
        expect([...read]).toEqual([[0x76, [values.map(({ text }) => text)]]]);
      }),
    );
  });

  test('makes frames or a sentence of any bytes, in whatever chunks', async () => {
    const state = composite(0x34, binary(Buffer.from('tx1')));
    const frames = fc.constantFrom(
      ...HANDSHAKE,
      transfer(0, M1),
      transfer(1, M2, { state }),
      transfer(2, DECLARE, { handle: 1 }),
      transfer(3, discharge(false), { handle: 1 }),
    );
    const damaged = fc
      .tuple(frames, fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 3 }))
      .map(([frame, changes]) => {
        const copy = Buffer.from(frame);
        for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
        return copy;
      });
    const chunks = fc.array(fc.oneof(frames, damaged), { maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: 1, max: 60 }), async (parts, size) => {
        const any = new WireClient(AMQP_1_0);
        await any.write(...HANDSHAKE);
        const all = Buffer.concat(parts);
        for (let at = 0; at < all.length; at += size) await any.write(all.subarray(at, at + size));
        for (let at = 0; at < any.packets.length; at += 1) await any.ack(at);
        await any.end();
        if (any.fault) expect(any.fault).toBeInstanceOf(AdapterFault);
      }),
    );
  });
});

// The JSON-lines protocol, the kit's own: what an adapter's producer speaks unless another protocol or a real broker
// is asked for. This page is the protocol's definition.
//
// The producer connects over TCP to the address in `open`; each producer to its own. Both sides
// write JSON Lines: UTF-8, one value a line, lines ending in \n alone, none longer than 1 MiB.
//
//   producer to broker
//     {"receive":1,"packet":{"type":"message","message":{…},"transaction":"tx1"}}
//     {"receive":2,"packet":{"type":"begin"|"commit"|"rollback","transaction":"tx1"}}
//   broker to producer, in any order, each number once, possibly never
//     {"ack":1}
//     {"refuse":2,"reason":"…"}
//
// - The number after `receive` is a positive integer, new for each packet of a connection.
// - `message` is the message as `send` was given it: id, size, deliveryMode, priority and
//   timeToLiveMs, and if given responseRequired and destination. Its body is left out. `transaction` is left out,
//   or null, outside a transaction; transaction ids are the producer's own and never used twice.
// - The connection is lost when it is reset; nothing listens at its address from then on.
// - Turn off Nagle's algorithm (TCP_NODELAY), and write before the call returns: a packet that
//   arrives late counts as sent late.
import type { Duplex } from 'node:stream';
import * as v from 'valibot';
import type { OutgoingMessage, Packet } from '../../../spec/events/message.ts';
import { EVERYTHING } from '../../cases/sayable.ts';
import { LineSplitter, parseLine, quoted } from '../other-process/json-lines.ts';
import { type Protocol, protocolFault, readFrames, type WirePort } from './protocol.ts';

const WHO = 'its producer';

const size = v.pipe(v.number(), v.integer(), v.minValue(0));
const message = v.pipe(
  v.object({
    id: v.string(),
    size,
    deliveryMode: v.picklist(['persistent', 'non-persistent']),
    priority: v.number(),
    timeToLiveMs: v.number(),
    responseRequired: v.nullish(v.boolean()),
    destination: v.optional(v.nullable(v.string())),
  }),
  v.transform(({ responseRequired, destination, ...plain }): OutgoingMessage => ({
    ...plain,
    ...(responseRequired && { responseRequired }),
    ...(destination !== undefined && { destination }),
  })),
);
const messagePacket = v.pipe(
  v.object({ type: v.literal('message'), message, transaction: v.nullish(v.string()) }),
  v.transform(({ transaction, ...packet }): Packet => {
    return typeof transaction === 'string' ? { ...packet, transaction } : packet;
  }),
);
const transactionPacket = v.object({
  type: v.picklist(['begin', 'commit', 'rollback']),
  transaction: v.string(),
});
const LINE = v.object({
  receive: v.pipe(v.number(), v.integer(), v.minValue(1)),
  packet: v.variant('type', [messagePacket, transactionPacket]),
});

/** The protocol, for the broker of a producer that knows no other. */
export const JSON_LINES: Protocol = { title: 'JSON Lines', says: EVERYTHING, serve };

function serve(stream: Duplex, port: WirePort): () => string {
  const splitter = new LineSplitter(WHO);
  const numbers = new Set<number>();
  const say = (answer: object) => void stream.write(`${JSON.stringify(answer)}\n`);
  const take = (line: string) => {
    const { receive: number, packet } = parseLine(LINE, line, WHO);
    if (numbers.has(number))
      throw protocolFault(`${WHO} used the number ${number} twice: ${quoted(line)}`);
    numbers.add(number);
    port.receive(packet).then(
      () => say({ ack: number }),
      ({ message: reason }: Error) => say({ refuse: number, reason }),
    );
  };
  const push = (chunk: Buffer) => {
    for (const line of splitter.push(chunk)) take(line);
  };
  // A producer may break its connection off wherever it likes.
  readFrames(stream, { push, rest: () => '' }, port);
  return () => (splitter.rest() === '' ? '' : `the line ${splitter.rest()}`);
}

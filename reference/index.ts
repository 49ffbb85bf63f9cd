// The reference producer: a small program that keeps every rule of the specification. Use it as a
// test double (with `InMemoryBroker`), as a client (with a `Transport` of your own), or read it.
//
// The heart is `Producer.send`, which takes the steps of the notes' `ActiveMQMessageProducer.send`
// in their order, and says at each which rules it keeps:
//
//   closed? -> destination -> transformer -> dispatch and transaction -> space -> write -> answer
//
// Three decisions make the rest simple:
//
// 1. Whatever need not be waited for happens inside the call. There is no `await` between `send`
//    and the transport, so the order of the calls is the order on the wire, whatever their kind,
//    and no two sends can ever see the same free space.
// 2. What frees space admits the next in the same step, and only then tells anybody. A wake-up that
//    is a step of its own can be lost, overtaken, or find the space taken.
// 3. A send waits in exactly one place: the window's queue, or the set of unanswered ones. The
//    code that takes it out tells its outcome, so everything happens once, and a late answer finds
//    nothing.
//
// Where it departs from the notes' Java, a comment says so: space is charged with the check and not
// after the write (WIN-1), oversized messages are refused (WIN-6), a blocking send holds no lock
// (SYN-8), and a send's transaction is settled when it is called (TXN-2).
export { Connection } from './connection.ts';
export type { Session } from './session.ts';
export type { Producer } from './producer.ts';
export { InMemoryBroker } from './in-memory-broker.ts';
export type { Transport } from './transport.ts';
export { errorKind, ProducerError } from './errors.ts';
export type { ErrorKind } from '../spec/events/failure.ts';
export type { OutgoingMessage, Packet } from '../spec/events/message.ts';

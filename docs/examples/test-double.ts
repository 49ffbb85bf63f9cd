// The reference producer as a test double: a real producer, and a broker whose answers the test controls.
// Nothing here sleeps: every step happens when the test says so.
import assert from 'node:assert/strict';
import { Connection, InMemoryBroker, type OutgoingMessage } from 'producer-tck/reference';

const broker = new InMemoryBroker();
const connection = new Connection(broker, { windowSize: 1000 });
const producer = connection.createSession().createProducer('orders');

const order = (id: string, deliveryMode: OutgoingMessage['deliveryMode']): OutgoingMessage => ({
  id,
  size: 600,
  deliveryMode,
  priority: 4,
  timeToLiveMs: 0,
});

/** Whether a call has returned by now, without waiting for it. */
async function hasReturned(call: Promise<void>): Promise<boolean> {
  return Promise.race([
    call.then(() => true),
    new Promise<false>((no) => setTimeout(no, 0, false)),
  ]);
}

// A persistent send blocks until the broker has acknowledged it.
broker.hold();
const persistent = producer.send(order('m1', 'persistent'));
assert.equal(await hasReturned(persistent), false);
broker.release('m1');
await persistent;

// A non-persistent send does not wait for its acknowledgement, but the window pushes back: the
// second send does not fit beside the first, and waits until the first is answered.
await producer.send(order('m2', 'non-persistent'));
const pushedBack = producer.send(order('m3', 'non-persistent'));
assert.equal(await hasReturned(pushedBack), false);
assert.equal(producer.windowUsage(), 600);
broker.release('m2');
await pushedBack;

// A refusal reaches the caller that waits for the answer.
broker.refuse('m4', 'the disk is full');
broker.release();
await assert.rejects(
  producer.send(order('m4', 'persistent')),
  /refused message m4: the disk is full/,
);

assert.deepEqual(
  broker.messages.map(({ id }) => id),
  ['m1', 'm2', 'm3'],
);
await connection.close();

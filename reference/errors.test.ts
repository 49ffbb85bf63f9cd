import { expect, test } from 'vitest';
import { ERROR_KINDS } from '../spec/events/failure.ts';
import {
  BrokerRefusedError,
  ConnectionLostError,
  errorKind,
  IllegalStateError,
  InvalidDestinationError,
  MessageTooLargeError,
  ProducerClosedError,
  SendInterruptedError,
  SendTimeoutError,
  TransactionRolledBackError,
} from './errors.ts';
import { TransportError } from './transport.ts';

const OURS = [
  new SendTimeoutError('m1', 30_000),
  new ProducerClosedError('message m1', 'session', 'was not sent'),
  new SendInterruptedError('m1', 'acknowledgement'),
  new BrokerRefusedError('message m1', new TransportError('BrokerRefused', 'the disk is full')),
  new ConnectionLostError('message m1', 'was not sent'),
  new MessageTooLargeError('m1', 2000, 1000),
  new InvalidDestinationError('nowhere'),
  new IllegalStateError('no'),
  new TransactionRolledBackError('m1'),
];

test("there is one class for each kind of error, and its name is its class's", () => {
  expect(OURS.map(errorKind)).toEqual([...ERROR_KINDS]);
  for (const error of OURS) expect(error.name).toBe(error.constructor.name);
});

test.each([
  [new TransportError('BrokerRefused', ''), 'refused'],
  [Object.assign(new Error(), { name: 'ConnectionLost' }), 'connection-lost'],
  [new TypeError(), 'other'],
  ['a string', 'other'],
  [undefined, 'other'],
])('errorKind tells foreign errors by their name: %o is %s', (error, kind) => {
  expect(errorKind(error)).toBe(kind);
});

test('the sentences say what happened to the message and what to do', () => {
  expect(OURS.slice(0, 7).map(({ message }) => message)).toMatchInlineSnapshot(`
    [
      "No acknowledgement of message m1 within 30000 ms. The broker may have stored it all the same: send it again only if a duplicate does no harm.",
      "The session is closed: message m1 was not sent.",
      "The send of message m1 was interrupted while it waited for its acknowledgement: the broker may have stored it all the same.",
      "The broker refused message m1: the disk is full",
      "The connection to the broker is lost: message m1 was not sent.",
      "Message m1 of 2000 bytes is larger than the whole window of 1000 bytes and could never be sent: make the message smaller or windowSize larger.",
      "nowhere",
    ]
  `);
});

import { expect, test } from 'vitest';
import {
  endingError,
  errorKind,
  interruptedError,
  refusedError,
  rolledBackError,
  timeoutError,
  tooLargeError,
} from './errors.ts';
import { TransportError } from './transport.ts';

test('the sentences say what happened to the message and what to do', () => {
  const errors = [
    timeoutError('m1', 30_000),
    endingError('session', 'message m1', 'was not sent'),
    interruptedError('m1', 'acknowledgement'),
    refusedError('message m1', new TransportError('BrokerRefused', 'the disk is full')),
    endingError('loss', 'message m1', 'was not sent'),
    tooLargeError('m1', 2000, 1000),
    rolledBackError('m1'),
  ];
  expect(errors.map(({ kind, message }) => `${kind}: ${message}`)).toMatchInlineSnapshot(`
    [
      "timeout: No acknowledgement of message m1 within 30000 ms. The broker may have stored it all the same: send it again only if a duplicate does no harm.",
      "closed: The session is closed: message m1 was not sent.",
      "interrupted: The send of message m1 was interrupted while it waited for its acknowledgement: the broker may have stored it all the same.",
      "refused: The broker refused message m1: the disk is full",
      "connection-lost: The connection to the broker is lost: message m1 was not sent.",
      "too-large: Message m1 of 2000 bytes is larger than the whole window of 1000 bytes and could never be sent: make the message smaller or windowSize larger.",
      "other: The transaction of message m1 was rolled back while the message waited for space: it was not sent.",
    ]
  `);
});

test.each([
  [timeoutError('m1', 1), 'timeout'],
  [new TransportError('BrokerRefused', ''), 'refused'],
  [Object.assign(new Error(), { name: 'ConnectionLost' }), 'connection-lost'],
  [new TypeError(), 'other'],
  ['a string', 'other'],
  [undefined, 'other'],
])('errorKind tells foreign errors by their name: %o is %s', (error, kind) => {
  expect(errorKind(error)).toBe(kind);
});

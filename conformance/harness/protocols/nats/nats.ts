// NATS with JetStream, as a server speaks it to a publisher. A message with a reply subject is answered there, by what
// JetStream says of it; one without is answered by nothing. A PING is answered at once: that tells a client that its
// messages were read, not what became of them. Subscriptions take answers, and no messages.
import type { Duplex } from 'node:stream';
import { carriedMessage } from '../carried-message.ts';
import { type Protocol, protocolFault, shownBytes, type WirePort } from '../protocol.ts';
import { SAYS } from '../says.ts';
import { serveFrames } from '../serve-frames.ts';
import { answerTo, notStored, stored } from './jetstream.ts';
import { cutOperation, encodeMessage, MAX_PAYLOAD, type Operation } from './operation.ts';

/** The protocol. It knows no transactions. */
export const NATS: Protocol = {
  title: 'NATS',
  says: SAYS.nats,
  serve(stream, port) {
    const connection = new NatsConnection(stream, port);
    return serveFrames(stream, port, {
      named: 'a NATS operation',
      cut: cutOperation,
      take: (operation) => connection.take(operation),
    });
  },
};

/** What a server says of itself before anything else. Without an `auth_required` any credentials will do. */
const INFO = {
  server_id: 'producer-tck',
  server_name: 'producer-tck',
  version: '2.11.0',
  proto: 1,
  headers: true,
  jetstream: true,
  max_payload: MAX_PAYLOAD,
};
/** Headers that may hold the id of a message. */
const ID_HEADERS = ['Nats-Msg-Id', 'correlation-id', 'id'] as const;

/** A subject, perhaps with wildcards, and how many answers its client still wants. */
interface Subscription {
  readonly pattern: string;
  left: number;
}

/** One client. */
class NatsConnection {
  readonly #stream: Duplex;
  readonly #port: WirePort;
  readonly #subscriptions = new Map<string, Subscription>();
  #isVerbose = false;
  #stored = 0;

  constructor(stream: Duplex, port: WirePort) {
    this.#stream = stream;
    this.#port = port;
    this.#say(`INFO ${JSON.stringify(INFO)}\r\n`);
  }

  take(operation: Operation): void {
    const { verb, words } = operation;
    switch (verb) {
      case 'PING':
        return this.#say('PONG\r\n');
      case 'PONG':
        return;
      case 'CONNECT':
        this.#isVerbose = /"verbose"\s*:\s*true/.test(words.join(' '));
        break;
      case 'SUB':
        this.#subscribe(operation);
        break;
      case 'UNSUB':
        this.#unsubscribe(operation);
        break;
      case 'PUB':
      case 'HPUB':
        this.#publish(operation);
        break;
      default:
        throw fault('no client sends', operation);
    }
    if (this.#isVerbose) this.#say('+OK\r\n');
  }

  /** Between a subject and a number there may be the name of a queue. */
  #subscribe(operation: Operation): void {
    const { words } = operation;
    const [pattern, number] = [words[0], words.at(-1)];
    if (pattern === undefined || number === undefined || words.length < 2 || words.length > 3)
      throw fault('lacks a subject and a number', operation);
    this.#subscriptions.set(number, { pattern, left: Infinity });
  }

  /** At once, or after so many answers. */
  #unsubscribe({ words: [number = '', most = '0'] }: Operation): void {
    const subscription = this.#subscriptions.get(number);
    if (!subscription) return;
    subscription.left = Number(most) || 0;
    if (subscription.left <= 0) this.#subscriptions.delete(number);
  }

  #publish(operation: Operation): void {
    const { words, headers, payload } = operation;
    const [subject, reply] = words;
    if (subject === undefined || words.length > 2)
      throw fault('has no subject, or too many words', operation);
    const answer = answerTo(subject, payload);
    if (answer !== undefined) return this.#reply(reply, answer);
    const message = carriedMessage(
      {
        ids: ID_HEADERS.map((name) => headers.get(name.toLowerCase())),
        body: payload,
        destinations: [subject],
      },
      this.#port,
      `a NATS message to ${subject}`,
      `its header ${ID_HEADERS.join(', ')}`,
    );
    const tells = this.#subscriberOf(reply) === undefined ? 'nothing' : 'all';
    this.#port.receive({ type: 'message', message }, tells).then(
      () => this.#reply(reply, stored((this.#stored += 1))),
      ({ message: reason }: Error) => this.#reply(reply, notStored(reason)),
    );
  }

  #reply(subject: string | undefined, payload: string): void {
    const number = this.#subscriberOf(subject);
    if (subject === undefined || number === undefined) return;
    const subscription = this.#subscriptions.get(number)!;
    subscription.left -= 1;
    if (subscription.left <= 0) this.#subscriptions.delete(number);
    this.#say(encodeMessage(subject, number, payload));
  }

  #subscriberOf(subject: string | undefined): string | undefined {
    if (subject === undefined) return undefined;
    const found = [...this.#subscriptions].find(([, { pattern }]) => isWithin(subject, pattern));
    return found?.[0];
  }

  #say(text: string | Buffer): void {
    if (this.#stream.writable) this.#stream.write(text);
  }
}

/** `*` stands for one part of a subject, `>` for all that follow. */
function isWithin(subject: string, pattern: string): boolean {
  const parts = subject.split('.');
  const wanted = pattern.split('.');
  const isOpen = wanted.at(-1) === '>' && parts.length >= wanted.length;
  if (isOpen) wanted.pop();
  else if (parts.length !== wanted.length) return false;
  return wanted.every((part, at) => part === '*' || part === parts[at]);
}

function fault(what: string, { verb, words }: Operation) {
  const shown = shownBytes(Buffer.from([verb, ...words].join(' ')));
  return protocolFault(`its client sent a NATS operation that ${what}: ${shown}`);
}

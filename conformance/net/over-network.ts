// An adapter of a JavaScript client that speaks a protocol over a network. In process the network is in memory and the
// broker is the kit's, so that the client runs on virtual time and each answer is the scenario's.
import type {
  BrokerPort,
  ErrorKind,
  OpenContext,
  OutgoingMessage,
  ProducerAdapter,
  ProducerSubject,
  SendOptions,
} from '../adapter.ts';
import { PROTOCOL_NAMES, type ProtocolName } from '../harness/protocols/names.ts';
import type { Protocol, SentMessage, Tells } from '../harness/protocols/protocol.ts';
import { loadProtocol } from '../harness/protocols/protocols.ts';
import { SAYS } from '../harness/protocols/says.ts';
import type { BrokerEnd } from './broker-end.ts';
import { type Served, serve } from './virtual-network.ts';

/** An adapter whose producers connect to a broker by themselves, once: a loss is final. */
export interface NetworkAdapter extends Pick<ProducerAdapter, 'name' | 'supports' | 'lingerMs'> {
  /** What its client speaks. */
  readonly speaks: ProtocolName;
  /** Opens a fresh producer, as the `open` of any adapter does; it connects to the broker that it is given. */
  open(context: NetworkContext): ProducerSubject | Promise<ProducerSubject>;
  /** Tells kinds of error apart. Absent: failures are judged, their kinds are not. */
  errorKind?(error: unknown): ErrorKind;
  /** Bytes the producer charges for a message. Default: `message.size`. */
  chargedSize?(message: OutgoingMessage): number;
}

/** What a fresh producer is given. */
export interface NetworkContext extends Pick<OpenContext, 'settings' | 'onAsyncError'> {
  /** Where its broker listens. */
  readonly host: string;
  readonly port: number;
}

/** Under this an adapter keeps what it was made of. Registered, since a module may be loaded twice. */
const NETWORK = Symbol.for('producer-tck: over a network');

/** The adapter that another was made of by `overNetwork`, if it was. */
export function networkOf(adapter: ProducerAdapter): NetworkAdapter | undefined {
  return (adapter as { readonly [NETWORK]?: NetworkAdapter })[NETWORK];
}

/** Producers after which a client that never came to its address is taken not to know it. */
const OPENED_TO_CONNECT = 3;

/**
 * Makes an adapter whose producers are judged in process, on virtual time: `net.connect` to the address that `open` is
 * given leads to the kit's broker, in memory. `serveAdapter` gives the same producers a real network.
 */
export function overNetwork(adapter: NetworkAdapter): ProducerAdapter {
  const { name, supports, speaks, lingerMs } = adapter;
  if (!PROTOCOL_NAMES.includes(speaks)) {
    const known = PROTOCOL_NAMES.join(', ');
    throw new TypeError(`"${speaks}" is no protocol that the kit speaks; known are ${known}`);
  }
  const loading = loadProtocol(speaks);
  loading.catch(() => {}); // Each open fails with it.
  const reached: Reached = { opened: 0, byAny: false };
  const made: ProducerAdapter & { readonly [NETWORK]: NetworkAdapter } = {
    [NETWORK]: adapter,
    name,
    supports,
    brokerSays: SAYS[speaks],
    open: async (context) => new Session(await loading, context, reached).open(adapter),
    ...(adapter.errorKind && { errorKind: (error) => adapter.errorKind!(error) }),
    ...(adapter.chargedSize && { chargedSize: (message) => adapter.chargedSize!(message) }),
    ...(lingerMs !== undefined && { lingerMs }),
  };
  return made;
}

/** Whether the producers of an adapter come to the addresses that they are given. */
interface Reached {
  opened: number;
  byAny: boolean;
}

/** The broker of one producer. */
class Session {
  readonly #protocol: Protocol;
  readonly #context: OpenContext;
  readonly #reached: Reached;
  readonly #served: Served;
  readonly #streams = new Set<BrokerEnd>();
  readonly #sent = new Map<string, SentMessage>();
  readonly #lost: AbortSignal;
  #hasConnected = false;
  #connections = 0;
  #isRefused = false;
  /** Ends an `open` that is still under way. */
  #failOpening: (fault: unknown) => void = () => {};

  constructor(protocol: Protocol, context: OpenContext, reached: Reached) {
    this.#protocol = protocol;
    this.#context = context;
    this.#reached = reached;
    this.#served = serve((stream) => this.#admit(stream));
    this.#lost = context.broker.lost;
    this.#lost.addEventListener('abort', this.#lose);
  }

  async open(adapter: NetworkAdapter): Promise<ProducerSubject> {
    const { host, port } = this.#served;
    const { settings, onAsyncError } = this.#context;
    this.#assertReached();
    const failed = new Promise<never>((_, reject) => (this.#failOpening = reject));
    try {
      const opening = adapter.open({ settings, host, port, onAsyncError });
      return this.#followed(await Promise.race([opening, failed]));
    } catch (error) {
      this.#stop();
      throw error;
    } finally {
      this.#failOpening = () => {};
    }
  }

  #assertReached(): void {
    this.#reached.opened += 1;
    if (this.#reached.byAny || this.#reached.opened <= OPENED_TO_CONNECT) return;
    const { host, port } = this.#served;
    throw new Error(
      `its client has not connected to the host and port that open was given, lately ${host}:${port}`,
    );
  }

  /** The same producer, of which it is known what was sent and when it is closed. What it lacks, this lacks. */
  #followed(producer: ProducerSubject): ProducerSubject {
    if (typeof producer?.send !== 'function' || typeof producer.close !== 'function')
      return producer;
    const send = (message: OutgoingMessage, options: SendOptions) => {
      this.#note(message);
      return producer.send(message, options);
    };
    const close = () => {
      const closing = producer.close() as Promise<void> | undefined;
      if (closing?.then) closing.then(this.#stop, this.#stop);
      else this.#stop();
      return closing as Promise<void>;
    };
    const isConnected = () =>
      !this.#hasConnected || [...this.#streams].some(({ isOpen }) => isOpen);
    return new Proxy(producer, {
      get(of, name) {
        if (name === 'send') return send;
        if (name === 'close') return close;
        if (name === 'isConnected') return isConnected;
        const value: unknown = Reflect.get(of, name);
        return typeof value === 'function' ? (value.bind(of) as unknown) : value;
      },
    });
  }

  #note(message: OutgoingMessage): void {
    const { destination } = this.#context.settings;
    this.#sent.set(message.id, {
      message: { ...message },
      destination: message.destination ?? destination,
    });
  }

  #admit(stream: BrokerEnd): void {
    this.#reached.byAny = true;
    this.#hasConnected = true;
    this.#streams.add(stream);
    stream.on('error', () => {}); // The producer may end its connection as it likes.
    stream.once('close', () => this.#streams.delete(stream));
    this.#protocol.serve(stream, {
      receive: (packet, tells = 'all') => this.#receive(packet, stream, tells),
      connection: (this.#connections += 1),
      sent: (id) => this.#sent.get(id),
      fault: this.#fault,
    });
  }

  /** That the connection is lost nobody is told but by its end. */
  #receive(
    packet: Parameters<BrokerPort['receive']>[0],
    stream: BrokerEnd,
    tells: Tells,
  ): Promise<void> {
    const canRefuse = tells === 'all' || tells === 'refusals';
    const may = (answer: 'ack' | 'refuse') => stream.isOpen && (answer === 'ack' || canRefuse);
    return new Promise((ack, refuse) => {
      this.#context.broker.receive(packet, may).then(ack, (error: Error) => {
        if (error.name !== 'BrokerRefused') return;
        this.#isRefused = true;
        refuse(error);
      });
    });
  }

  readonly #fault = (fault: unknown): void => {
    this.#failOpening(fault);
    this.#context.fault?.(fault instanceof Error ? fault.message : String(fault));
  };

  /** Behind the answers that were given before, which are still to be written. */
  readonly #lose = (): void => {
    this.#served.stop();
    setImmediate(() => {
      for (const stream of this.#streams) this.#break(stream);
    });
  };

  #break(stream: BrokerEnd): void {
    if (this.#isRefused && this.#protocol.says.refusalEndsConnection) stream.end();
    else stream.destroy();
  }

  readonly #stop = (): void => {
    this.#served.stop();
    this.#lost.removeEventListener('abort', this.#lose);
  };
}

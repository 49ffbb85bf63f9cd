// The harness for producers in any language: an adapter in another process, and for each case either
// the kit's own broker, in the protocol of `--speaks`, or, given `--broker`, a gate in front of a real one.
import type { Judge } from '../../../spec/check.ts';
import type { Profile } from '../../../spec/model/profile.ts';
import type { ProducerSettings } from '../../../spec/events/settings.ts';
import { AdapterFault, type Harness, type CaseRecord } from '../harness.ts';
import type { Ports } from '../ports.ts';
import type { ScenarioScope } from '../../cases/scope.ts';
import { settingsOf, type Scenario } from '../../cases/step.ts';
import { gateDriver, BrokerLag, type RealBroker } from '../brokers/gate-driver.ts';
import {
  assertListening,
  neverReached,
  parseEndpoint,
  type TcpDriver,
} from '../brokers/endpoint.ts';
import { ProtocolBroker } from '../brokers/protocol-broker.ts';
import { Case } from '../case.ts';
import type { Protocol } from '../protocols/protocol.ts';
import type { ProtocolName } from '../protocols/names.ts';
import { loadProtocol } from '../protocols/protocols.ts';
import { RemoteClock } from './clock.ts';
import { Conversation } from './conversation.ts';
import { ProofCache, Prover, type Waits } from '../proof.ts';
import { RemoteSubject } from './subject.ts';

/** Every step of a case takes real time. */
const MAX_STEPS = 12;
/** Cases after which a producer that never came to the broker's address is taken not to know it. */
const CASES_TO_CONNECT = 3;

/** How an adapter of another process is run. */
export interface OtherProcessOptions {
  /** `HOST:PORT` of a real broker. Default: the kit's own. */
  readonly broker?: string | undefined;
  /** What the kit's own broker speaks. Default: JSON Lines. */
  readonly speaks?: ProtocolName | undefined;
  /** With `broker`: destinations to which it refuses every message. */
  readonly refusedDestinations?: readonly string[] | undefined;
  readonly waits?: Partial<Waits>;
}

/** Starts an adapter by a shell command. */
export async function startOtherProcess(
  command: string,
  profile: Profile,
  { broker, speaks, refusedDestinations = [], waits }: OtherProcessOptions = {},
): Promise<Harness> {
  const protocol = await loadProtocol(speaks);
  const endpoint = broker === undefined ? undefined : parseEndpoint(broker);
  if (endpoint) await assertListening(endpoint);
  const conversation = await Conversation.start(command);
  const { reconnects, resends } = conversation.hello;
  const real = endpoint && {
    endpoint,
    refusedDestinations,
    reconnects: reconnects || resends !== undefined,
    lag: new BrokerLag(),
  };
  return new OtherProcessHarness(conversation, profile, real ?? protocol, waits);
}

/** Runs an adapter's producers in its own process. */
class OtherProcessHarness implements Harness {
  readonly adapter: string;
  readonly scope: ScenarioScope;
  readonly #conversation: Conversation;
  readonly #broker: RealBroker | Protocol;
  readonly proofs: ProofCache;
  /** The former case's broker, kept until the adapter has let go of it. */
  #former: TcpDriver | undefined;
  #wasReached = false;
  #cases = 0;

  constructor(
    conversation: Conversation,
    profile: Profile,
    broker: RealBroker | Protocol,
    waits: Partial<Waits> | undefined,
  ) {
    const { name, supports, chargedOverhead, resends } = conversation.hello;
    const isReal = 'endpoint' in broker;
    this.adapter = name;
    this.#conversation = conversation;
    this.#broker = broker;
    this.proofs = new ProofCache(waits);
    this.scope = {
      profile,
      supports,
      answers: isReal ? 'gate' : 'scripted',
      realTime: true,
      maxSteps: MAX_STEPS,
      ...(isReal
        ? { reconnects: broker.reconnects, refusedDestinations: broker.refusedDestinations }
        : { sayable: broker.says, ...(resends && { resends }) }),
      ...(chargedOverhead > 0 && { chargedSize: ({ size }) => size + chargedOverhead }),
    };
  }

  async run(scenario: Scenario, judge: Judge): Promise<CaseRecord> {
    const conversation = this.#conversation;
    conversation.check();
    const one = new Case(scenario, judge);
    const broker = await this.#openBroker(one);
    try {
      const record = await one.run(this.#ports(one, broker, settingsOf(scenario)));
      conversation.check();
      this.#assertReached(broker);
      return record;
    } catch (error) {
      throw explained(error, broker);
    } finally {
      this.#former?.dispose();
      this.#former = broker;
    }
  }

  #openBroker(one: Case): Promise<TcpDriver> {
    if ('endpoint' in this.#broker) return gateDriver(this.#broker, one);
    const fault = (cause: unknown) => this.#conversation.fail(asFault(cause));
    return ProtocolBroker.listen(this.#broker, one, fault);
  }

  async dispose(): Promise<void> {
    this.#former?.release?.();
    await this.#conversation.end();
    this.#former?.dispose();
  }

  #ports(one: Case, broker: TcpDriver, { sendTimeoutMs, maxBlockMs = 0 }: ProducerSettings): Ports {
    const conversation = this.#conversation;
    const { chargedSize } = this.scope;
    const { address } = broker;
    const subject = new RemoteSubject({ conversation, address, chargedSize }, one);
    const prover = new Prover(one, broker, this.proofs, () => conversation.ping());
    const isTimed = sendTimeoutMs + maxBlockMs > 0;
    const clock = new RemoteClock(one, subject, broker, prover, isTimed);
    return { subject, broker, clock };
  }

  #assertReached(broker: TcpDriver): void {
    this.#cases += 1;
    this.#wasReached ||= broker.wasReached;
    if (!this.#wasReached && this.#cases >= CASES_TO_CONNECT) throw neverReached(broker.observes);
  }
}

/** Who waits for an answer may have asked only half of the question. */
function explained(error: unknown, { unfinished = '' }: TcpDriver): unknown {
  const isHung = error instanceof AdapterFault && error.code === 'hung';
  if (!isHung || unfinished === '') return error;
  const message = `${error.message}; its client has sent only the beginning of ${unfinished}`;
  return new AdapterFault(error.code, message, { cause: error });
}

function asFault(error: unknown): AdapterFault {
  return error instanceof AdapterFault ? error : new AdapterFault('protocol', String(error));
}

// The harness for producers in any language: an adapter in another process, and for each case either
// the line broker or, given `--broker`, a gate in front of a real one.
import type { Judge } from '../../../spec/check.ts';
import type { Profile } from '../../../spec/model/profile.ts';
import { type Harness, type CaseRecord } from '../harness.ts';
import type { ScenarioScope } from '../../cases/scope.ts';
import type { Scenario } from '../../cases/step.ts';
import { BridgeCase } from './bridge-case.ts';
import { neverReached, type BrokerEnd } from '../brokers/broker-end.ts';
import { BrokerLag } from '../brokers/broker-lag.ts';
import { Conversation } from './conversation.ts';
import { Convictions } from './convictions.ts';
import { assertListening, parseEndpoint } from '../brokers/endpoint.ts';
import { gateEnd, type RealBroker } from '../brokers/gate-end.ts';
import { lineBrokerEnd } from '../brokers/line-end.ts';

/** Every step of a case takes real time. */
const MAX_STEPS = 12;
/** Cases after which a producer that never came to the broker's address is taken not to know it. */
const CASES_TO_CONNECT = 3;

/**
 * Starts an adapter by a shell command. `broker` is `HOST:PORT`; without it the line broker is
 * used. To `refusedDestinations` the broker refuses every message.
 */
export async function openBridgeHarness(
  command: string,
  profile: Profile,
  broker: string | undefined,
  refusedDestinations: readonly string[] = [],
): Promise<Harness> {
  const endpoint = broker === undefined ? undefined : parseEndpoint(broker);
  if (endpoint) await assertListening(endpoint);
  const real = endpoint && { endpoint, refusedDestinations, lag: new BrokerLag() };
  return new BridgeHarness(await Conversation.start(command), profile, real);
}

/** Runs an adapter's producers in its own process. */
class BridgeHarness implements Harness {
  readonly adapter: string;
  readonly scope: ScenarioScope;
  readonly #conversation: Conversation;
  readonly #broker: RealBroker | undefined;
  readonly #convictions = new Convictions();
  /** The former case's end, kept until the adapter has let go of it. */
  #former: BrokerEnd | undefined;
  #wasReached = false;
  #cases = 0;

  constructor(conversation: Conversation, profile: Profile, broker: RealBroker | undefined) {
    const { name, supports, chargedOverhead, reconnects } = conversation.hello;
    this.adapter = name;
    this.#conversation = conversation;
    this.#broker = broker;
    this.scope = {
      profile,
      supports,
      answers: broker ? 'gate' : 'scripted',
      realTime: true,
      maxSteps: MAX_STEPS,
      ...(broker && { reconnects, refusedDestinations: broker.refusedDestinations }),
      ...(chargedOverhead > 0 && { chargedSize: ({ size }) => size + chargedOverhead }),
    };
  }

  async run(scenario: Scenario, judge: Judge): Promise<CaseRecord> {
    this.#conversation.check();
    const { chargedSize } = this.scope;
    const convictions = this.#convictions;
    const next = new BridgeCase(
      { conversation: this.#conversation, judge, convictions, chargedSize },
      scenario,
    );
    const end = this.#broker ? await gateEnd(this.#broker, next) : await lineBrokerEnd(next);
    try {
      const record = await next.run(end);
      this.#conversation.check();
      this.#assertReached(end);
      return record;
    } finally {
      this.#former?.dispose();
      this.#former = end;
    }
  }

  async dispose(): Promise<void> {
    this.#former?.release();
    await this.#conversation.end();
    this.#former?.dispose();
  }

  #assertReached(end: BrokerEnd): void {
    this.#cases += 1;
    this.#wasReached ||= end.wasReached;
    if (!this.#wasReached && this.#cases >= CASES_TO_CONNECT) throw neverReached(end.observes);
  }
}

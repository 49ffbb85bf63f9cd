// Reconnecting: the connection broke, and the producer makes it anew. Judged only of a producer that says what it does
// about messages that are unanswered then, and only where packets are seen.
import type { Send } from '../model/calls.ts';
import type { Ledger } from '../model/ledger.ts';
import { isForgotten, isRecovering, isReported } from '../model/reconnecting.ts';
import { asBytes } from '../model/window.ts';
import { broken, brokenBy, chapter, SENDS, type Judgement } from '../rule.ts';

/** RSD-1 to RSD-3. */
export const RECONNECTION_RULES = chapter({ reconnects: true, seesPackets: true, about: SENDS }, [
  {
    id: 'RSD-1',
    statement:
      'Once the connection is back, each unanswered message is sent again or reported, once.',
    rationale:
      'Nobody else knows of these messages. What is neither sent again nor reported is lost; what is ' +
      'both, the application sends a second time.',
    source:
      'MQTT 5.0, 4.4; FailoverTransport.restoreTransport; mqttjs/MQTT.js 450, postwait/node-amqp 373, ' +
      'eclipse-paho/paho.mqtt.python 24',
    lookFirst:
      'Which list holds what is unanswered? Is all of it gone through when the connection is back, and ' +
      'is what was reported taken out?',
    judges: { receive: judgeSentAgain, settle: judgeForgotten },
  },
  {
    id: 'RSD-2',
    statement: 'What is sent again keeps its order, and the limit of the window.',
    rationale:
      'A message that comes again behind a later one reaches consumers in the wrong order for good.',
    source:
      'MQTT 5.0, 4.6; FailoverTransport.restoreTransport; novastone-media/MQTT-Client-Framework 249, ' +
      'eclipse-paho/paho.mqtt.golang 731',
    lookFirst:
      'In which order is the list of unanswered messages gone through, and what may be sent meanwhile?',
    judges: {
      receive: (ledger) => {
        const { send, reconnection, account } = ledger;
        if (!send || !ledger.sentAgain) return undefined;
        const later = reconnection?.overtaken.get(send);
        if (later) return brokenBy(send, `was sent again only after ${later.message.id}`);
        const others = -account.doubtful - (send.holding ? account.accounting.takes(send) : 0);
        if (!send.charged || ledger.fits(send, others)) return 'holds';
        const limit = asBytes(ledger.settings.windowSize);
        return brokenBy(
          send,
          `was sent again, which takes the usage to ${account.usage} of ${limit}`,
        );
      },
    },
  },
  {
    id: 'RSD-3',
    statement: 'What was answered is not sent again.',
    rationale: 'A consumer processes it twice.',
    source:
      'MQTT 5.0, 4.4; jwalton/node-amqp-connection-manager 142, whose answers took another message ' +
      'off the list',
    lookFirst: 'Does the answer to a message take that message off the list of unanswered ones?',
    judges: {
      receive: ({ send, cut, receivedNow, reconnection }) => {
        if (!send || !reconnection || receivedNow || send.answer === 'none') return undefined;
        if (cut) return undefined;
        // The last word of the old connection may have been cut off.
        if (send.answeredTurn >= reconnection.cutTurn) return undefined;
        return brokenBy(send, 'had been answered before the connection broke, and was sent again');
      },
      settle: ({ turn, reconnection }) =>
        reconnection?.restoredTurn === turn && reconnection.answersBefore > 0 ? 'holds' : undefined,
    },
  },
]);

function judgeSentAgain(ledger: Ledger): Judgement {
  const { send, reconnection } = ledger;
  if (!send || !reconnection || ledger.receivedNow || send.answer !== 'none') return undefined;
  if (!ledger.sentAgain) {
    const isTwice = reconnection.atBroker.has(send) && ledger.isDoubtful(send);
    return isTwice ? brokenBy(send, 'was sent again, twice') : undefined;
  }
  const { resends } = reconnection;
  if (resends !== 'at-least-once')
    return brokenBy(send, `was sent again, although the producer promises ${resends}`);
  if (wasReported(send, ledger)) return brokenBy(send, 'was reported as failed, and sent again');
  return 'holds';
}

/** For the broken connection: what was interrupted or ran out of time may be on its way all the same. */
function wasReported(send: Send, { turn, concurrent }: Ledger): boolean {
  if (send.outcome === 'failed')
    return send.endedTurn < turn && send.interruptedTurn < 0 && send.timeoutMs === 0;
  return !concurrent && send.completions > 0;
}

function judgeForgotten(ledger: Ledger): Judgement {
  const { reconnection, cut, lost, closeInvoked } = ledger;
  if (!reconnection || cut || lost || closeInvoked || isRecovering(ledger)) return undefined;
  let held = false;
  for (const send of reconnection.owed) {
    if (isForgotten(send, ledger, reconnection))
      return broken(
        `${send.message.id} was unanswered when the connection broke; it was neither sent again nor reported`,
        send,
      );
    if (isReported(send, ledger, reconnection)) held = true;
  }
  return held ? 'holds' : undefined;
}

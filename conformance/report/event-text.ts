// An event in words, for a person who reads a counterexample. Control characters are made visible.
import { asBytes } from '../../spec/model/window.ts';
import type {
  HistoryEvent,
  InvokeEvent,
  LeftoversEvent,
  OpenEvent,
} from '../../spec/events/history.ts';
import type { Failure } from '../../spec/events/failure.ts';
import type { Packet } from '../../spec/events/message.ts';

/** One line without indentation, such as `return   #1`. */
export function eventText(event: HistoryEvent): string {
  const [what, details] = describe(event);
  return visible(details === '' ? what : `${what.padEnd(12)}${details}`);
}

/** `1 rule`, `1,204 rules`. */
export function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}

/** With its first letter as a capital, unless it begins with a name; with a full stop. */
export function sentence(text: string): string {
  return `${capitalised(text)}.`;
}

/** With its first letter as a capital, unless it begins with a name. */
export function capitalised(text: string): string {
  return text.replace(/^[a-z]+(?=[ :])/, (word) => word.charAt(0).toUpperCase() + word.slice(1));
}

/** Makes control characters visible, so that a name or a message cannot drive the terminal. */
export function visible(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    },
  );
}

function describe(event: HistoryEvent): [what: string, details: string] {
  switch (event.event) {
    case 'open':
      return ['open', describeSettings(event)];
    case 'invoke':
      return ['invoke', describeInvoke(event)];
    case 'entered':
    case 'return':
      return [event.event, `#${event.op}`];
    case 'throw':
      return ['throw', `#${event.op}  ${describeFailure(event.error)}`];
    case 'complete': {
      const inside = event.inside ? ', inside the call' : '';
      const outcome = event.error ? describeFailure(event.error) : 'success';
      const threw = event.threw ? ', and the callback threw' : '';
      return ['complete', `#${event.op}  ${outcome}${inside}${threw}`];
    }
    case 'async-error':
      return ['async-error', `${event.message ?? ''}  ${describeFailure(event.error)}`.trim()];
    case 'receive':
      return ['receive', describePacket(event.packet)];
    case 'ack':
    case 'refuse':
      return [event.event, event.message ?? `${event.of} of ${event.transaction}`];
    case 'advance':
      return ['advance', `${event.ms} ms`];
    case 'usage':
      return ['usage', `${asBytes(event.bytes)}, by the producer's own figure`];
    case 'lose':
      return ['lose', event.refusal ? 'the connection, which a refusal ends' : 'the connection'];
    case 'cut':
      return ['cut', 'the connection; the client may reconnect once the broker is back'];
    case 'restore':
      return ['restore', 'the broker, which takes connections again'];
    case 'settle':
      return ['settle', ''];
    case 'leftovers':
      return ['leftovers', describeLeftovers(event)];
  }
}

function describeLeftovers({ timers, onLost = 0, onSignal = 0 }: LeftoversEvent): string {
  const listeners = `${counted(onLost, 'listener')} on lost, ${onSignal} on a shared signal`;
  return `${counted(timers, 'timer')}, ${listeners}`;
}

function describeSettings({ settings }: OpenEvent): string {
  const parts = [settings.windowSize > 0 ? `window ${asBytes(settings.windowSize)}` : 'no window'];
  if (settings.useAsyncSend) parts.push('useAsyncSend');
  if (settings.alwaysSyncSend) parts.push('alwaysSyncSend');
  if (settings.sendTimeoutMs > 0) parts.push(`send timeout ${settings.sendTimeoutMs} ms`);
  if (settings.maxBlockMs) parts.push(`at most ${settings.maxBlockMs} ms for space`);
  if (settings.destination === undefined) parts.push('no destination');
  return parts.join(', ');
}

function describeInvoke(event: InvokeEvent): string {
  const { op, action, message } = event;
  if (action === 'interrupt') return `#${op}  interrupt #${event.target}`;
  const from = event.from === undefined ? [] : [`from the callback that told of #${event.from}`];
  if (action !== 'send' || !message) return `#${op}  ${[action, ...from].join(', ')}`;
  const parts = [asBytes(message.size), message.deliveryMode];
  if (event.charge !== undefined && event.charge !== message.size)
    parts.push(`charged ${asBytes(event.charge)}`);
  if (event.completion) parts.push('with a callback');
  if (message.responseRequired) parts.push('responseRequired');
  if (message.destination !== undefined) parts.push(`to ${message.destination ?? 'null'}`);
  if (event.interrupted) parts.push('interrupted beforehand');
  return `#${op}  send ${message.id}: ${[...parts, ...from].join(', ')}`;
}

function describePacket(packet: Packet): string {
  if (packet.type !== 'message') return `${packet.type} of ${packet.transaction}`;
  const within = packet.transaction === undefined ? '' : ` in ${packet.transaction}`;
  return `${packet.message.id}, ${asBytes(packet.message.size)}${within}`;
}

function describeFailure(error: Failure): string {
  return error.kind === undefined ? error.message : `${error.kind}: ${error.message}`;
}

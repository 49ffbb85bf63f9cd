// What may come next in an exhaustive run: every step of the scope that the history so far enables, in
// every pause. Asked of the ledger of what this very subject did, so that no subject is taken to be correct.
import type { Ledger } from '../../../spec/model/ledger.ts';
import { isEnabled, unansweredTransactions } from '../enabled.ts';
import type { AnswerStep, Pause, SendStep, Step } from '../step.ts';
import type { SendKind, SmallScope } from './small-scope.ts';

/** Every step that may come next. `sent`: messages so far; `maySend`: whether there may be another. */
export function choicesWithin(
  scope: SmallScope,
  ledger: Ledger,
  sent: number,
  maySend: boolean,
  pauses: readonly Pause[],
): Step[] {
  const plain: Step[] = [];
  if (maySend) plain.push(...sendsOf(scope, sent + 1));
  for (let at = 1; at <= sent; at += 1) plain.push(...aboutMessage(`m${at}`, scope, ledger));
  for (const of of unansweredTransactions(ledger)) plain.push(...answers({ of }, scope));
  plain.push(...operationsOf(scope, ledger));
  const enabled = plain.filter((step) => isEnabled(step, ledger));
  return pauses.flatMap((pause) => enabled.map((step): Step => ({ ...step, pause })));
}

function sendsOf({ kinds, sizes }: SmallScope, number: number): Step[] {
  return kinds.flatMap((kind) =>
    sizes.map((size): Step => ({
      do: 'send',
      id: `m${number}`,
      size,
      ...ofKind(kind),
      pause: 'none',
    })),
  );
}

function ofKind(kind: SendKind): Pick<SendStep, 'mode' | 'completion' | 'responseRequired'> {
  switch (kind) {
    case 'async':
      return { mode: 'non-persistent' };
    case 'sync':
      return { mode: 'persistent' };
    case 'callback':
      return { mode: 'non-persistent', completion: true };
    case 'response':
      return { mode: 'non-persistent', responseRequired: true };
  }
}

function aboutMessage(id: string, scope: SmallScope, ledger: Ledger): Step[] {
  const send = ledger.sendOf(id);
  const interrupts =
    scope.operations.includes('interrupt') && send !== undefined && send.interruptedTurn < 0;
  const steps: Step[] = answers({ id }, scope);
  return interrupts ? [...steps, { do: 'interrupt', id, pause: 'none' }] : steps;
}

function answers(to: Pick<AnswerStep, 'id' | 'of'>, { operations }: SmallScope): Step[] {
  const ack: Step = { do: 'ack', ...to, pause: 'none' };
  return operations.includes('refuse') ? [ack, { ...ack, do: 'refuse' }] : [ack];
}

function operationsOf({ operations, ...scope }: SmallScope, ledger: Ledger): Step[] {
  const steps: Step[] = [];
  for (const operation of operations) {
    if (operation === 'refuse' || operation === 'interrupt') continue;
    if (operation !== 'advance') steps.push({ do: operation, pause: 'none' });
    else if (ledger.pending.size > 0) steps.push(...advancesOf(scope));
  }
  return steps;
}

function advancesOf({
  advancesMs,
  sendTimeoutMs = 0,
}: Pick<SmallScope, 'advancesMs' | 'sendTimeoutMs'>): Step[] {
  const steps = advancesMs ?? (sendTimeoutMs > 0 ? [sendTimeoutMs] : []);
  return steps.map((ms) => ({ do: 'advance', ms, pause: 'none' }));
}

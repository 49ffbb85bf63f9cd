// What may come next in an exhaustive run: every stimulus of the scope that the history so far enables, in
// every gap. Asked of the ledger of what this very subject did, so that no subject is taken to be correct.
import type { Ledger } from '../../spec/ledger.ts';
import { isEnabled, unansweredTransactions } from '../tape/enabled.ts';
import type { AnswerStimulus, Gap, SendStimulus, Stimulus } from '../tape/stimulus.ts';
import type { SendKind, SmallScope } from './small-scope.ts';

/** Every stimulus that may come next. `sent`: messages so far; `maySend`: whether there may be another. */
export function choicesWithin(
  scope: SmallScope,
  ledger: Ledger,
  sent: number,
  maySend: boolean,
  gaps: readonly Gap[],
): Stimulus[] {
  const plain: Stimulus[] = [];
  if (maySend) plain.push(...sendsOf(scope, sent + 1));
  for (let at = 1; at <= sent; at += 1) plain.push(...aboutMessage(`m${at}`, scope, ledger));
  for (const of of unansweredTransactions(ledger)) plain.push(...answers({ of }, scope));
  plain.push(...operationsOf(scope, ledger));
  const enabled = plain.filter((step) => isEnabled(step, ledger));
  return gaps.flatMap((gap) => enabled.map((step): Stimulus => ({ ...step, gap })));
}

function sendsOf({ kinds, sizes }: SmallScope, number: number): Stimulus[] {
  return kinds.flatMap((kind) =>
    sizes.map((size): Stimulus => ({
      do: 'send',
      id: `m${number}`,
      size,
      ...ofKind(kind),
      gap: 'none',
    })),
  );
}

function ofKind(kind: SendKind): Pick<SendStimulus, 'mode' | 'completion' | 'responseRequired'> {
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

function aboutMessage(id: string, scope: SmallScope, ledger: Ledger): Stimulus[] {
  const send = ledger.sendOf(id);
  const interrupts =
    scope.operations.includes('interrupt') && send !== undefined && send.interruptedTurn < 0;
  const steps: Stimulus[] = answers({ id }, scope);
  return interrupts ? [...steps, { do: 'interrupt', id, gap: 'none' }] : steps;
}

function answers(to: Pick<AnswerStimulus, 'id' | 'of'>, { operations }: SmallScope): Stimulus[] {
  const ack: Stimulus = { do: 'ack', ...to, gap: 'none' };
  return operations.includes('refuse') ? [ack, { ...ack, do: 'refuse' }] : [ack];
}

function operationsOf({ operations, ...scope }: SmallScope, ledger: Ledger): Stimulus[] {
  const steps: Stimulus[] = [];
  for (const operation of operations) {
    if (operation === 'refuse' || operation === 'interrupt') continue;
    if (operation !== 'advance') steps.push({ do: operation, gap: 'none' });
    else if (ledger.pending.size > 0) steps.push(...advancesOf(scope));
  }
  return steps;
}

function advancesOf({
  advancesMs,
  sendTimeoutMs = 0,
}: Pick<SmallScope, 'advancesMs' | 'sendTimeoutMs'>): Stimulus[] {
  const steps = advancesMs ?? (sendTimeoutMs > 0 ? [sendTimeoutMs] : []);
  return steps.map((ms) => ({ do: 'advance', ms, gap: 'none' }));
}

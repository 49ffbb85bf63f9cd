// `--broker HOST:PORT`: what can be said against it before anything is started.
import { UsageError } from './usage.ts';

/** Throws `UsageError` unless the address can be used with this adapter. */
export function assertBroker(adapter: string, broker: string | undefined): void {
  if (broker === undefined) return;
  if (!/^[^:]+:\d+$/.test(broker)) throw new UsageError(`--broker ${broker} is not HOST:PORT`);
  if (!adapter.startsWith('exec:'))
    throw new UsageError('--broker is for exec: adapters; others are given a broker by the kit');
}

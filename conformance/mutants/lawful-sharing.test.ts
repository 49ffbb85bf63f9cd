// What producers of one module may share: nobody who has only the contract to go by could tell. None is accused.
import { expect, test } from 'vitest';
import type { OpenContext, ProducerAdapter, ProducerSubject } from '../adapter.ts';
import { keepUncaughtErrors } from '../harness/in-process/determinism.ts';
import type { Job } from './calls.ts';
import { Engine } from './engine.ts';
import { adapterOf } from './mutant.ts';
import { Trial } from './trial.ts';

keepUncaughtErrors();

/** `.ci/deeper` tries more. */
const CASES = Number(process.env['CASES'] ?? 100);

/** Modules, as they are once loaded, by what their producers share. */
const MODULES: Readonly<Record<string, () => ProducerAdapter>> = {
  'one counter numbers all transactions': () => {
    let transactions = 0;
    return adapterOf(
      'one-counter',
      class extends Engine {
        override newTransaction() {
          transactions += 1;
          return { id: `t${transactions}` };
        }
      },
    );
  },
  'one timer writes for all': () => {
    const writes: (() => void)[] = [];
    const flush = () => {
      for (const write of writes.splice(0)) write();
      timer = undefined;
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    return {
      ...adapterOf(
        'one-timer',
        class extends Engine {
          override transmit(job: Job) {
            writes.push(() => super.transmit(job));
            timer ??= setTimeout(flush, 0);
          }
          override sendEnding(ending: Parameters<Engine['sendEnding']>[0]) {
            writes.push(() => super.sendEnding(ending));
            timer ??= setTimeout(flush, 0);
          }
          override async close() {
            flush();
            return super.close();
          }
        },
      ),
      lingerMs: 1,
    };
  },
  'one connection carries the answers of all, in their order': () => {
    let answers = Promise.resolve();
    const inOrder = (answer: () => void) => void (answers = answers.then(answer));
    return adapterOf(
      'one-connection',
      class extends Engine {
        override answered(job: Job, error?: Error) {
          inOrder(() => super.answered(job, error));
        }
      },
    );
  },
  'code is loaded when the first is opened': () => {
    let code: Promise<typeof Engine> | undefined;
    return opening('lazy', async (context) => {
      code ??= new Promise((resolve) => setTimeout(() => resolve(Engine), 5));
      return new (await code)(context);
    });
  },
  'the first send takes longer than all others': () => {
    let isWarm = false;
    return adapterOf(
      'warm',
      class extends Engine {
        override async send(...call: Parameters<Engine['send']>) {
          if (!isWarm) await undefined;
          isWarm = true;
          return super.send(...call);
        }
      },
    );
  },
  'one waits until the other is closed': () => {
    let last = Promise.resolve();
    return opening('one-at-a-time', async (context) => {
      const former = last;
      let leave = () => {};
      last = new Promise((resolve) => (leave = resolve));
      await former;
      return leaving(context, leave);
    });
  },
  'a second one is refused': () => {
    let isOpen = false;
    return opening('only-one', async (context) => {
      if (isOpen) throw new Error('one at a time');
      isOpen = true;
      return leaving(context, () => (isOpen = false));
    });
  },
};

test.each(Object.entries(MODULES))('%s', async (_, load) => {
  const plan = { seed: 1, leastCases: CASES, mostCases: CASES };
  expect((await new Trial(load).run(plan)).faults).toEqual([]);
});

function opening(
  name: string,
  open: (context: OpenContext) => Promise<ProducerSubject>,
): ProducerAdapter {
  return { ...adapterOf(name, Engine), open };
}

/** A producer that says when it has been closed. */
function leaving(context: OpenContext, leave: () => void): ProducerSubject {
  class Leaving extends Engine {
    override async close() {
      await super.close();
      leave();
    }
  }
  return new Leaving(context);
}

// Ways to build on the engine: with another mind in one method; as activemq-classic has it, with an
// outbox and with lanes, which are correct; with a check some microtasks before the charge, with sends that return late,
// and with one mishap after which sends fail, which are not.
import type { ErrorKind } from '../adapter.ts';
import { type Ending, Fault, type Job, type Transaction } from './calls.ts';
import { Engine, type EngineClass } from './engine.ts';

/** A deviation of an engine. */
export type Build = (Producer: EngineClass) => EngineClass;

/** The engine by the activemq-classic profile: it may overshoot, and callbacks are not charged. */
export class ClassicEngine extends Engine {
  override fits(_job: Job): boolean {
    return this.usage < this.limit;
  }

  override isTooLarge(_job: Job): boolean {
    return false;
  }

  override charge(job: Job): void {
    if (job.dispatch !== 'completion') super.charge(job);
  }
}

/** An engine with an outbox. */
export interface DeferredEngine extends Engine {
  outbox: Job[];
  later(write: () => void): void;
  writeOut(): void;
}

/** What is admitted goes into an outbox, which the next immediate, a commit, a rollback or close writes. */
export function deferred(
  Producer: EngineClass,
): new (...args: ConstructorParameters<EngineClass>) => DeferredEngine {
  return class extends Producer {
    outbox: Job[] = [];

    override write(job: Job): void {
      this.outbox.push(job);
      if (this.outbox.length === 1) this.later(() => this.writeOut());
    }

    later(write: () => void): void {
      setImmediate(write);
    }

    /** A send that returned is written; a blocked call that has failed meanwhile is not. */
    writeOut(): void {
      for (const job of this.outbox.splice(0)) {
        if (this.isCharged(job) || !job.ended) this.transmit(job);
      }
    }

    override sendEnding(ending: Ending): void {
      this.writeOut();
      super.sendEnding(ending);
    }

    override failAll(kind: ErrorKind): void {
      super.failAll(kind);
      if (kind === 'closed') this.writeOut();
    }

    override lose(): void {
      this.outbox = [];
      super.lose();
    }
  };
}

/** An outbox of which each destination has a lane of its own: one lane is written after the other. */
export function inLanes(
  Producer: EngineClass,
): new (...args: ConstructorParameters<EngineClass>) => DeferredEngine {
  return class extends deferred(Producer) {
    override writeOut(): void {
      const { destination: bound = '' } = this.settings;
      const nameOf = ({ message }: Job) => message.destination ?? bound;
      this.outbox.sort((one, other) => nameOf(other).localeCompare(nameOf(one)));
      super.writeOut();
    }
  };
}

/** Between the check for space and the charge lie `hops` awaits: a race by construction, careful otherwise. */
export function checkThenAct(hops: number): Build {
  return (Producer) =>
    class extends Producer {
      readonly hopping = new Set<Job>();

      override pump(): void {
        for (let head = this.queue[0]; head && this.fits(head); head = this.queue[0]) {
          this.queue.shift();
          void this.admitLater(head);
        }
        this.commitWhenReady();
      }

      async admitLater(job: Job): Promise<void> {
        this.hopping.add(job);
        for (let hop = 0; hop < hops; hop += 1) await undefined;
        this.hopping.delete(job);
        if (!job.ended) this.admit(job);
        this.commitWhenReady();
      }

      override commitWhenReady(): void {
        const { ending, hopping } = this;
        for (const job of hopping) if (job.transaction === ending?.transaction) return;
        super.commitWhenReady();
      }

      override failWaiting(transaction: Transaction): void {
        super.failWaiting(transaction);
        for (const job of this.hopping) {
          if (job.transaction === transaction) this.end(job, new Fault('other', 'rolled back'));
        }
      }
    };
}

/** Async sends of some kind are charged like any, but return at their answer only. */
export function awaitsAnswer(isOne: (job: Job, engine: Engine) => boolean): Build {
  return (Producer) =>
    class extends Producer {
      override returnsAtOnce(job: Job): boolean {
        return super.returnsAtOnce(job) && !isOne(job, this);
      }

      override answeredCharged(job: Job, error?: Error): void {
        this.end(job);
        super.answeredCharged(job, error);
      }
    };
}

/** Once `name` has been called with `isMishap`, sends fail with `fault`. */
export function failsAfter<Name extends Seam>(
  name: Name,
  isMishap: Condition<Name>,
  fault: () => Fault,
): Build {
  const struck = new WeakSet<Engine>();
  const strike = around(name, (engine, base, ...args) => {
    if (isMishap(engine, ...args)) struck.add(engine);
    return Reflect.apply(base, undefined, args);
  });
  const fail = around('enqueue', (engine, base, job) => {
    if (struck.has(engine)) engine.end(job, fault());
    else base(job);
  });
  return (Producer) => fail(strike(Producer));
}

/** The methods of the engine. */
type Seam = {
  [Name in keyof Engine]: Engine[Name] extends (...args: never[]) => unknown ? Name : never;
}[keyof Engine];

/** What a deviation does in place of a method; `base` is the method itself. */
export type Deviation<Name extends Seam> = (
  engine: Engine,
  base: Engine[Name],
  ...args: Parameters<Engine[Name]>
) => ReturnType<Engine[Name]>;

/** A deviation in one method of the engine that remembers nothing. */
export function around<Name extends Seam>(name: Name, deviate: Deviation<Name>): Build {
  return (Producer) => {
    const methods = Producer.prototype as Record<Name, Engine[Name]>;
    const Deviating = class extends Producer {};
    Object.defineProperty(Deviating.prototype, name, {
      value(this: Engine, ...args: Parameters<Engine[Name]>) {
        const base = (...given: unknown[]) => Reflect.apply(methods[name], this, given);
        return deviate(this, base as Engine[Name], ...args);
      },
    });
    return Deviating;
  };
}

/** What is asked about a call of a method. */
type Condition<Name extends Seam> = (engine: Engine, ...args: Parameters<Engine[Name]>) => boolean;

/** The names of methods that return nothing, and so can be left out. */
type Action = {
  [Name in Seam]: ReturnType<Engine[Name]> extends void ? Name : never;
}[Seam];

/** A method is left out unless `condition` holds. */
export function onlyIf<Name extends Action>(name: Name, condition: Condition<Name>): Build {
  const deviate = (engine: Engine, base: Engine[Name], ...args: Parameters<Engine[Name]>) => {
    if (condition(engine, ...args)) Reflect.apply(base, undefined, args);
  };
  return around(name, deviate as Deviation<Name>);
}

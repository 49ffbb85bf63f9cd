// What a mutant is: the engine, broken in one way, and the rules that must notice.
import { findRule } from '../../spec/catalogue.ts';
import type { ProfileName } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import { CAPABILITIES } from '../../spec/events/settings.ts';
import { defineAdapter, type ProducerAdapter } from '../adapter.ts';
import type { EngineClass } from './engine.ts';
import { kindOf } from './fault.ts';

/** A producer broken in one way. */
export interface Mutant {
  readonly id: string;
  /** The rules it breaks: one of them at least must be named. */
  readonly breaks: readonly RuleId[];
  /** Rules that may be named as well, each with the reason why that is right. */
  readonly also?: Readonly<Partial<Record<RuleId, string>>>;
  /** The activemq-classic profile allows it, or gives it no occasion to show. */
  readonly strictOnly?: true;
  /** What it does wrong, in a sentence. */
  readonly what: string;
  /** Public reports of shipped clients that had this defect. */
  readonly reports?: readonly Report[];
  readonly make: (Producer: EngineClass) => EngineClass;
}

/** A public report. */
export interface Report {
  /** Project and number. */
  readonly name: string;
  readonly url: string;
}

/** The rules that it breaks, as far as the profile judges them. */
export function brokenUnder({ breaks }: Mutant, profile: ProfileName): readonly RuleId[] {
  return profile === 'strict' ? breaks : breaks.filter((id) => !findRule(id)?.strictOnly);
}

/** The adapter of a producer of this folder: it claims everything. */
export function adapterOf(name: string, Producer: EngineClass): ProducerAdapter {
  return defineAdapter({
    name,
    supports: CAPABILITIES,
    open: (context) => new Producer(context),
    errorKind: kindOf,
  });
}

/** A public issue. */
export function issue(repository: string, number: number): Report {
  return report(repository, number, 'issues');
}

/** A public pull request. */
export function pull(repository: string, number: number): Report {
  return report(repository, number, 'pull');
}

function report(repository: string, number: number, kind: 'issues' | 'pull'): Report {
  const url = `https://github.com/${repository}/${kind}/${number}`;
  return { name: `${repository} ${number}`, url };
}

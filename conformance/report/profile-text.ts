// What a report says of the profile that it was judged by: its name, and every choice in which it is not `strict`.
import { differencesOf, type Profile, STRICT } from '../../spec/model/profile.ts';
import type { Report } from './report.ts';

/** The profile of a report. */
export function profileIn({
  profile: name,
  choices,
}: Pick<Report, 'profile' | 'choices'>): Profile {
  return { ...STRICT, ...choices, name, summary: '' };
}

/** `unit: messages, order: any`; empty: it is `strict` in all. */
export function choicesText(profile: Profile): string {
  return differencesOf(profile)
    .map((name) => `${name}: ${profile[name]}`)
    .join(', ');
}

/** For the head of a page. */
export function profileFacts(profile: Profile): (readonly [name: string, value: string])[] {
  const choices = choicesText(profile);
  const facts = [['profile', profile.name] as const];
  return choices === '' ? facts : [...facts, ['unlike strict', choices]];
}

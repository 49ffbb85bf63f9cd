// The page of `producer-tck check`: what a recording breaks, drawn.
import { counted } from '../report/event-text.ts';
import { page, type PageSubject } from '../report/html/page.ts';
import { count, type Checked } from './recorded-findings.ts';

/** Renders the page; `exit` is how the check ended. */
export function checkPage(
  { file, events, profile, rules, findings }: Checked,
  exit: number,
): string {
  const [held, broken] = [count(rules, 'satisfied'), count(rules, 'violated')];
  const rest = rules.length - held - broken;
  return page({
    title: file,
    ...badgeOf(exit, broken),
    conclusion: `recorded history: ${counted(held, 'rule')} held, ${broken} broken, ${rest} not judged`,
    profile: profile.name,
    facts: [
      ['profile', profile.name],
      ['events', events.toLocaleString('en')],
    ],
    rules,
    findings,
  });
}

/** Exit code 0 is no claim that the producer conforms: it is one recording. */
function badgeOf(exit: number, broken: number): Pick<PageSubject, 'badge' | 'tone'> {
  if (exit === 1) return { badge: 'violates', tone: 'bad' };
  if (exit === 3) return { badge: 'nothing judged', tone: 'warn' };
  return { badge: broken > 0 ? 'nothing new broken' : 'no rule broken', tone: 'good' };
}

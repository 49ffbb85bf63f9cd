// The ways in which the real client is judged: by two profiles, with two transports. What is known of each
// is in its baseline, and the cases that show it are in docs/findings.md.
import * as v from 'valibot';
import { findRule } from '../../../spec/catalogue.ts';
import { PROFILES, type ProfileName } from '../../../spec/model/profile.ts';
import type { RuleId } from '../../../spec/rule.ts';
import { SCENARIO } from '../../cases/format.ts';
import type { Scenario } from '../../cases/step.ts';

/** `tcp` tells of a lost connection, `failover` makes it anew; `openwire`: `tcp`, where the broker is the kit's own. */
const JUDGED = ['tcp', 'failover', 'openwire'] as const;
/** The last one, `failover` where the broker is the kit's own, is replayed only. */
export const TRANSPORTS = [...JUDGED, 'openwire-failover'] as const;
/** One of them. */
export type Transport = (typeof TRANSPORTS)[number];

/** One way of judging the client. */
export interface Variant {
  readonly profile: ProfileName;
  readonly transport: Transport;
}

/** All of them, in the order of the table. */
export const VARIANTS: readonly Variant[] = JUDGED.flatMap((transport) =>
  (['strict', 'activemq-classic'] as const).map((profile) => ({ profile, transport })),
);

/** A case of docs/findings.md. */
export interface KnownCase extends Variant {
  readonly rule: RuleId;
  readonly scenario: Scenario;
}

/** A variant's name in file names and headings. */
export function nameOf({ profile, transport }: Variant): string {
  return `${transport}-${profile}`;
}

/** The command that replays a case on a broker of its own. */
export function replayCommand({ profile, transport, rule, scenario }: KnownCase): string {
  const options = `--profile ${profile} --transport ${transport}`;
  return `npm run conformance:activemq -- ${options} --replay '${JSON.stringify({ rule, scenario })}'`;
}

/** The cases of all such commands in a text. */
export function knownCases(markdown: string): KnownCase[] {
  return [...markdown.matchAll(COMMAND)].map(([, profile = '', transport, json = '']) => {
    const { rule: id, scenario } = v.parse(RECORDED, JSON.parse(json));
    const rule = findRule(id)?.id;
    if (!rule || !(profile in PROFILES)) throw new Error(`${id}, ${profile}: no such case`);
    return {
      profile: profile as ProfileName,
      transport: transport as Transport,
      rule,
      scenario,
    };
  });
}

const COMMAND =
  /^npm run conformance:activemq -- --profile (\S+) --transport (\S+) --replay '(.*)'$/gm;
const RECORDED = v.object({ rule: v.string(), scenario: SCENARIO });

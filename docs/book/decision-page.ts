// The decision table and the profiles, as pages.
import { markup, type Content, type Markup } from '../../conformance/report/markup.ts';
import { CATALOGUE } from '../../spec/catalogue.ts';
import { ALL_INPUTS, DISPATCH, rowOf, type Row } from '../../spec/model/decision.ts';
import { CHOICE_NAMES, CHOICES } from '../../spec/model/choices.ts';
import { PROFILES, type Profile } from '../../spec/model/profile.ts';
import { excludingChoice } from '../../spec/verdict.ts';
import { withCode } from './rule-pages.ts';
import type { SitePage } from './site-page.ts';

/** When each row applies, and what it means for the caller. */
const MEANING: Readonly<Record<Row, readonly [when: string, returns: string, answer: string]>> = {
  1: ['a completion callback is given', 'at once', 'completes the callback'],
  2: ['`sendTimeoutMs > 0`', 'when acked, or fails at the timeout', 'releases the caller'],
  3: ['`alwaysSyncSend` or `responseRequired`', 'when acked', 'releases the caller'],
  4: ['a transaction is open', 'at once', 'frees window space'],
  5: ['non-persistent', 'at once', 'frees window space'],
  6: ['`useAsyncSend`', 'at once', 'frees window space'],
  7: ['otherwise: persistent, no transaction', 'when acked', 'releases the caller'],
};

/** The rows of the table; `share`: of how many of the 128 combinations it decides. */
export const ROWS = (Object.keys(MEANING).map(Number) as Row[]).map((row) => {
  const [when, returns, answer] = MEANING[row];
  const share = ALL_INPUTS.filter((inputs) => rowOf(inputs) === row).length;
  return { row, when, returns, answer, share };
});

/** In the order of the bits of `ALL_INPUTS`. */
const INPUTS: readonly string[] = [
  'a completion callback is given',
  'sendTimeoutMs > 0',
  'alwaysSyncSend',
  'the message has responseRequired',
  'a transaction is open',
  'the message is persistent',
  'useAsyncSend',
];

/** Which sends wait. */
export function decisionPage(): SitePage {
  const rows = ALL_INPUTS.map(rowOf).join('');
  return {
    path: 'decision.html',
    title: 'Which sends wait',
    section: 'The rule book',
    body: markup`<h1>Which sends wait</h1>
<p>Seven facts decide whether a send waits for its acknowledgement. All seven are known when the send is invoked. The first row
that applies decides. <em>At once</em> means: without waiting for any acknowledgement, once the window has room. Waiting for
<strong>space</strong> and waiting for an <strong>ack</strong> are two different waits. “Never waits” is about the ack.</p>
<div class="wide" tabindex="0" role="group" aria-label="The decision table"><table class="decision"><thead><tr><th>#</th><th>when</th><th>dispatch</th><th>the call returns</th><th>the acknowledgement</th>
<th>of 128</th></tr></thead><tbody>
${ROWS.map(decisionRow)}</tbody></table></div>
<h2 id="try">Try it</h2>
<form class="decide" data-rows="${rows}"><fieldset><legend>The facts</legend>
${INPUTS.map((input) => markup`<label><input type="checkbox"${input.includes('persistent') && markup` checked`}> ${input}</label>`)}
</fieldset><output aria-live="polite"></output></form>
<p>In the code the table is an exhaustive match. A test proves it equal, over all 128 combinations, to the condition in
<code>ActiveMQSession.send</code>.</p>`,
  };
}

function decisionRow({ row, when, returns, answer, share }: (typeof ROWS)[number]): Content {
  return markup`<tr data-row="${row}"><td>${row}</td><td>${withCode(when)}</td><td><code>${DISPATCH[row]}</code></td><td>${returns}</td><td>${answer}</td><td>${share}</td></tr>
`;
}

/** The profiles side by side. */
export function profilesPage(): SitePage {
  const profiles = Object.values(PROFILES);
  const rows = CHOICE_NAMES.map((name) => {
    const values: Readonly<Record<string, string>> = CHOICES[name].values;
    const cells = profiles.map(
      (profile) =>
        markup`<td><code>${profile[name]}</code>: ${withCode(values[profile[name]] ?? '')}</td>`,
    );
    return markup`<tr><th scope="row"><code>${name}</code> ${CHOICES[name].about}</th>${cells}</tr>
`;
  });
  return {
    path: 'profiles.html',
    title: 'The profiles, side by side',
    section: 'The rule book',
    body: markup`<h1>The profiles, side by side</h1>
<p>A profile is data that parametrises the rules, not a second rule book. <code>strict</code>, the default, is the whole rule book.
<code>activemq-classic</code> states what the send path of ActiveMQ Classic does where that differs.</p>
<div class="wide" tabindex="0" role="group" aria-label="The profiles"><table><thead><tr><td></td>${profiles.map(({ name }) => markup`<th scope="col"><code>${name}</code></th>`)}</tr></thead>
<tbody>${rows}<tr><th scope="row">Rules judged</th>${profiles.map(judged)}</tr></tbody></table></div>
<h2 id="excluded">Rules that a choice excludes</h2>
<ul>${excluded().map(
      ({
        id,
        statement,
        under = {},
      }) => markup`<li><a href="rules/${id}.html">${id}</a> ${statement} Judged under ${Object.entries(
        under,
      ).map(([name, values]) => markup`<code>${name}: ${values.join(' or ')}</code> `)}</li>
`,
    )}</ul>
<p>A producer that satisfies one profile does not satisfy the other. The reference, which is strict, breaks a rule of
<code>activemq-classic</code>: it waits although the window is not full.</p>`,
  };
}

const excluded = () => CATALOGUE.filter((rule) => rule.under);

function judged(profile: Profile): Markup {
  const rules = CATALOGUE.filter((rule) => !excludingChoice(rule, profile));
  return markup`<td>${rules.length}</td>`;
}

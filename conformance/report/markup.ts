// Markup that cannot be broken into: every value put into a template is escaped, unless it is markup
// itself. Names and messages come from adapters, and an adapter may be hostile.
import { visible } from './event-text.ts';

/** Text that is markup already. Only `markup` and `trusted` make it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What may stand in a template. Lists are joined without a separator; `undefined` and `false` are nothing. */
export type Content = Markup | string | number | undefined | false | readonly Content[];

/** A template of HTML or SVG: `` markup`<b>${name}</b>` ``. */
export function markup(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, at) => text + textOf(contents[at - 1]) + part));
}

/** Text of our own that is markup: a style sheet, a script, a rendered page. Never an adapter's. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function textOf(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(textOf).join('');
  // A line break is as harmless here as it is useful.
  return escaped(String(content).split('\n').map(visible).join('\n'));
}

const ENTITY: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITY[character] ?? character);
}

// Checks a folder of pages: every link leads to an existing file, every fragment to an existing element, and no page
// loads anything from the network.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** A link that leads nowhere, or out of the folder. */
export interface BadLink {
  readonly page: string;
  readonly target: string;
  readonly why: string;
}

/** Checks pages whose paths are relative to `folder`. */
export function badLinks(folder: string, pages: readonly string[]): BadLink[] {
  const anchors = new Map<string, ReadonlySet<string>>();
  const anchorsOf = (file: string) => {
    const known = anchors.get(file) ?? idsIn(readFileSync(file, 'utf8'));
    anchors.set(file, known);
    return known;
  };
  return pages.flatMap((page) => {
    const file = join(folder, page);
    return targetsIn(readFileSync(file, 'utf8')).flatMap(({ target, loads }) => {
      const why = faultOf(target, loads, file);
      return why === undefined ? [] : [{ page, target, why }];
    });
  });

  function faultOf(target: string, loads: boolean, from: string): string | undefined {
    if (/^(https?:)?\/\//.test(target)) return loads ? 'it is loaded from the network' : undefined;
    if (/^(data|mailto|javascript):/.test(target))
      return target.startsWith('data') ? undefined : 'no such links here';
    const [path = '', fragment = ''] = target.split('#');
    const [plain = ''] = path.split('?');
    const file = plain === '' ? from : join(dirname(from), decodeURIComponent(plain));
    if (relative(folder, file).startsWith('..')) return 'it leads out of the site';
    if (!existsSync(file)) return 'there is no such file';
    if (statSync(file).isDirectory()) return 'it is a folder, which from a disk shows no page';
    if (fragment === '' || !file.endsWith('.html')) return undefined;
    return anchorsOf(file).has(decodeURIComponent(fragment))
      ? undefined
      : 'there is no such place on the page';
  }
}

/** `loads`: the browser fetches it by itself. */
function targetsIn(html: string): { target: string; loads: boolean }[] {
  const tags = html.replace(
    /<script\b[^>]*>[\s\S]*?<\/script>/g,
    (script) => script.split('>', 1)[0] + '>',
  );
  return [...tags.matchAll(/<(\w+)\b[^>]*?\s(?:href|src)="([^"]*)"/g)].map(
    ([, tag, target = '']) => ({
      target: target.replaceAll('&amp;', '&').replaceAll('&#39;', "'"),
      loads: tag !== 'a',
    }),
  );
}

function idsIn(html: string): ReadonlySet<string> {
  return new Set([...html.matchAll(/\s(?:id|name)="([^"]*)"/g)].map(([, id = '']) => id));
}

import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { proseOf } from './markdown-page.ts';
import type { MarkdownPage } from './markdown-page.ts';
import { repository } from './pages.ts';

/** The links inside of this repository that lead nowhere: a file that is not there, a heading that no page has. */
export function deadLinks(pages: readonly MarkdownPage[]): readonly string[] {
  const anchors = new Map(pages.map((page) => [page.path, anchorsOf(page)]));
  return pages.flatMap((page) =>
    linksOf(page)
      .filter(({ target }) => !/^[a-z]+:/.test(target))
      .flatMap(({ target, line }) => {
        const problem = problemOf(target, { page, anchors });
        return problem === null ? [] : [`${page.path}:${line}: ${target}: ${problem}`];
      }),
  );
}

interface Around {
  readonly page: MarkdownPage;
  readonly anchors: ReadonlyMap<string, ReadonlySet<string>>;
}

function problemOf(target: string, { page, anchors }: Around): string | null {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? page.path : normalize(join(dirname(page.path), decodeURI(file))).replace(/\/$/, '');
  if (!existsSync(join(repository, path))) return 'no such file';
  if (anchor === undefined) return null;
  return anchors.get(path)?.has(anchor) === true ? null : 'no such heading';
}

function linksOf(page: MarkdownPage): readonly { readonly target: string; readonly line: number }[] {
  return proseOf(page)
    .split('\n')
    .flatMap((text, index) =>
      [...withoutCode(text).matchAll(/\]\(([^()\s]+)(?: "[^"]*")?\)|(?:href|src)="([^"]+)"/g)].map((match) => ({
        target: match[1] ?? match[2] ?? '',
        line: index + 1,
      })),
    );
}

function withoutCode(text: string): string {
  return text.replace(/`[^`]*`/g, '');
}

/** As GitHub names headings: lower case, no punctuation, blanks as dashes, and a number from the second of a name on. */
function anchorsOf(page: MarkdownPage): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = [...proseOf(page).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) => {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return new Set(anchors);
}

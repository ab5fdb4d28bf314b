import type { Block, MarkdownPage } from './markdown-page.ts';
import { proseOf } from './markdown-page.ts';

/** A command line of runner that a page shows. */
export interface ShownCommand {
  readonly page: string;
  readonly line: number;
  /** What follows `runner`. */
  readonly words: readonly string[];
}

/** The command lines of runner in a page: in shell blocks, behind `$` in shown output, and as code in its prose. */
export function shownCommands(page: MarkdownPage): readonly ShownCommand[] {
  const blocks = page.parts.flatMap((part) => {
    if (part.kind !== 'block') return [];
    return ['sh', 'text'].includes(part.language) ? linesOf(part) : scriptsOf(part);
  });
  return [...blocks, ...codeOf(page)].flatMap(({ text, line }) =>
    runnerCommands(text).map((words) => ({ page: page.path, line, words })),
  );
}

/** A command line and where it stands. */
export interface Line {
  readonly text: string;
  readonly line: number;
}

/** The command lines of a block, without the `$` that stands before them in shown output. */
export function linesOf(block: Pick<Block, 'language' | 'body' | 'line'>): readonly Line[] {
  const lines = block.body.split('\n').map((text, index) => ({ text, line: block.line + 1 + index }));
  if (block.language === 'sh') return lines.filter(({ text }) => text.trim() !== '');
  return lines.filter(({ text }) => text.startsWith('$ ')).map(({ text, line }) => ({ text: text.slice(2), line }));
}

/** The command lines in the files of CI systems, whose own variables stand for some number. */
function scriptsOf(block: Block): readonly Line[] {
  return block.body.split('\n').flatMap((text, index) => {
    const command = /(?:npx|script:) runner [^'"#]*/.exec(text.replace(/\$\{\{.*?\}\}/g, '1'))?.[0];
    return command === undefined ? [] : [{ text: command.replace('script: ', ''), line: block.line + 1 + index }];
  });
}

/** What is code in the prose, without what is in brackets and may be left out; a command alone is asked for its help. */
function codeOf(page: MarkdownPage): readonly Line[] {
  return proseOf(page)
    .split('\n')
    .flatMap((text, index) =>
      [...text.matchAll(/(?<!`)`((?:npx )?runner [^`]+)`/g)]
        .map(([, code = '']) => code.replace(/ \[[^\]]*\]/g, ''))
        // A line with places to fill in, a choice of words, or one that goes on.
        .filter((code) => !/…|\.\.\.|\\\||</.test(code))
        .map((code) => code.replace(/^((?:npx )?runner) ([a-z][a-z-]*)$/, '$1 help $2'))
        .map((code) => ({ text: code, line: index + 1 })),
    );
}

/** The words of each command of runner in a line of shell. */
function runnerCommands(line: string): readonly (readonly string[])[] {
  return shellCommands(line).flatMap((words) => {
    const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
    const named = words[first] === 'npx' ? first + 1 : first;
    return words[named] === 'runner' ? [words.slice(named + 1)] : [];
  });
}

/** The simple commands of a line, as words: quotes are taken off, redirections and comments are left out. */
function shellCommands(line: string): readonly (readonly string[])[] {
  const tokens = line.matchAll(
    /\s+|#.*$|(?<end>&&|\|\||[;|&()]|\$\()|(?<redirect>\d?>>?\s*\S+|<\(?)|(?<word>(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\;|&()<>])+)/g,
  );
  const commands: string[][] = [[]];
  for (const { groups } of tokens) {
    if (groups?.['end'] !== undefined || groups?.['redirect']?.startsWith('<') === true) commands.push([]);
    if (groups?.['word'] !== undefined) commands.at(-1)?.push(unquoted(groups['word']));
  }
  return commands.filter((words) => words.length > 0);
}

function unquoted(word: string): string {
  return word.replace(/'([^']*)'|"([^"]*)"|\\(.)/g, (_, single?: string, double?: string, escaped?: string) => {
    return single ?? double ?? escaped ?? '';
  });
}

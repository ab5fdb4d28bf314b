/** A page of Markdown, as far as it can be checked. */
export interface MarkdownPage {
  /** From the top of the repository. */
  readonly path: string;
  readonly text: string;
  /** Fenced blocks and the marks that stand alone, in their order. */
  readonly parts: readonly PagePart[];
}

export type PagePart = Block | WorkspaceMark | PrepareMark;

/** A fenced block. */
export interface Block {
  readonly kind: 'block';
  /** Of its fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly body: string;
  /** Where the body begins and ends in the page. */
  readonly start: number;
  readonly end: number;
  /** What the comment in front of it says; `null` where there is none. */
  readonly mark: Mark | null;
}

/** `<!-- workspace: shop -->`: from here on commands are run in a folder of this name, new, or a copy where it is a path of this repository. */
export interface WorkspaceMark {
  readonly kind: 'workspace';
  readonly line: number;
  readonly name: string;
}

/** `<!-- prepare: git init -q -->`: a command that the page does not show. */
export interface PrepareMark {
  readonly kind: 'prepare';
  readonly line: number;
  readonly command: string;
}

/** `<!-- run: exit 1 -->`, `<!-- write: path -->` and so on; `value` is what stands after the colon. */
export interface Mark {
  readonly name: MarkName;
  readonly value: string;
}

/**
 * - `run`: its commands are run, and of `text` blocks what they print is what stands below them; `exit n`: the last of them ends with n, `exit n m`: each with its own code
 * - `not run`: with the reason; commands of runner are parsed all the same
 * - `write`, `append`: a file of the workspace, or its end
 * - `not a config`: YAML for something else, and for what
 * - `file`: made of a file of this repository by `npm run generate`
 */
export type MarkName = (typeof markNames)[number];

const markNames = ['run', 'not run', 'write', 'append', 'not a config', 'file'] as const;

const part = new RegExp(
  [
    /^<!-- workspace: (?<workspace>\S+) -->$/,
    /^<!-- prepare: (?<prepare>.+) -->$/,
    // A comment and the fence below it; then the body, up to the same fence.
    /^(?:<!-- (?<mark>[a-z ]+?)(?:: (?<value>[^\n]*?))? -->\n\n?)?(?<fence>```+)(?<language>[a-z]*)\n(?<body>[^]*?)^\k<fence>$/,
  ]
    .map(({ source }) => `(?:${source})`)
    .join('|'),
  'gm',
);

/** Reads a page. @throws Error for a comment in front of a block that is no mark */
export function readPage(path: string, text: string): MarkdownPage {
  return { path, text, parts: [...text.matchAll(part)].map((match) => partOf(match, { path, text })) };
}

function partOf(match: RegExpExecArray, { path, text }: Pick<MarkdownPage, 'path' | 'text'>): PagePart {
  const { workspace, prepare, mark, value = '', fence = '', language = '', body = '' } = match.groups ?? {};
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  if (workspace !== undefined) return { kind: 'workspace', line: lineAt(match.index), name: workspace };
  if (prepare !== undefined) return { kind: 'prepare', line: lineAt(match.index), command: prepare };
  const end = match.index + match[0].length - fence.length;
  const start = end - body.length;
  const line = lineAt(start) - 1;
  const name = markNames.find((known) => known === mark) ?? null;
  if (mark !== undefined && name === null) {
    throw new Error(`${path}:${line}: "${mark}" is no mark of a block: write one of ${markNames.join(', ')}`);
  }
  return { kind: 'block', line, language, body, start, end, mark: name === null ? null : { name, value } };
}

/** The page without its fenced blocks, with as many lines. */
export function proseOf({ text }: Pick<MarkdownPage, 'text'>): string {
  return text.replace(/^(```+)[^]*?^\1$/gm, (block) => block.replace(/[^\n]/g, ''));
}

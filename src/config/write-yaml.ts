import { Document, isMap, isScalar } from 'yaml';
import type { Path } from './path.ts';

/** A value that is to become one document of YAML text. */
export interface YamlDocument {
  readonly value: unknown;
  /** Lines above it. */
  readonly heading?: readonly string[];
  /** Lines above single keys. */
  readonly comments?: readonly { readonly at: Path; readonly text: string }[];
}

/** Documents as YAML text, which begins each but the first with `---`. */
export function writeYaml(documents: readonly YamlDocument[]): string {
  return documents.map(textOf).join('---\n');
}

function textOf({ value, heading = [], comments = [] }: YamlDocument): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  for (const { at, text } of comments) {
    const parent: unknown = document.getIn(at.slice(0, -1), true);
    const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === at.at(-1)) : undefined;
    if (!isScalar(pair?.key)) throw new Error(`no key ${at.join('.')} to comment on`);
    pair.key.commentBefore = ` ${text}`;
  }
  return `${heading.map((line) => `# ${line}\n`).join('')}${document.toString({ lineWidth: 0, singleQuote: true })}`;
}

import { globSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../..');
const errors = new Set(['UsageError', 'NothingSelectedError', 'ConfigError']);

/**
 * Where the source makes an error that ends a command: its file, message and hint, with `…` for what is only known then. An error of the
 * config has no hint: what to do is in its message.
 */
export interface SourceMessage {
  readonly file: string;
  readonly message: string;
  readonly hint: string;
}

/** All of them, by file and in the order of the source. */
export function sourceMessages(): readonly SourceMessage[] {
  const files = globSync(resolve(root, 'src/**/*.ts')).filter((file) => !/plugins|html\/client/.test(file));
  return files.sort().flatMap((path) => {
    const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
    const found: SourceMessage[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isNewExpression(node) && errors.has(node.expression.getText())) {
        const [message = '', hint = ''] = (node.arguments ?? []).map(textOf);
        found.push({ file: relative(resolve(root, 'src'), path), message, hint });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

function textOf(node: ts.Node): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.map((span) => `…${span.literal.text}`)].join('');
  if (ts.isParenthesizedExpression(node)) return textOf(node.expression);
  if (ts.isArrayLiteralExpression(node)) return node.elements.map(textOf).join('\n');
  return '…';
}

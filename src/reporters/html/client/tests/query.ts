import type { Row } from '../rows.ts';

/** One condition of a search. */
export type Term =
  | { readonly kind: 'text'; readonly field: Field; readonly text: string; readonly negated: boolean }
  | { readonly kind: 'slower' | 'faster'; readonly ms: number };

type Field = 'any' | 'file' | 'class' | 'name' | 'task';

const token = /(?<not>-?)(?:(?<field>file|class|name|task):)?(?:"(?<quoted>[^"]*)"?|(?<word>\S+))/gi;
const time = /^([<>])(\d+(?:\.\d+)?)(ms|s|m)$/;
const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** The conditions of a search, all of which have to hold: words, `"a phrase"`, `-not`, `file:x`, `>2s`. */
export function parseQuery(query: string): readonly Term[] {
  return [...query.matchAll(token)].flatMap((match): readonly Term[] => {
    const { not = '', field = '', quoted, word = '' } = match.groups ?? {};
    const [, compare, amount, unit = ''] = quoted === undefined ? (time.exec(match[0]) ?? []) : [];
    if (compare !== undefined) {
      return [{ kind: compare === '>' ? 'slower' : 'faster', ms: Number(amount) * (units[unit] ?? 1) }];
    }
    const text = (quoted ?? word).toLowerCase();
    // A lone dash or `file:` is a search that is still being typed.
    if (text === '' || (quoted === undefined && /^(?:-|-?(?:file|class|name|task):)$/.test(text))) return [];
    return [{ kind: 'text', field: readField(field.toLowerCase()), text, negated: not === '-' }];
  });
}

/** Whether all conditions hold for a test; `haystack` is what a condition without a field searches, in lower case. */
export function matchesTerms(terms: readonly Term[], row: Row, haystack: string): boolean {
  return terms.every((term) => {
    switch (term.kind) {
      case 'slower':
        return row.durationMs > term.ms;
      case 'faster':
        return row.durationMs < term.ms;
      case 'text':
        return fieldOf(term.field, row, haystack).includes(term.text) !== term.negated;
    }
  });
}

/** What is searched of a test where no field is named: names, file, task, and the start of its messages. */
export function haystackOf(row: Row): string {
  const messages = (row.details?.problems ?? []).map((problem) => problem.message.slice(0, 500));
  return [row.name, row.className, row.file ?? '', row.task.id, ...messages].join('\n').toLowerCase();
}

function readField(field: string): Field {
  return field === 'file' || field === 'class' || field === 'name' || field === 'task' ? field : 'any';
}

function fieldOf(field: Field, row: Row, haystack: string): string {
  switch (field) {
    case 'any':
      return haystack;
    case 'file':
      return (row.file ?? '').toLowerCase();
    case 'class':
      return row.className.toLowerCase();
    case 'name':
      return row.name.toLowerCase();
    case 'task':
      return row.task.id.toLowerCase();
  }
}

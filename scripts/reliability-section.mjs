import { readFileSync } from 'node:fs';
import { code, table } from './markdown.mjs';

const outcomes = new URL('../test/e2e/faults/outcomes.json', import.meta.url);

/** The fault matrix as its tests found it. */
export function faultSection() {
  const rows = JSON.parse(readFileSync(outcomes, 'utf8'));
  const reasons = [...new Set(rows.flatMap(endsOf).filter(isReason))];
  const end = (value) => {
    if (isReason(value)) return `(${reasons.indexOf(value) + 1})`;
    return value === 'killed' ? value : code(String(value));
  };
  const cells = rows.map((row) => [row.fault, ...endsOf(row).map(end), row.what]);
  const notes = reasons.map((reason, index) => `(${index + 1}) cannot meet: ${reason}`).join('; ');
  return `${table(['fault', 'while tests run', 'while they are retried', 'while services stop', 'what happens'], cells)}\n\n${notes}.`;
}

function endsOf({ running, retrying, teardown }) {
  return [running, retrying, teardown];
}

function isReason(value) {
  return typeof value === 'string' && value !== 'killed';
}

const figures = new URL('../test/fuzz/figures.json', import.meta.url);

/** What `npm run fuzz` has tried so far, target by target. */
export function fuzzSection() {
  const rows = JSON.parse(readFileSync(figures, 'utf8'));
  const cells = rows.map(({ target, reads, holds, executions, seconds, findings }) => [
    ...[code(target), reads, holds, executions.toLocaleString('en')],
    ...[String(seconds), findings.length === 0 ? 'none' : `${findings.length}: ${findings.join('; ')}`],
  ]);
  return table(['target', 'what is read', 'what must hold', 'executions', 'seconds', 'found and mended'], cells);
}

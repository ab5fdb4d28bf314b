import type { ReportItem } from '../model/report.ts';
import type { LineReader } from './framework.ts';
import { createKeptText } from './kept-text.ts';
import type { KeptText } from './kept-text.ts';
import { aCase, anError } from './made-case.ts';

interface Reading {
  /** Node ids come now: until the first heading. */
  listing: boolean;
  /** The file that could not be collected of which it is told now. */
  broken: { readonly path: string; readonly said: KeptText; last: string } | null;
  whole: boolean;
}

/** Reads what `pytest --collect-only --verbosity=-1 -rs` prints: a node id a line, then why files could not be collected or were skipped whole. */
export function readPytestList(): LineReader {
  const reading: Reading = { listing: true, broken: null, whole: false };
  return {
    line: (text) => handle(text, reading),
    end: () => [
      ...endBroken(reading),
      ...(reading.whole
        ? []
        : [{ kind: 'damage' as const, problem: 'pytest was ended before it had listed everything' }]),
    ],
  };
}

function handle(text: string, reading: Reading): readonly ReportItem[] {
  const broken = /^_+ ERROR collecting (.+?) _+$/.exec(text)?.[1];
  if (broken !== undefined) {
    const ended = endBroken(reading);
    reading.broken = { path: broken, said: createKeptText(), last: '' };
    return ended;
  }
  if (/^=+ .* =+$/.test(text)) {
    reading.listing = false;
    return endBroken(reading);
  }
  // "3 tests collected in 0.01s", also before 6.2: "no tests ran in 0.01s".
  if (/^(?:no tests|\d+(?:\/\d+)? tests?|\d+ \w+).* in \d[\d.]*s\b/.test(text)) {
    reading.whole = true;
    return endBroken(reading);
  }
  if (reading.broken !== null) {
    reading.broken.said.add(`${text}\n`);
    if (text.startsWith('E ')) reading.broken.last = text.slice(1).trim();
    return [];
  }
  const skipped = /^SKIPPED \[\d+\] (.+?)(?::\d+)?: (.*)$/.exec(text);
  if (skipped !== null) return [skippedModule(skipped)];
  const id = reading.listing ? /^(\S.*?\.[A-Za-z0-9_]+)::(.+)$/.exec(text) : null;
  return id === null ? [] : [caseOf(id)];
}

/** Named as in pytest's JUnit report: `tests.test_a.TestB` and `test_c[x::y]`. */
function caseOf([, file = '', rest = '']: RegExpExecArray): ReportItem {
  const bracket = rest.indexOf('[');
  const path = bracket === -1 ? rest : rest.slice(0, bracket);
  const parts = path.split('::');
  const name = `${parts.at(-1) ?? ''}${rest.slice(path.length)}`;
  const className = [dotted(file), ...parts.slice(0, -1)].join('.');
  return aCase({ name, className, status: 'skipped', skipReason: 'listed', file });
}

function skippedModule([, path = '', reason = '']: RegExpExecArray): ReportItem {
  const name = dotted(path);
  return aCase({ name, className: name, status: 'skipped', skipReason: reason, file: path });
}

function endBroken(reading: Reading): readonly ReportItem[] {
  const { broken } = reading;
  reading.broken = null;
  if (broken === null) return [];
  const message = broken.last === '' ? 'it could not be collected' : broken.last;
  return [anError(dotted(broken.path), { file: broken.path, type: 'collect', message, details: broken.said.read() })];
}

function dotted(path: string): string {
  return path.replace(/\.py$/, '').replaceAll('/', '.');
}

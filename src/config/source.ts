import { ConfigError } from '../errors.ts';
import { excerpt } from './excerpt.ts';
import type { Path } from './path.ts';
import { describeValue, isMapping, pathText } from './path.ts';
import { applySets } from './sets.ts';
import type { Override } from './sets.ts';
import type { Yaml, YamlProblem } from './yaml-node.ts';

/** What the user wrote, in the file and with `--set`, and where each part of it comes from. */
export interface Source {
  readonly value: Readonly<Record<string, unknown>>;
  place(path: Path, at: 'key' | 'value'): Place;
}

/** Where something is written. */
export interface Place {
  /** For sorting: offset in the file; what comes from the command line is last. */
  readonly order: number;
  /** `runner.config.yaml:14:7` or `--set a.b=c`. */
  readonly text: string;
  /** The same without the value: `--set`. */
  readonly origin: string;
  /** The source line with a caret; empty for `--set`. */
  readonly excerpt: string;
}

/** Something wrong with the config. */
export interface Problem {
  readonly place: Place;
  readonly message: string;
}

/**
 * What the text of a config file says, and where; `name` is what messages call the file.
 *
 * @throws ConfigError when it is not YAML, or not a mapping
 */
export function createSource(
  text: string,
  options: {
    /** The text, as it has been read. */
    readonly yaml: Yaml | readonly YamlProblem[];
    readonly name: string;
    readonly overrides: readonly Override[];
    /** Where values come from; absent = their place in the text. */
    readonly originOf?: ((path: Path) => string) | undefined;
  },
): Source {
  const at = placesIn(text, options.name);
  const { yaml } = options;
  if (!('value' in yaml)) throw problemsError(yaml.map(({ offset, message }) => ({ place: at(offset), message })));
  const { value } = yaml;
  if (!isMapping(value)) {
    const message =
      value === null
        ? 'the config is empty: begin with "version: 1"'
        : `expected a mapping with "version: 1", got ${describeValue(value)}`;
    throw problemsError([{ place: at(0), message }]);
  }
  const overridden = applySets(value, options.overrides);
  return {
    value: overridden,
    place(path, where) {
      const override = options.overrides.findLast(
        (set) => sharedSteps(path, set.path) === set.path.length || sharedSteps(path, set.path) > yaml.depth(path),
      );
      if (override === undefined) {
        const place = at(yaml.offset(path, where));
        return options.originOf === undefined ? place : { ...place, origin: options.originOf(path) };
      }
      return {
        order: Infinity,
        text: `--set ${pathText(override.path)}=${override.written}`,
        origin: '--set',
        excerpt: '',
      };
    },
  };
}

/** All problems as one error, in the order of the file, each ready to print. */
export function problemsError(problems: readonly Problem[]): ConfigError {
  const sorted = problems.toSorted((a, b) => (a.place.order === b.place.order ? 0 : a.place.order - b.place.order));
  const lines = new Set(
    sorted.map(({ place, message }) =>
      [`${place.text}  ${message}`, place.excerpt].filter((part) => part !== '').join('\n'),
    ),
  );
  const shown = [...lines].slice(0, mostProblems);
  const rest = lines.size - shown.length;
  return new ConfigError(rest > 0 ? [...shown, `... and ${rest} more`] : shown);
}

/** What a person can work through at a time. */
const mostProblems = 50;

/** Offsets of a text as places in the file `name`. */
export function placesIn(text: string, name: string): (offset: number) => Place {
  let starts: readonly number[] | null = null;
  return (offset) => {
    starts ??= lineStarts(text);
    const line = lineOf(offset, starts);
    const start = starts[line - 1] ?? 0;
    const end = text.indexOf('\n', start);
    const sourceLine = text.slice(start, end === -1 ? text.length : end).replace(/\r$/, '');
    const column = offset - start + 1;
    const where = `${name}:${line}:${column}`;
    return { order: offset, text: where, origin: where, excerpt: excerpt(sourceLine, { line, column }) };
  };
}

/** From 1. */
function lineOf(offset: number, starts: readonly number[]): number {
  let line = 1;
  for (let after = starts.length + 1; after - line > 1;) {
    const middle = (line + after) >> 1;
    if ((starts[middle - 1] ?? Infinity) <= offset) line = middle;
    else after = middle;
  }
  return line;
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function sharedSteps(path: Path, other: Path): number {
  const different = path.findIndex((step, index) => String(step) !== String(other[index]));
  return different === -1 ? path.length : different;
}

import { formatDuration } from '../base/duration.ts';
import { table } from '../base/table.ts';
import { displayWidth, oneLine, wrap } from '../base/text.ts';
import type { Config } from '../model/config.ts';

/** What can be listed. */
export const listedKinds = ['categories', 'suites', 'services', 'environments', 'layers', 'modes', 'switches'] as const;

export type Listed = (typeof listedKinds)[number];

/** Number of test files by name. */
export interface FileCounts {
  readonly suites: Readonly<Record<string, number>>;
  readonly categories: Readonly<Record<string, number>>;
}

export function isListed(word: string): word is Listed {
  return listedKinds.some((kind) => kind === word);
}

/** A list for people (one aligned line per entry, or several where `columns` are too few) or for programs (an array of objects, each with `name`). */
export function renderList(
  what: Listed,
  config: Config,
  { counts, json, columns }: { readonly counts: FileCounts; readonly json: boolean; readonly columns: number },
): string {
  const entries = entriesOf(what, config, counts);
  if (json) return `${JSON.stringify(entries, null, 2)}\n`;
  if (entries.length === 0) return `the config defines no ${what}\n`;
  const rows = entries.map((entry) => Object.keys(entry).map((key) => oneLine(cell(key, entry))));
  const lines = table(rows);
  const fits = lines.every((line) => displayWidth(line) <= columns);
  return `${(fits ? lines : rows.flatMap((row) => folded(row, columns))).join('\n')}\n`;
}

type Value = string | number | boolean | null | readonly string[] | readonly (readonly string[])[];
type Entry = Readonly<Record<string, Value>> & { readonly name: string };

function entriesOf(what: Listed, config: Config, counts: FileCounts): readonly Entry[] {
  switch (what) {
    case 'categories':
      return Object.values(config.categories).map((category) => ({
        name: category.name,
        files: counts.categories[category.name] ?? 0,
        priority: category.priority,
        timeoutMs: category.timeoutMs,
        dependsOn: category.dependsOn,
        needs: category.needs,
        environments: category.environments ?? [],
        description: category.description,
      }));
    case 'suites':
      return Object.values(config.suites).map((suite) => ({
        name: suite.name,
        suite: suite.variantOf?.suite ?? suite.name,
        variant: suite.variantOf?.variant ?? null,
        files: counts.suites[suite.name] ?? 0,
        framework: suite.framework,
        cwd: suite.cwd,
        service: suite.component,
        globs: suite.files,
      }));
    case 'services':
      return Object.values(config.services).map((service) => ({
        name: service.name,
        providers: [
          ...(service.external === null ? [] : ['external']),
          ...(service.process === null ? [] : ['process']),
          ...(service.docker === null ? [] : ['docker']),
        ],
        port: service.port,
        health: service.health.map((probe) => probe.kind),
        needs: service.needs,
      }));
    case 'environments':
      return Object.values(config.environments).map((environment) => ({
        name: environment.name,
        protected: environment.protected,
        prefer: environment.prefer,
        secrets: environment.secrets,
        services: Object.keys(environment.services),
      }));
    case 'layers':
      return Object.values(config.layers).map(({ name, categories, stages, stopOnFailure, budgetMs, description }) => ({
        ...{ name, categories, stages, budgetMs, description },
        stopOnFailure: stages === null ? null : stopOnFailure,
      }));
    case 'modes':
      return Object.values(config.modes).map(({ name, layers, categories, environment, description }) => ({
        ...{ name, layers, categories, environment, description },
      }));
    case 'switches':
      return Object.values(config.switches).map(({ name, description, env }) => ({
        name: `--${name}`,
        sets: Object.keys(env),
        description,
      }));
  }
}

function cell(key: string, entry: Entry): string {
  const value = entry[key] ?? null;
  if (key === 'name') return String(value);
  if (isSaidElsewhere(key, entry)) return '';
  if (key === 'timeoutMs' && typeof value === 'number') return `timeout ${formatDuration(value)}`;
  if (key === 'budgetMs' && typeof value === 'number') return `budget ${formatDuration(value)}`;
  if (key === 'stages' && Array.isArray(value)) return stagesCell(value, entry['stopOnFailure'] === true);
  if (key === 'files') return `${String(value)} ${value === 1 ? 'file' : 'files'}`;
  if (value === null || value === '' || value === false) return '';
  if (value === true) return key;
  if (typeof value === 'object') return value.length === 0 ? '' : `${label(key)}${value.join(', ')}`;
  return key === 'description' || key === 'priority' || key === 'framework'
    ? String(value)
    : `${label(key)}${String(value)}`;
}

/** The name of a suite holds its variant, and stages hold their categories. */
function isSaidElsewhere(key: string, entry: Entry): boolean {
  if (key === 'suite' || key === 'variant' || key === 'stopOnFailure') return true;
  return key === 'categories' && Array.isArray(entry['stages']);
}

function stagesCell(stages: readonly (string | readonly string[])[], stopOnFailure: boolean): string {
  const order = stages.map((stage, index) => `${index + 1} ${[stage].flat().join(', ')}`).join('; ');
  return `stages ${order}${stopOnFailure ? '' : ', none stopped by a failure'}`;
}

function label(key: string): string {
  return key === 'dependsOn' ? 'after passing ' : key === 'globs' ? '' : `${key} `;
}

/** The cells of one entry on as many lines as they need; only a cell that is wider than a line is broken. */
function folded(row: readonly string[], columns: number): readonly string[] {
  const lines: string[] = [];
  for (const text of row.filter((cellText) => cellText !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && displayWidth(`${last}  ${text}`) <= columns) lines[lines.length - 1] = `${last}  ${text}`;
    else if (last === undefined) lines.push(text);
    else lines.push(...wrap(text, columns - indent.length).map((part) => indent + part));
  }
  return lines;
}

const indent = '    ';

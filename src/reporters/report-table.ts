import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { reportNames } from '../base/report-names.ts';
import type { ReportName } from '../base/report-names.ts';
import { didYouMean } from '../base/suggest.ts';
import { UsageError } from '../errors.ts';
import type { Shard } from '../model/event.ts';
import type { Reporter } from '../ports.ts';
import type { RunRecord } from '../results/run-record.ts';
import { createCtrfReporter } from './ctrf.ts';
import type { NamedReporter } from './fan-out.ts';
import { createGithubReporter } from './github.ts';
import type { GithubOptions } from './github.ts';
import { createHtmlReport } from './html/html-report.ts';
import type { ReadPast } from './html/past-tests.ts';
import { createJsonReporter } from './json.ts';
import { createJunitReporter } from './junit.ts';
import type { JunitParts } from './junit.ts';
import { createMarkdownReporter } from './markdown.ts';
import type { SummaryOptions } from './markdown-summary.ts';
import type { RerunContext } from './rerun-command.ts';
import { createTraceReporter } from './trace/trace.ts';

/** Where the reports of a run or a merge go, and what they know beside the events. */
export interface ReportPlace {
  /** The reports that are made. */
  readonly chosen: readonly ReportName[];
  /** Absolute. */
  readonly reportsDir: string;
  /** Absolute folder for what waits on disk until the end; each report has one of its own in it. */
  readonly spoolDir: string;
  /** Folder of the script and the style of the page. */
  readonly pageDir: string;
  /** How commands run tests again; `null` = not known, as in a merge. */
  readonly rerun: RerunContext | null;
  /** Hides secrets in commands; everything else comes from events, in which there are none. */
  readonly mask?: (text: string) => string;
  /** The shard that a task ran in, where the run as a whole is not one. */
  readonly shardOf?: (task: string) => Shard | null;
  /** What else is known to be wrong, asked at the end. */
  readonly problems?: () => readonly string[];
  /** What is remembered of tests; absent = nothing. */
  readonly readPast?: ReadPast | undefined;
  /** What GitHub Actions gives the step that this is; absent = it is told nothing. */
  readonly github?: Omit<GithubOptions, 'about' | 'record'> | undefined;
  /** Set when `junit.xml` is split too. */
  readonly junitParts?: JunitParts | undefined;
  /** Kept ahead of the reporters, so that none keeps its own. */
  readonly record?: RunRecord | undefined;
}

/** A report by the name that `--reporter` and `--format` know it by. */
interface ReportKind {
  readonly file: string;
  /** Its key in `summary.json`. */
  readonly key: string;
  /** Made unless the command line says which are. */
  readonly isDefault: boolean;
  readonly create: (place: ReportPlace, path: string) => Reporter;
}

const kinds: Readonly<Record<ReportName, ReportKind>> = {
  json: {
    ...{ file: 'summary.json', key: 'summary', isDefault: true },
    create: (place, path) => createJsonReporter({ path, reports: () => reportsOf(place), record: place.record }),
  },
  junit: {
    ...{ file: 'junit.xml', key: 'junit', isDefault: true },
    create: ({ spoolDir, shardOf, junitParts: parts }, path) =>
      createJunitReporter({
        ...{ path, spoolDir: join(spoolDir, 'junit'), parts },
        ...(shardOf === undefined ? {} : { shardOf }),
      }),
  },
  html: {
    ...{ file: 'report.html', key: 'html', isDefault: true },
    create: ({ spoolDir, pageDir, ...place }, path) =>
      createHtmlReport({
        ...{ path, spoolDir: join(spoolDir, 'page'), assetsDir: pageDir, links: linksOf(place), ...place },
      }),
  },
  markdown: {
    ...{ file: 'summary.md', key: 'markdown', isDefault: true },
    create: (place, path) => createMarkdownReporter({ path, about: () => aboutSummary(place), record: place.record }),
  },
  ctrf: {
    ...{ file: 'ctrf.json', key: 'ctrf', isDefault: false },
    create: ({ spoolDir, shardOf }, path) =>
      createCtrfReporter({ path, spoolDir: join(spoolDir, 'ctrf'), ...(shardOf === undefined ? {} : { shardOf }) }),
  },
  trace: {
    ...{ file: 'trace.json', key: 'trace', isDefault: false },
    create: ({ spoolDir, shardOf }, path) => createTraceReporter({ path, spoolDir: join(spoolDir, 'trace'), shardOf }),
  },
};

/** The reports that every run leaves. */
export const defaultReports: readonly ReportName[] = reportNames.filter((name) => kinds[name].isDefault);

/**
 * The reports that `--reporter` or `--format` asks for, each once; `default` stands for those that every run leaves, and so does nothing.
 * @throws UsageError for a name that no report has
 */
export function chooseReports(option: string, words: readonly string[] | undefined): readonly ReportName[] {
  if (words === undefined) return defaultReports;
  const named = new Set(words.flatMap((word) => (word === 'default' ? defaultReports : [readName(option, word)])));
  return reportNames.filter((name) => named.has(name));
}

/** The reporters that write these reports, in the order in which they are to be told. @throws when one cannot be begun */
export function createReports(place: ReportPlace): readonly NamedReporter[] {
  // They are closed in reverse order: what tells that another could not be written comes first, and junit.xml, which may warn of its parts, last.
  const chosen = [
    ...place.chosen.filter((name) => name !== 'junit').toReversed(),
    ...place.chosen.filter((name) => name === 'junit'),
  ];
  const files = chosen.map((name) => {
    const { file, create } = kinds[name];
    return { name: file, reporter: create(place, join(place.reportsDir, file)) };
  });
  const { github } = place;
  if (github === undefined) return files;
  const reporter = createGithubReporter({ ...github, about: () => aboutSummary(place), record: place.record });
  return [{ name: 'the summary for GitHub Actions', reporter }, ...files];
}

/** The file of a report, relative to the reports folder. */
export function reportFile(name: ReportName): string {
  return kinds[name].file;
}

/** The keys and files of reports, as `summary.json` names them. */
export function reportKeys(names: readonly ReportName[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [kinds[name].key, kinds[name].file]));
}

function readName(option: string, word: string): ReportName {
  const found = reportNames.find((name) => name === word);
  if (found !== undefined) return found;
  const known = ['default', ...reportNames];
  throw new UsageError(
    `${option} ${word} is not known${didYouMean(word, known)}`,
    `write some of: ${known.join(', ')}`,
  );
}

function aboutSummary(place: ReportPlace): Omit<SummaryOptions, 'maxBytes'> {
  const { rerun, problems, mask } = place;
  const reports = (['html', 'junit'] as const).filter((name) => isThere(place, name)).map((name) => kinds[name].file);
  return { rerun, mask: mask ?? ((text) => text), problems: problems?.() ?? [], reports };
}

/** What is written together, and what was there. */
function isThere({ reportsDir, chosen }: Pick<ReportPlace, 'reportsDir' | 'chosen'>, name: ReportName): boolean {
  return chosen.includes(name) || existsSync(join(reportsDir, kinds[name].file));
}

function reportsOf(place: ReportPlace): Readonly<Record<string, string>> {
  const reports: Record<string, string> = { ...reportKeys(reportNames.filter((name) => isThere(place, name))) };
  for (const [key, path] of Object.entries({ events: 'events.jsonl', logs: 'logs' })) {
    if (existsSync(join(place.reportsDir, path))) reports[key] = path;
  }
  return reports;
}

/** What is of use to people who have the page open. */
function linksOf(
  place: Pick<ReportPlace, 'reportsDir' | 'chosen'>,
): readonly { readonly name: string; readonly path: string }[] {
  const reports = (['junit', 'json'] as const).filter((name) => isThere(place, name)).map((name) => kinds[name].file);
  const files = [...reports, ...['events.jsonl'].filter((file) => existsSync(join(place.reportsDir, file)))];
  return files.map((path) => ({ name: path, path }));
}

import { join, relative } from 'node:path';
import { UsageError } from '../errors.ts';
import type { Config } from '../model/config.ts';
import type { Reporter } from '../ports.ts';
import { createCoverageReporter, mergedCoverage } from '../reporters/coverage.ts';
import { createEventsReporter } from '../reporters/events.ts';
import { createHtmlReport } from '../reporters/html/html-report.ts';
import type { ReadPast } from '../reporters/html/past-tests.ts';
import { createJsonLinesReporter } from '../reporters/json-lines.ts';
import { createJsonReporter } from '../reporters/json.ts';
import { createJunitReporter } from '../reporters/junit.ts';
import { createLinesReporter } from '../reporters/lines.ts';
import type { RerunContext } from '../reporters/rerun-command.ts';
import { createTreeReporter } from '../reporters/terminal.ts';
import type { CommandContext } from './context.ts';
import type { RunFlags } from './options.ts';
import { pageDir } from './plugins-dir.ts';

type Progress = 'tree' | 'lines' | 'json' | 'none';

/** How a run shows itself while it goes on. */
export interface Presentation {
  readonly progress: Progress;
  readonly color: boolean;
  readonly columns: number;
  /** Absolute folder of the reader. */
  readonly cwd: string;
  /** The reports folder as people should read it. */
  readonly reportsDir: string;
}

/** Decides from flags, the mode of the config, the terminal and the conventional variables. */
export function choosePresentation(
  flags: RunFlags,
  context: CommandContext,
  where: { readonly config: Config; readonly reportsDir: string },
): Presentation {
  const mode = flags.mode === undefined ? null : (where.config.modes[flags.mode]?.progress ?? null);
  const inCwd = relative(context.cwd, where.reportsDir);
  return {
    progress: progressOf(flags.progress ?? mode ?? 'auto', context),
    color: wantsColor(flags.color, context),
    columns: context.out.columns,
    cwd: context.cwd,
    reportsDir: inCwd.startsWith('..') ? where.reportsDir : inCwd,
  };
}

/** Colours on terminals, unless the command line, `NO_COLOR` or `TERM=dumb` says no, or `FORCE_COLOR` says yes. */
export function wantsColor(flag: boolean, context: CommandContext): boolean {
  const { NO_COLOR: no, FORCE_COLOR: force, TERM: term } = context.env;
  if (!flag || (no !== undefined && no !== '')) return false;
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  return context.out.isTty && term !== 'dumb';
}

function progressOf(wanted: string, context: CommandContext): Progress {
  switch (wanted) {
    case 'tree':
    case 'rich':
      return 'tree';
    case 'lines':
    case 'simple':
      return 'lines';
    case 'json':
    case 'none':
      return wanted;
    case 'auto': {
      const live = context.out.isTty && context.env['TERM'] !== 'dumb' && (context.env['CI'] ?? '') === '';
      return live ? 'tree' : 'lines';
    }
    default:
      throw new UsageError(`--progress ${wanted} is not known`, 'write auto, tree, lines, json or none');
  }
}

/** Where the reports of a run go, and what they say of how to run tests again. */
export interface ReportsPlace {
  readonly context: CommandContext;
  readonly reportsDir: string;
  readonly tmpDir: string;
  readonly rerun: RerunContext;
  /** Hides secrets in it. */
  readonly mask: (text: string) => string;
  /** What is remembered of tests. */
  readonly readPast?: ReadPast | undefined;
}

/** A reporter by the name under which its failure is reported. */
export interface NamedReporter {
  readonly name: string;
  readonly reporter: Reporter;
}

/**
 * The reporters of a run: what it shows, and what it leaves on disk.
 *
 * @throws UsageError when a report cannot even be begun
 */
export function createReporters(presentation: Presentation, flags: RunFlags, where: ReportsPlace): NamedReporter[] {
  try {
    return openReporters(presentation, flags, where);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `the reports cannot be written to ${where.reportsDir}: ${reason}`,
      'free some space, or use --reports <dir> for another folder',
    );
  }
}

// They are closed in reverse order: what tells that another could not be written comes first.
function openReporters(presentation: Presentation, flags: RunFlags, where: ReportsPlace): NamedReporter[] {
  const live = liveReporter(presentation, flags, where.context);
  return [
    { name: 'events.jsonl', reporter: createEventsReporter({ path: join(where.reportsDir, 'events.jsonl') }) },
    ...(live === null ? [] : [{ name: `--progress ${presentation.progress}`, reporter: live }]),
    {
      name: 'summary.json',
      reporter: createJsonReporter({
        path: join(where.reportsDir, 'summary.json'),
        reports: { html: 'report.html', junit: 'junit.xml', events: 'events.jsonl' },
      }),
    },
    {
      name: 'junit.xml',
      // The tests of ended tasks wait where no test looks for something to clean up.
      reporter: createJunitReporter({
        path: join(where.reportsDir, 'junit.xml'),
        spoolDir: join(where.tmpDir, 'spool'),
      }),
    },
    {
      name: 'report.html',
      reporter: createHtmlReport({
        path: join(where.reportsDir, 'report.html'),
        spoolDir: join(where.tmpDir, 'page'),
        assetsDir: pageDir(),
        rerun: where.rerun,
        mask: where.mask,
        links: [
          { name: 'junit.xml', path: 'junit.xml' },
          { name: 'summary.json', path: 'summary.json' },
          { name: 'events.jsonl', path: 'events.jsonl' },
        ],
        readPast: where.readPast,
      }),
    },
    { name: mergedCoverage, reporter: createCoverageReporter({ reportsDir: where.reportsDir }) },
  ];
}

function liveReporter(presentation: Presentation, flags: RunFlags, context: CommandContext): Reporter | null {
  const { stream } = context.out;
  const write = (text: string): void => void stream.write(text);
  const look = {
    color: presentation.color,
    verbose: flags.verbose === true,
    quiet: flags.quiet === true,
    cwd: context.cwd,
    reportsDir: presentation.reportsDir,
  };
  switch (presentation.progress) {
    case 'tree':
      return createTreeReporter({ stream, ...look });
    case 'lines':
      return createLinesReporter({ write, width: presentation.columns, ...look });
    case 'json':
      return createJsonLinesReporter({ write });
    case 'none':
      return null;
  }
}

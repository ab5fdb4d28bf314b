import { join, relative } from 'node:path';
import { UsageError } from '../errors.ts';
import { createTail } from '../io/tail.ts';
import type { Config } from '../model/config.ts';
import type { Reporter } from '../ports.ts';
import { createCoverageReporter, mergedCoverage } from '../reporters/coverage.ts';
import { createEventsReporter } from '../reporters/events.ts';
import type { NamedReporter } from '../reporters/fan-out.ts';
import { createJsonLinesReporter } from '../reporters/json-lines.ts';
import { createLiveWriter } from '../reporters/live-text.ts';
import { createLinesReporter } from '../reporters/lines.ts';
import { createReports } from '../reporters/report-table.ts';
import type { ReportPlace } from '../reporters/report-table.ts';
import type { Look } from '../reporters/run-teller.ts';
import { createTaskbarReporter } from '../reporters/taskbar.ts';
import { createTreeReporter } from '../reporters/terminal.ts';
import type { CommandContext } from './context.ts';
import type { RunFlags } from './options.ts';
import { pageDir } from './plugins-dir.ts';
import { terminalTraits } from './terminal-traits.ts';
import type { TerminalTraits } from './terminal-traits.ts';

type Progress = 'tree' | 'lines' | 'json' | 'none';

/** How a run shows itself while it goes on. */
export interface Presentation {
  readonly progress: Progress;
  readonly color: boolean;
  readonly columns: number;
  readonly terminal: TerminalTraits;
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
    terminal: terminalTraits(context),
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
      // In a file or a log a picture would be drawn over and over.
      return terminalTraits(context).canDraw ? 'tree' : 'lines';
    case 'lines':
    case 'simple':
      return 'lines';
    case 'json':
    case 'none':
      return wanted;
    case 'auto': {
      const live = terminalTraits(context).canDraw && (context.env['CI'] ?? '') === '';
      return live ? 'tree' : 'lines';
    }
    default:
      throw new UsageError(`--progress ${wanted} is not known`, 'write auto, tree, lines, json or none');
  }
}

/**
 * The reporters of a run: what it shows, and what it leaves on disk.
 *
 * @throws UsageError when a report cannot even be begun
 */
export function createReporters(
  presentation: Presentation,
  flags: RunFlags,
  { context, ...place }: Omit<ReportPlace, 'pageDir'> & { readonly context: CommandContext },
): readonly NamedReporter[] {
  const { reportsDir } = place;
  try {
    return [
      { name: 'events.jsonl', reporter: createEventsReporter({ path: join(reportsDir, 'events.jsonl') }) },
      ...liveReporters(presentation, flags, { context, reportsDir }),
      ...createReports({ ...place, pageDir: pageDir() }),
      { name: mergedCoverage, reporter: createCoverageReporter({ reportsDir }) },
    ];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `the reports cannot be written to ${reportsDir}: ${reason}`,
      'free some space, or use --reports <dir> for another folder',
    );
  }
}

function liveReporters(
  presentation: Presentation,
  flags: RunFlags,
  { context, reportsDir }: { readonly context: CommandContext; readonly reportsDir: string },
): readonly NamedReporter[] {
  const { stream } = context.out;
  const { terminal, progress } = presentation;
  const look: Look = {
    color: presentation.color,
    verbose: flags.verbose === true,
    quiet: flags.quiet === true,
    cwd: context.cwd,
    reportsDir: presentation.reportsDir,
    watch: { tail: createTail(), reportsDir, attention: context.attention },
  };
  const live = (): Reporter | null => {
    switch (progress) {
      case 'tree':
        return createTreeReporter({
          stream,
          ...look,
          ...terminal,
          hint: context.attention.hasKeys ? 't: details' : '',
        });
      case 'lines':
        return createLinesReporter({
          ...{ out: createLiveWriter(stream), ...look, unicode: terminal.unicode },
          width: () => stream.columns || presentation.columns,
        });
      case 'json':
        return createJsonLinesReporter({ write: (text) => void stream.write(text) });
      case 'none':
        return null;
    }
  };
  const hasTaskbar = terminal.hasTaskbar && (progress === 'tree' || progress === 'lines');
  return [
    ...toNamed(`--progress ${progress}`, live()),
    ...toNamed('the progress of the terminal', hasTaskbar ? createTaskbarReporter(stream, context.attention) : null),
  ];
}

function toNamed(name: string, reporter: Reporter | null): readonly NamedReporter[] {
  return reporter === null ? [] : [{ name, reporter }];
}

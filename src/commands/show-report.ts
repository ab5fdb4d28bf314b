import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { reportNames } from '../base/report-names.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { cancelReasonOf } from '../execution/cancel-reason.ts';
import { openInBrowser } from '../io/open-in-browser.ts';
import type { StopSignals } from '../ports.ts';
import { mergedCoverage } from '../reporters/coverage.ts';
import { reportFile } from '../reporters/report-table.ts';
import { serveReport } from '../serving/serve-report.ts';
import type { CommandContext } from './context.ts';
import type { ReportFlags } from './flags.ts';
import { shown } from './merge-inputs.ts';

const pageName = 'report.html';

/** How a page is to be shown. */
export interface ShowInput {
  readonly flags: ReportFlags;
  readonly context: CommandContext;
  /** Needed to serve it, which ends by them. */
  readonly signals: StopSignals | null;
}

/**
 * The page that a word stands for: itself, that of a reports folder, or the one beside an event log; `null` = that of `reports`.
 * @throws UsageError when there is none
 */
export function findPage(word: string | null, cwd: string): string {
  const path = resolve(cwd, word ?? 'reports');
  const found = statSync(path, { throwIfNoEntry: false });
  const page = found?.isDirectory() === true ? join(path, pageName) : pageBeside(path);
  if (found !== undefined && statSync(page, { throwIfNoEntry: false })?.isFile() === true) return page;
  throw new UsageError(
    found === undefined && word !== null ? `there is no ${word} to show` : `there is no ${shown(page, cwd)}`,
    'runner report [run] --format html --out <dir> makes one',
  );
}

function pageBeside(path: string): string {
  return path.endsWith('.html') ? path : join(dirname(path), pageName);
}

/** Shows a page in the browser, serves it until it is stopped, or both; gives the exit code. @throws UsageError when no port can be had */
export async function showPage(page: string, { flags, context, signals }: ShowInput): Promise<number> {
  if (flags.serve !== true || signals === null) {
    const opened = await openInBrowser(pathToFileURL(page).href, context.env);
    tell(context, opened === 'opened' ? page : `no browser was found to open it: ${page}`);
    return exitCodes.passed;
  }
  await using served = await serveReport(servedFiles(page)).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${page} cannot be served: ${reason}`, 'open the file itself: it needs no server');
  });
  tell(context, `${shown(page, context.cwd)} is served to this machine until Ctrl-C, at\n${served.url}`);
  if (flags.open === true && (await openInBrowser(served.url, context.env)) === 'none') {
    tell(context, 'no browser was found to open it');
  }
  // It is served while this waits.
  return await stopped(signals.cancel);
}

/** What a page links to, and nothing else. */
function servedFiles(page: string): Parameters<typeof serveReport>[0] {
  const [folder, name] = [dirname(page), basename(page)];
  if (name !== pageName) return { folder, page: name, files: [], folders: [] };
  const files = [...reportNames.map(reportFile), 'events.jsonl', mergedCoverage];
  return { folder, page: name, files, folders: ['logs'] };
}

async function stopped(cancel: AbortSignal): Promise<number> {
  if (!cancel.aborted) await new Promise((done) => cancel.addEventListener('abort', done, { once: true }));
  const reason = cancelReasonOf(cancel);
  if (reason.kind === 'internal-error') throw new Error(reason.message);
  return reason.kind === 'signal' && reason.signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
}

function tell({ out }: CommandContext, text: string): void {
  out.stream.write(`${text}\n`);
}

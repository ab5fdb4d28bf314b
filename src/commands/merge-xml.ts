import { join, relative } from 'node:path';
import { createAtomicFile, writeFileAtomic } from '../base/atomic-write.ts';
import type { AtomicFile } from '../base/atomic-write.ts';
import { readChunks } from '../base/read-chunks.ts';
import type { ReportName } from '../base/report-names.ts';
import { exitCodeOf } from '../errors.ts';
import type { Verdict } from '../model/outcome.ts';
import type { TestStatus, Totals } from '../model/test.ts';
import { copyJunit } from '../results/junit-copy.ts';
import type { CopiedReport } from '../results/junit-copy.ts';
import type { GithubStep } from '../reporters/github-step.ts';
import { tellGithub } from '../reporters/github-xml.ts';
import type { FailedCase } from '../reporters/github-xml.ts';
import { removeJunitParts, writeJunitParts } from '../reporters/junit-parts.ts';
import { markdownOfXml } from '../reporters/markdown-xml.ts';
import type { DescribedFile, MergedXml } from '../reporters/markdown-xml.ts';
import { maxSummaryBytes } from '../reporters/markdown.ts';
import { reportFile, reportKeys } from '../reporters/report-table.ts';
import { roomyTotals, totalsRoom } from '../results/roomy-totals.ts';
import { emptyTotals, sumTotals } from '../results/totals.ts';
import { worseVerdict } from '../results/verdict.ts';

/** What a merge came to. */
export interface MergeOutcome {
  readonly verdict: Verdict;
  readonly totals: Totals;
  /** What was wrong with the inputs, one line each. */
  readonly problems: readonly string[];
  /** An input was not whole, or a report could not be written. */
  readonly isDamaged: boolean;
}

const maxFailures = 200;
const maxFiles = 10_000;

/** What is made of JUnit files. */
export interface MergeXmlOptions {
  readonly cwd: string;
  readonly reportsDir: string;
  /** Of `xmlReports`. */
  readonly chosen: readonly ReportName[];
  /** Of a part of `junit.xml`; `null` = it is not split. */
  readonly splitMaxBytes?: number | null;
  /** The step that is told; absent = there is none. */
  readonly github?: GithubStep | undefined;
}

/** The reports that can be made of XML. */
export const xmlReports: readonly ReportName[] = ['junit', 'json', 'markdown'];

type Failure = FailedCase & { readonly report: string; readonly status: TestStatus };

/**
 * Copies JUnit files one after the other into `junit.xml`, in constant memory, and writes `summary.json` and `summary.md`. What cannot be
 * written makes the verdict one of infrastructure at best.
 */
export async function mergeXml(files: readonly string[], options: MergeXmlOptions): Promise<MergeOutcome> {
  let [totals, verdict]: [Totals, Verdict] = [emptyTotals, 'infrastructure'];
  let [problems, notes]: [readonly string[], readonly string[]] = [[], []];
  try {
    const merged = await copyReports(files, options);
    ({ totals, verdict, problems } = merged);
    notes = await writeReports(merged, options);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    verdict = worseVerdict(verdict, 'infrastructure');
    problems = [...problems, `the reports could not be written to ${options.reportsDir}: ${error.message}`];
  }
  return { verdict, totals, problems: [...problems, ...notes], isDamaged: problems.length > 0 };
}

async function copyReports(
  files: readonly string[],
  { reportsDir, chosen, cwd }: MergeXmlOptions,
): Promise<CopiedFiles> {
  const path = join(reportsDir, reportFile('junit'));
  const output = createAtomicFile(path);
  try {
    const merged = await copyFiles(files, output, cwd);
    if (chosen.includes('junit')) {
      removeJunitParts(path);
      output.commit();
    }
    return merged;
  } finally {
    output.abort();
  }
}

/** Gives what there is to say of the parts of `junit.xml`. */
async function writeReports(
  merged: CopiedFiles,
  { reportsDir, chosen, splitMaxBytes = null, github }: MergeXmlOptions,
): Promise<readonly string[]> {
  const pathOf = (name: ReportName): string => join(reportsDir, reportFile(name));
  const notes = splitMaxBytes === null ? [] : await writeJunitParts(pathOf('junit'), splitMaxBytes);
  if (chosen.includes('markdown')) writeFileAtomic(pathOf('markdown'), markdownOfXml(merged, maxSummaryBytes));
  if (chosen.includes('json')) {
    writeFileAtomic(pathOf('json'), `${JSON.stringify(summaryOf(merged, chosen), null, 2)}\n`);
  }
  if (github !== undefined) tellGithub(github, merged);
  return notes;
}

interface CopiedFiles extends MergedXml {
  readonly failures: readonly Failure[];
  readonly failuresOmitted: number;
}

async function copyFiles(files: readonly string[], output: AtomicFile, cwd: string): Promise<CopiedFiles> {
  const failures: Failure[] = [];
  const described: DescribedFile[] = [];
  const problems: string[] = [];
  let [total, verdict, failuresOmitted]: [Totals, Verdict, number] = [sumTotals([]), 'nothing-ran', 0];
  output.write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="merged"');
  const room = output.size();
  output.write(`${' '.repeat(totalsRoom)}>\n`);
  for (const file of files) {
    const inCwd = relative(cwd, file);
    const name = inCwd.startsWith('..') ? file : inCwd;
    const copied = await copyJunit(readChunks(file), output, {
      name,
      onFailed({ className, name: test, file: testFile, line, status, problems: why }) {
        if (failures.length >= maxFailures) failuresOmitted += 1;
        else failures.push({ report: name, className, name: test, file: testFile, line, status, problems: why });
      },
    });
    output.write('\n');
    total = sumTotals([total, copied.totals]);
    verdict = combine(verdict, copied);
    if (copied.damage !== null) problems.push(`${name} is damaged: ${copied.damage}`);
    if (described.length < maxFiles) described.push({ path: name, totals: copied.totals, damage: copied.damage });
  }
  output.write('</testsuites>\n');
  output.patch(roomyTotals(total, true), room);
  const filesOmitted = files.length - described.length;
  return { verdict, totals: total, files: described, filesOmitted, problems, failures, failuresOmitted };
}

function summaryOf(merged: CopiedFiles, chosen: readonly ReportName[]): object {
  const { verdict, totals, files, filesOmitted, failures, failuresOmitted } = merged;
  return {
    schemaVersion: 1,
    verdict,
    exitCode: exitCodeOf(verdict),
    totals,
    files,
    filesOmitted,
    failures,
    failuresOmitted,
    reports: reportKeys(chosen),
  };
}

// One file in which tests ran is enough for a pass; a worse one always counts.
function combine(verdict: Verdict, copied: CopiedReport): Verdict {
  const own = verdictOfCopy(copied);
  if (own === 'nothing-ran') return verdict;
  return verdict === 'nothing-ran' ? own : worseVerdict(verdict, own);
}

function verdictOfCopy({ totals, failed, damage }: CopiedReport): Verdict {
  if (failed > 0) return 'failed';
  if (damage !== null) return 'infrastructure';
  return totals.passed > 0 ? 'passed' : 'nothing-ran';
}

import { join, relative } from 'node:path';
import { createAtomicFile, writeFileAtomic } from '../base/atomic-write.ts';
import { readChunks } from '../base/read-chunks.ts';
import { exitCodeOf } from '../errors.ts';
import type { Verdict } from '../model/outcome.ts';
import type { Totals } from '../model/test.ts';
import { copyJunit } from '../results/junit-copy.ts';
import type { CopiedReport } from '../results/junit-copy.ts';
import { markdownOfXml } from '../reporters/markdown-xml.ts';
import type { DescribedFile } from '../reporters/markdown-xml.ts';
import { roomyTotals, totalsRoom } from '../results/roomy-totals.ts';
import { sumTotals } from '../results/totals.ts';
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

/** Copies JUnit files one after the other into `junit.xml`, in constant memory, and writes `summary.json` and `summary.md`. */
export async function mergeXml(files: readonly string[], cwd: string, reportsDir: string): Promise<MergeOutcome> {
  const output = createAtomicFile(join(reportsDir, 'junit.xml'));
  const failures: object[] = [];
  const described: DescribedFile[] = [];
  const problems: string[] = [];
  let [total, verdict, failuresOmitted]: [Totals, Verdict, number] = [sumTotals([]), 'nothing-ran', 0];
  try {
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
    output.commit();
  } finally {
    output.abort();
  }
  const summary = {
    schemaVersion: 1,
    verdict,
    exitCode: exitCodeOf(verdict),
    totals: total,
    files: described,
    filesOmitted: files.length - described.length,
    failures,
    failuresOmitted,
    reports: { junit: 'junit.xml', summary: 'summary.json', markdown: 'summary.md' },
  };
  const markdown = markdownOfXml({
    verdict,
    totals: total,
    files: described,
    filesOmitted: summary.filesOmitted,
    problems,
  });
  writeFileAtomic(join(reportsDir, 'summary.md'), markdown);
  writeFileAtomic(join(reportsDir, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  return { verdict, totals: total, problems, isDamaged: problems.length > 0 };
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

import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createAtomicFile } from '../base/atomic-write.ts';
import { linesOf } from '../base/lines.ts';
import type { Reporter } from '../ports.ts';
import { createCoverageSum, writeLcov } from '../results/lcov.ts';
import type { Coverage, CoverageSum } from '../results/lcov.ts';

/** Path of the merged report in the reports folder. */
export const mergedCoverage = 'coverage/lcov.info';

const maxLineChars = 1024 * 1024;

/**
 * Adds up what the processes of a run left of their coverage: one LCOV file, written when it is closed, and none where no coverage is measured.
 * `reportsDir` is absolute.
 */
export function createCoverageReporter(options: { readonly reportsDir: string }): Reporter {
  const paths = new Set<string>();
  let isMeasured = false;
  return {
    onEvent(event) {
      if (event.type === 'run-started') isMeasured = event.plan.coverage !== undefined;
      if (event.type === 'attempt-finished' && event.coverage?.path != null) paths.add(event.coverage.path);
    },
    async close() {
      if (!isMeasured) return;
      const sum = createCoverageSum();
      for (const path of paths) await addCoverage(sum, join(options.reportsDir, path));
      writeCoverage(join(options.reportsDir, mergedCoverage), sum.files);
    },
  };
}

/** What one process left. @throws when the file is not there or not whole */
export async function readCoverage(path: string): Promise<Coverage> {
  const sum = createCoverageSum();
  await addCoverage(sum, path);
  return sum.files;
}

async function addCoverage(sum: CoverageSum, path: string): Promise<void> {
  const reader = sum.read();
  try {
    for await (const line of linesOf(createReadStream(path), maxLineChars)) reader.line(line);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}. The folder coverage/ belongs beside the events.jsonl of its run`, { cause: error });
  }
  const problem = reader.end();
  if (problem !== null) throw new Error(`${path} is damaged: ${problem}`);
}

function writeCoverage(path: string, files: Coverage): void {
  const file = createAtomicFile(path);
  try {
    for (const record of writeLcov(files)) file.write(record);
    file.commit();
  } finally {
    file.abort();
  }
}

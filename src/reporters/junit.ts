import { join } from 'node:path';
import { createAtomicFile, writeFileAtomic } from '../base/atomic-write.ts';
import type { Shard } from '../model/event.ts';
import type { Totals } from '../model/test.ts';
import type { Reporter } from '../ports.ts';
import { sumTotals } from '../results/totals.ts';
import { attribute } from './junit-case.ts';
import { junitPart, removeJunitParts, writeJunitParts } from './junit-parts.ts';
import { timestamp, totalsAttributes, writeSuite } from './junit-suite.ts';
import type { WrittenSuite } from './junit-suite.ts';
import { buildOwnSuite, isOwnSuite } from './own-suite.ts';
import { createSuiteCollector } from './suite-collector.ts';
import { createSuiteSpool } from './suite-spool.ts';
import type { SuiteSpool } from './suite-spool.ts';

/** Where the report is and where its parts wait until the end. */
export interface JunitReporterOptions {
  readonly path: string;
  /** A folder of the reporter's own; emptied at the start, gone at the end. */
  readonly spoolDir: string;
  /** The shard that a task ran in, where the run as a whole is not one. */
  shardOf?(task: string): Shard | null;
  /** The report is split too. */
  readonly parts?: JunitParts | undefined;
}

/** How `junit.xml` is split into files that CI systems take. */
export interface JunitParts {
  /** Of one file. */
  readonly maxBytes: number;
  /** Hears of what cannot be made that small. */
  readonly warn: (message: string) => void;
}

interface EndedTask {
  readonly totals: Totals;
  /** `null` when the suite is in the spool. */
  readonly own: WrittenSuite | null;
}

// More of them are written like the others, so that a run in which everything crashes does not fill the memory.
const maxOwnSuites = 500;

/**
 * One JUnit file for the whole run, in the dialect of docs/junit.xsd. From the start it is a valid file that says "run did not
 * finish"; it becomes the report when it is closed. Tests are held until their task ends, then on disk; long texts are there at once.
 * @throws when the file or the folder cannot be written; later failures come from `onEvent` or `close`.
 */
export function createJunitReporter(options: JunitReporterOptions): Reporter {
  const ended = new Map<number, EndedTask>();
  let ownSuites = 0;
  const collector = createSuiteCollector({
    ...options,
    onSuite(suite, index) {
      const { parts, totals } = writeSuite(suite);
      const own = isOwnSuite(suite) && ownSuites < maxOwnSuites;
      if (own) ownSuites += 1;
      else spool.put(index, parts);
      ended.set(index, { totals, own: own ? suite : null });
    },
  });
  const spool = createSuiteSpool(join(options.spoolDir, 'suites.xml'));
  removeJunitParts(options.path);
  for (const path of [options.path, ...(options.parts === undefined ? [] : [junitPart(options.path, 1)])]) {
    writeFileAtomic(path, unfinishedReport());
  }
  const finish = async (): Promise<void> => {
    collector.endUnfinished();
    const run = collector.run();
    if (run === null) return;
    const totals = sumTotals([...ended.values()].map((task) => task.totals));
    const head = `${attribute('name', run.plan.project)}${totalsAttributes(totals, run.durationMs)}`;
    const start = `<testsuites${head}${attribute('timestamp', timestamp(run.startedAt))}>\n`;
    await assemble(options.path, start, { ended, spool });
    if (options.parts === undefined) return;
    for (const problem of await writeJunitParts(options.path, options.parts.maxBytes)) options.parts.warn(problem);
  };

  return {
    onEvent: (event) => collector.onEvent(event),
    async close() {
      try {
        await finish();
      } finally {
        spool.close();
        collector.close();
      }
    },
  };
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

async function assemble(
  path: string,
  start: string,
  { ended, spool }: { readonly ended: ReadonlyMap<number, EndedTask>; readonly spool: SuiteSpool },
): Promise<void> {
  const file = createAtomicFile(path);
  try {
    file.write(declaration + start);
    for (const index of [...ended.keys()].sort((a, b) => a - b)) {
      const own = ended.get(index)?.own ?? null;
      if (own !== null) file.write(await buildOwnSuite(own));
      else for (const part of spool.parts(index)) file.write(part);
    }
    file.write('</testsuites>\n');
    file.commit();
  } finally {
    file.abort();
  }
}

function unfinishedReport(): string {
  const message =
    'The run was ended from outside before it could write its report; events.jsonl holds what happened until then.';
  const head = '<testsuites name="runner" tests="1" failures="0" errors="1" skipped="0" time="0.000">\n';
  const suite = '  <testsuite name="[runner]" tests="1" failures="0" errors="1" skipped="0" time="0.000">\n';
  const element = `<error message="${message}" type="runner"/>`;
  const body = `    <testcase classname="[runner]" name="run did not finish" time="0.000">\n      ${element}\n    </testcase>\n`;
  return `${declaration}${head}${suite}${body}  </testsuite>\n</testsuites>\n`;
}

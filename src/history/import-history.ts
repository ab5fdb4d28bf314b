import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { linesOf } from '../base/lines.ts';
import { UsageError } from '../errors.ts';
import type { HistoryLimits } from '../model/settings.ts';
import type { ExportLine } from './export-history.ts';
import { checkExportHeader, parseExportLine } from './export-lines.ts';
import type { HistoryPlace, Unusable } from './open.ts';
import { recordRun } from './record.ts';
import type { RunData } from './run-data.ts';
import { createStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { writeHistory } from './write-history.ts';

/** How many runs an import brought, and how many were there already, alone or merged with others. */
export interface Imported {
  readonly added: number;
  readonly known: number;
}

/**
 * Adds the runs of an exported history; importing twice, or two histories in either order, gives the same. All of it or nothing.
 * @throws UsageError when the file is no export, is damaged, or was written by a later version
 */
export async function importHistory(
  place: HistoryPlace,
  source: string,
  options: { readonly limits: HistoryLimits; readonly told: (problem: string) => void },
): Promise<Imported | Unusable> {
  const stage = createStage();
  if (stage === null) return { kind: 'unusable', problem: 'this Node.js was built without SQLite' };
  let counts = { added: 0, known: 0 };
  try {
    const problem = await writeHistory(stage, place, {
      budgetMs: Infinity,
      told: options.told,
      work: async (pause) => {
        counts = { added: 0, known: 0 };
        const record = async (run: RunData): Promise<void> => {
          const done = await recordRun(stage.db, run, { limits: options.limits, now: Date.now(), pause });
          counts[done === 'recorded' ? 'added' : 'known'] += 1;
        };
        await readRuns(stage, source, record);
      },
    });
    return problem ?? counts;
  } finally {
    stage.close();
  }
}

/** Puts one run after the other onto the stage. */
async function readRuns(stage: Stage, source: string, record: (run: RunData) => Promise<void>): Promise<void> {
  let run: RunData | null = null;
  let file: number | null = null;
  let runs = 0;
  const finish = async (): Promise<void> => {
    if (run === null) return;
    await record(run);
    runs += 1;
    run = null;
  };
  stage.clear();
  for await (const line of readLines(source)) {
    if ('run' in line) {
      await finish();
      stage.clear();
      [run, file] = [line.run, null];
    } else if ('file' in line) {
      const { suite, framework, path, ...how } = line.file;
      file = stage.file(suite, framework, path);
      stage.settle(file, how);
    } else if ('test' in line) {
      if (file === null) throw damaged(source, 'a test belongs to no file');
      stage.wholeTest(file, line.test);
    } else {
      await finish();
      if (runs !== line.end.runs) throw damaged(source, `it holds ${runs} runs and should hold ${line.end.runs}`);
      return;
    }
  }
  throw damaged(source, 'its end is missing');
}

/** Names are bounded where they are recorded, so no line is longer. */
const maxLineChars = 1024 * 1024;

async function* readLines(source: string): AsyncGenerator<ExportLine> {
  let number = 0;
  try {
    for await (const text of linesOf(openExport(source), maxLineChars)) {
      number += 1;
      if (number === 1) {
        checkExportHeader(text, source);
        continue;
      }
      const line = parseExportLine(text);
      if (line === null) throw damaged(source, `line ${number} cannot be read`);
      yield line;
    }
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error && 'code' in error)) throw error;
    throw damaged(source, error.message);
  }
}

function openExport(source: string): AsyncIterable<Uint8Array> {
  const file = createReadStream(source);
  const gunzip = createGunzip();
  // `pipe` hands over no errors.
  file.on('error', (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}

function damaged(source: string, problem: string): UsageError {
  return new UsageError(`${source} cannot be imported: ${problem}`, 'nothing of it was imported; export it again');
}

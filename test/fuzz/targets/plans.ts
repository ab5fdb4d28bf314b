import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { select } from '../../../src/categories/select.ts';
import { createSharder, shardedPlanId } from '../../../src/categories/sharding.ts';
import { findWork } from '../../../src/categories/work.ts';
import type { Work } from '../../../src/categories/work.ts';
import { choosePlan, configDigest } from '../../../src/commands/choose-shard.ts';
import { planFileText, readPlanFile } from '../../../src/commands/plan-file.ts';
import type { PlanFile } from '../../../src/commands/plan-file.ts';
import { NothingSelectedError, UsageError } from '../../../src/errors.ts';
import type { PlannedShard, Task } from '../../../src/model/plan.ts';
import type { SelectionRequest } from '../../../src/model/selection.ts';
import { e2eFiles, facts, request, traits, unitFiles, workspace } from '../../unit/categories/fixture.ts';
import { hostileValues, retyped } from '../line-mutations.ts';
import { mutants } from '../mutations.ts';
import type { Source } from '../mutations.ts';
import type { FuzzTarget } from '../target.ts';

interface PlanSource extends Source {
  readonly units: ReadonlySet<string>;
}

const flags = { deps: true, docker: true, services: true, color: false } as const;
const given = facts(workspace.facts.files, {
  durations: new Map([...e2eFiles, ...unitFiles].map((file, index) => [file, 1000 * (index + 1)])),
});

/** Plan files that CI jobs hand on: damaged, and made to say something else. */
export const plans: FuzzTarget = {
  name: 'plans',
  reads: 'plan files',
  runsInCi: 1500,
  property(folder) {
    const sources = [
      sourceOf('all', 3, {}),
      sourceOf('one', 1, {}),
      sourceOf('some', 2, { categories: ['e2e'], patterns: ['*websocket*'] }),
      sourceOf('tests', 2, { files: [`${unitFiles[0] ?? ''}::test_a`, `${unitFiles[0] ?? ''}::test_b`, ...e2eFiles] }),
      sourceOf('markers', 2, {
        categories: ['unit'],
        suites: ['backend'],
        markers: 'slow',
        excludeCategories: ['e2e'],
      }),
    ];
    const words = ['null', '[]', '{}', '"../x.py"', '"format":2', '"files":[]', ',', '1e999', '"unit"', '"shards":[]'];
    const damage = fc.oneof(
      mutants(sources, words).map(({ source, bytes }) => ({ source, bytes })),
      fc
        .tuple(
          fc.constantFrom(...sources),
          fc.array(fc.tuple(fc.nat(500), fc.constantFrom(...hostileValues, 'unit', 1, 2))),
        )
        .map(([source, changes]) => ({ source, bytes: Buffer.from(changes.reduce(change, source.bytes.toString())) })),
      fc.tuple(fc.constantFrom(...sources), fc.nat(50), fc.boolean()).map(forged),
    );
    const input = fc.record({ damage, packed: fc.boolean() });
    return Promise.resolve(
      fc.property(input, ({ damage, packed }) => check(damage, packed, join(folder, 'plan.json'))),
    );
  },
};

function sourceOf(name: string, total: number, asked: Partial<SelectionRequest>): PlanSource {
  const work = workOf(request(asked));
  const plan = createSharder(work).cut(total);
  const file = { ...plan, request: request(asked), config: configDigest(workspace.config) };
  const bytes = Buffer.from(planFileText(file));
  return { name, bytes, units: new Set(unitsOf(file)) };
}

function workOf(asked: SelectionRequest, changes?: PlanFile['changes']): Work {
  const selection = select(workspace.config, asked);
  const own = changes === undefined ? given : { ...given, changes };
  return findWork({ config: workspace.config, selection, facts: own, traits, pathExists: () => true });
}

/** What all shards of a plan run, whatever else their tasks need. */
function unitsOf(file: PlanFile): readonly string[] {
  const work = workOf(file.request, file.changes);
  return file.shards.flatMap((_, index) => {
    const options = {
      flags: { ...flags, shard: `${index + 1}/${file.shards.length}` },
      config: workspace.config,
      how: {},
    };
    const { plan } = choosePlan(work, { ...options, given: { ...file, name: 'plan.json' } });
    return plan.tasks.filter(({ role }) => role === 'chosen').flatMap(unitsOfTask);
  });
}

function unitsOfTask({ category, suite, files, tests, keyword, markers }: Task): readonly string[] {
  const all = files.length === 0 ? [''] : files;
  return all.map((file) => JSON.stringify([category, suite, file, tests[file] ?? null, keyword, markers]));
}

function check(
  { source, bytes }: { readonly source: PlanSource; readonly bytes: Buffer },
  packed: boolean,
  path: string,
): void {
  writeFileSync(path, packed ? gzipSync(bytes, { level: 1 }) : bytes);
  try {
    const units = new Set(unitsOf(readPlanFile(path, '/')));
    // As an earlier version would have written it.
    if (!bytes.includes('"seal":')) return;
    for (const unit of source.units) assert.ok(units.has(unit), `it is accepted and does not run ${unit}`);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof NothingSelectedError)) throw error;
  }
}

function change(text: string, [place, value]: readonly [number, unknown]): string {
  return retyped(text, place, value) ?? text;
}

/** Shards with other files, and an id that agrees with them. */
function forged([source, at, isDrop]: [PlanSource, number, boolean]): {
  readonly source: PlanSource;
  readonly bytes: Buffer;
} {
  const file = JSON.parse(source.bytes.toString()) as PlanFile;
  const shards = file.shards.map((shard, index): PlannedShard => {
    if (index !== at % file.shards.length) return shard;
    const work = shard.work.map((one) => ({
      ...one,
      files: isDrop ? one.files.toSpliced(at % 3, 1) : [...one.files, 'x.py'],
    }));
    return { ...shard, work: at % 7 === 0 ? work.slice(1) : work };
  });
  const id = shardedPlanId(file.request.environment, shards);
  return { source, bytes: Buffer.from(planFileText({ ...file, shards, id })) };
}

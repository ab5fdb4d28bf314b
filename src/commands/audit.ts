import { resolve } from 'node:path';
import { didYouMean } from '../base/suggest.ts';
import { annotation } from '../base/workflow-commands.ts';
import { createCategoryOf } from '../categories/category-of.ts';
import { NothingSelectedError, UsageError } from '../errors.ts';
import { judgeGuards } from '../guards/judge.ts';
import type { CountedGuard } from '../guards/judge.ts';
import type { Config } from '../model/config.ts';
import type { Baseline, Guard, GuardVerdict } from '../model/guard.ts';
import { listGuardedFiles } from '../workspace/guarded-files.ts';
import { scanFiles } from '../workspace/scan-files.ts';
import { baselineFor, openBaseline } from './audit/baseline-file.ts';
import { rememberAudit, showBurnDown } from './audit/burn-down.ts';
import { writeAuditCases } from './audit/cases.ts';
import { checkAuditFlags, exitCodeOf, phaseLeft, slackOf } from './audit/outcome.ts';
import { auditJson, renderAudit } from './audit/render.ts';
import type { AuditResult } from './audit/render.ts';
import { updateBaseline } from './audit/update.ts';
import type { CommandContext, CommandResult } from './context.ts';
import { githubStep } from './github-step.ts';
import { historyUse } from './history-place.ts';
import type { AuditFlags } from './options.ts';
import { load } from './prepare.ts';
import { readOrigin } from './run-origin.ts';

/**
 * `runner audit`: holds the text of files against the guards of the config.
 *
 * @throws UsageError, ConfigError, NothingSelectedError
 */
export async function audit(input: {
  readonly names: readonly string[];
  readonly flags: AuditFlags;
  readonly context: CommandContext;
}): Promise<CommandResult> {
  const { names, flags, context } = input;
  checkAuditFlags(flags);
  const { history, ...others } = flags;
  const { root, config } = await load(others, context);
  const guards = chooseGuards(config.guards ?? {}, names);
  const limits = config.settings.history ?? null;
  const place = { root, use: historyUse(flags.remember, { option: '--remember', cwd: context.cwd, root, limits }) };
  if (history === true) return showBurnDown(place, names, flags.json === true);

  const file = openBaseline(root, config.settings);
  // Before anything is read: without it there is nothing to say.
  const before = flags.updateBaseline === true ? null : baselineFor(guards, file);
  const { counts, problems, binary } = await count(root, guards);
  const isUpdate = before === null && problems.length === 0;
  const updated = isUpdate ? updateBaseline(file, counts, { flags, config }) : null;
  const verdicts = judgeGuards(counts, updated?.baseline ?? before ?? file.baseline ?? noBaseline);
  const left = phaseLeft(verdicts, flags);
  const slack = slackOf(verdicts);
  const isWhole = names.length === 0 && problems.length === 0;
  const notes = [
    ...(before === null && updated === null
      ? [`the baseline ${file.name} is not written, for not all files could be read`]
      : []),
    ...(updated?.notes ?? []),
    ...left,
    ...(slack === 0 ? [] : [`the baseline ${file.name} can go down by ${slack}: runner audit --update-baseline`]),
    ...(isWhole ? rememberAudit(verdicts, place, { at: Date.now(), ...readOrigin(root, context.env) }) : []),
  ];
  const isFailed = left.length > 0 || (flags.failOnStale === true && slack > 0);
  const exitCode = exitCodeOf(verdicts, { isFailed, problems });
  const byCategory = countByCategory(config, counts);
  const result = { verdicts, byCategory, problems, binary, notes, exitCode };
  if (flags.junit !== undefined) writeAuditCases(resolve(context.cwd, flags.junit), result);
  annotate(verdicts, root, context);
  return { text: flags.json === true ? auditJson(result) : renderAudit(result), exitCode };
}

const noBaseline: Baseline = { guards: {} };

function chooseGuards(all: NonNullable<Config['guards']>, names: readonly string[]): readonly Guard[] {
  const known = Object.keys(all);
  if (known.length === 0)
    throw new NothingSelectedError('the config has no guards', 'write some under "guards"; docs/guards.md shows how');
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(
      `guard ${JSON.stringify(unknown)} is not defined${didYouMean(unknown, known)}`,
      `guards: ${known.join(', ')}`,
    );
  return Object.values(all).filter(({ name }) => names.length === 0 || names.includes(name));
}

async function count(
  root: string,
  guards: readonly Guard[],
): Promise<{
  readonly counts: readonly CountedGuard[];
  readonly problems: readonly string[];
  readonly binary: number;
}> {
  const listed = await listGuardedFiles(root, [...new Set(guards.flatMap(({ files }) => files))]);
  const { counts, problems, binary } = scanFiles(root, listed.files, { guards });
  return { counts, problems: [...listed.problems, ...problems], binary };
}

function countByCategory(config: Config, counts: readonly CountedGuard[]): AuditResult['byCategory'] {
  const categoryOf = createCategoryOf(config);
  const sums = new Map<string, Map<string, number>>();
  for (const { guard, count: counted } of counts) {
    for (const { file, count: matches } of counted.found) {
      const category = categoryOf(file) ?? '';
      const own = sums.get(category) ?? new Map<string, number>();
      own.set(guard.name, (own.get(guard.name) ?? 0) + matches);
      sums.set(category, own);
    }
  }
  return sums;
}

/** GitHub shows so many of a step. */
const mostAnnotations = 10;

/** What there is too much of, beside the code. Inside a run the run tells it, of its tests. */
function annotate(verdicts: readonly GuardVerdict[], root: string, context: CommandContext): void {
  const step = context.env['RUNNER_TASK'] === undefined ? githubStep(root, context) : undefined;
  if (step === undefined) return;
  const places = verdicts.flatMap(({ guard, cells }) =>
    cells.flatMap(({ over }) =>
      over.map(({ file, hits, count: matches, allowed }) => {
        const path = step.prefix === '' ? file : `${step.prefix}/${file}`;
        const says = guard.message === '' ? '' : `: ${guard.message}`;
        const place = { file: path, line: hits[0]?.line ?? null, title: guard.name };
        return annotation(guard.severity, place, `${matches} found, ${allowed} allowed${says}`);
      }),
    ),
  );
  for (const line of places.slice(0, mostAnnotations)) step.write(line);
}

import { relative } from 'node:path';
import { UsageError } from '../errors.ts';
import type { ReportPlace } from '../reporters/report-table.ts';
import type { CommandContext } from './context.ts';

/**
 * Splits what `--reporter` names into reports that are files and what GitHub Actions is told of the step that this is: where that is so, it
 * belongs to the default. `root` is what paths of tests are relative to.
 * @throws UsageError when it is asked for elsewhere
 */
export function readReporters(
  words: readonly string[] | undefined,
  { annotate }: Pick<CommandContext, 'annotate'>,
): { readonly files: readonly string[] | undefined; readonly isGithub: boolean } {
  if (words?.includes('github') === true && annotate === undefined) {
    throw new UsageError('--reporter github is for GitHub Actions', 'leave it out: there it is on by itself');
  }
  const isDefault = words === undefined || words.includes('default');
  return {
    files: words?.filter((word) => word !== 'github'),
    isGithub: annotate !== undefined && (isDefault || words.includes('github')),
  };
}

/** What the reporter for GitHub Actions needs of the step; `root` is what paths of tests are relative to. */
export function githubStep(root: string, { annotate, env }: CommandContext): ReportPlace['github'] {
  if (annotate === undefined) return undefined;
  const { GITHUB_STEP_SUMMARY: summary = '', GITHUB_WORKSPACE: workspace = '' } = env;
  const prefix = workspace === '' ? '' : relative(workspace, root);
  return {
    write: annotate,
    summaryPath: summary === '' ? null : summary,
    prefix: prefix.startsWith('..') ? '' : prefix,
  };
}

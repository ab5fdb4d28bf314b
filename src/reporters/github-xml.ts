import { oneLine } from '../base/text.ts';
import type { ReportCase } from '../model/report.ts';
import { failureText } from './failure-text.ts';
import { addToSummary, annotate, atMost } from './github-step.ts';
import type { GithubStep, Note } from './github-step.ts';
import { markdownOfXml } from './markdown-xml.ts';
import type { MergedXml } from './markdown-xml.ts';

/** What is told of a failed case. */
export type FailedCase = Pick<ReportCase, 'className' | 'name' | 'file' | 'line' | 'problems'>;

/** Tells a step of GitHub Actions what JUnit files came to: what is damaged first, then failed cases. */
export function tellGithub(
  step: GithubStep,
  merged: MergedXml & { readonly failures: readonly FailedCase[]; readonly failuresOmitted: number },
): void {
  const notes: readonly Note[] = [
    ...merged.problems.map((problem) => ({
      ...{ level: 'error' as const, file: null, line: null, title: 'damaged', message: oneLine(problem) },
    })),
    ...merged.failures.map(({ className, name, file, line, problems }) => ({
      ...{
        level: 'error' as const,
        file,
        line,
        title: [className ?? '', name].filter((word) => word !== '').join(' '),
      },
      message: failureText(problems, { lines: 12, width: 200 }).join('\n'),
    })),
  ];
  annotate(step, atMost(notes, merged.failuresOmitted, 'error'));
  addToSummary(step, (maxBytes) => markdownOfXml(merged, maxBytes));
}

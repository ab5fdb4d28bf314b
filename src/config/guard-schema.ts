import * as z from 'zod';
import { compileSearch } from '../base/guard-search.ts';
import { expected, filledText, rootGlobs, name } from './fields.ts';
import { describeValue } from './path.ts';

const aNumber = expected('a whole number from 0');
const priority = () => z.enum(['P0', 'P1', 'P2', 'P3']);
const aPriority = expected('P0, P1, P2 or P3, or the globs of each, for example { P0: tests/critical, P1: tests }');

const pattern = () =>
  filledText.superRefine((value, context) => {
    const problem = patternProblem(value);
    if (problem !== null) context.addIssue({ code: 'custom', message: `${describeValue(value)} ${problem}` });
  });

/** One rule over the text of files, as a user writes it. */
export const guard = () =>
  z
    .strictObject({
      text: filledText.optional().describe('What may not be in the files, as it is written there.'),
      pattern: pattern()
        .optional()
        .describe(
          'Instead of text: a JavaScript regular expression, with ^ and $ at each line (flags m and u); it may go over several lines.',
        ),
      ignoreCase: z.boolean().optional().describe('Upper and lower case are the same. Default: false'),
      files: rootGlobs.describe("Files that it looks into: globs relative to the config's folder."),
      except: rootGlobs.optional().describe('Files that it does not look into although files matches them.'),
      priority: z
        .union([priority(), z.partialRecord(priority(), rootGlobs)], aPriority)
        .optional()
        .describe(
          'How urgent it is, P0 to P3, for all of its files or by globs, the first that matches; files that none takes are P3. Default: P1',
        ),
      mode: z
        .enum(['forbid', 'ratchet'])
        .optional()
        .describe(
          'forbid: no more than max; ratchet: in no file more than the baseline has, which may only go down. Default: forbid',
        ),
      max: z.int(aNumber).min(0, aNumber).optional().describe('With forbid: how many there may be. Default: 0'),
      severity: z
        .enum(['error', 'warning'])
        .optional()
        .describe('Whether a violation fails, or is told only. Default: error'),
      migration: name
        .optional()
        .describe(
          'Guards of one migration share their phases: what is forbidden at P1 is judged when P0 of all of them is at zero.',
        ),
      message: z.string().optional().describe('What to write instead.'),
      reason: z.string().optional().describe('Why that matters.'),
      allowEmpty: z.boolean().optional().describe('Having no files to look into is not an error. Default: false'),
    })
    .refine((written) => (written.text === undefined) !== (written.pattern === undefined), {
      error: 'must have either "text" or "pattern"',
      when: ({ issues }) => issues.length === 0,
    })
    .describe('A rule over the text of files, for runner audit and categories with guards: true.');

function patternProblem(written: string): string | null {
  try {
    const expression = compileSearch({ kind: 'pattern', pattern: written, ignoreCase: false });
    return expression.test('') ? 'matches nothing at all too, and so everywhere: say what must be there' : null;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
    return `is not a regular expression: ${why}`;
  }
}

import * as z from 'zod/mini';
import { described, optional } from './described.ts';
import { compileSearch } from '../base/guard-search.ts';
import { expected, filledText, rootGlobs, name } from './fields.ts';
import { describeValue } from './path.ts';

const aNumber = expected('a whole number from 0');
const priority = () => z.enum(['P0', 'P1', 'P2', 'P3']);
const aPriority = expected('P0, P1, P2 or P3, or the globs of each, for example { P0: tests/critical, P1: tests }');

const pattern = () =>
  filledText.check(
    z.superRefine((value, context) => {
      const problem = patternProblem(value);
      if (problem !== null) context.addIssue({ code: 'custom', message: `${describeValue(value)} ${problem}` });
    }),
  );

/** One rule over the text of files, as a user writes it. */
export const guard = () =>
  described(
    z
      .strictObject({
        text: optional(filledText, 'What may not be in the files, as it is written there.'),
        pattern: optional(
          pattern(),
          'Instead of text: a JavaScript regular expression, with ^ and $ at each line (flags m and u); it may go over several lines.',
        ),
        ignoreCase: optional(z.boolean(), 'Upper and lower case are the same. Default: false'),
        files: described(rootGlobs, "Files that it looks into: globs relative to the config's folder."),
        except: optional(rootGlobs, 'Files that it does not look into although files matches them.'),
        priority: optional(
          z.union([priority(), z.partialRecord(priority(), rootGlobs)], aPriority),
          'How urgent it is, P0 to P3, for all of its files or by globs, the first that matches; files that none takes are P3. Default: P1',
        ),
        mode: optional(
          z.enum(['forbid', 'ratchet']),
          'forbid: no more than max; ratchet: in no file more than the baseline has, which may only go down. Default: forbid',
        ),
        max: optional(z.int(aNumber).check(z.minimum(0, aNumber)), 'With forbid: how many there may be. Default: 0'),
        severity: optional(z.enum(['error', 'warning']), 'Whether a violation fails, or is told only. Default: error'),
        migration: optional(
          name,
          'Guards of one migration share their phases: what is forbidden at P1 is judged when P0 of all of them is at zero.',
        ),
        message: optional(z.string(), 'What to write instead.'),
        reason: optional(z.string(), 'Why that matters.'),
        allowEmpty: optional(z.boolean(), 'Having no files to look into is not an error. Default: false'),
      })
      .check(
        z.refine((written) => (written.text === undefined) !== (written.pattern === undefined), {
          error: 'must have either "text" or "pattern"',
          when: ({ issues }) => issues.length === 0,
        }),
      ),
    'A rule over the text of files, for runner audit and categories with guards: true.',
  );

function patternProblem(written: string): string | null {
  try {
    const expression = compileSearch({ kind: 'pattern', pattern: written, ignoreCase: false });
    return expression.test('') ? 'matches nothing at all too, and so everywhere: say what must be there' : null;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
    return `is not a regular expression: ${why}`;
  }
}

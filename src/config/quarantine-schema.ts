import * as z from 'zod/mini';
import { described } from './described.ts';
import { isDay } from '../base/calendar.ts';
import { parseAddress } from '../base/test-address.ts';
import { expected, filledText } from './fields.ts';
import { describeValue } from './path.ts';

const aTest = expected('file::name as the reports print it, for example "tests/test_chat.py::test_reconnect"');
const aDay = expected('a day such as "2026-08-20"');

/** One test whose failures are known, as a user writes it. */
const entry = () =>
  described(
    z.strictObject({
      test: described(
        filledText.check(
          z.regex(/^.+::.+$/, aTest),
          z.refine((value) => parseAddress(value) !== null, aTest),
          z.refine((value) => !/^(?:\.{0,2}\/)/.test(value), {
            error: ({ input }) =>
              `${describeValue(input)}: write the file relative to the config's folder, without "./"`,
          }),
          z.refine((value) => !(parseAddress(value)?.place ?? '').includes('*'), {
            error: ({ input }) => `${describeValue(input)}: "*" may stand in the name only, not in the file`,
          }),
          z.refine((value) => !/^\*+$/.test(parseAddress(value)?.name ?? ''), {
            error: ({ input }) =>
              `${describeValue(input)} is a whole file: name tests, or exclude the file from its suite`,
          }),
        ),
        'file::name as the rerun command of the report prints it; * in the name stands for any text.',
      ),
      owner: described(filledText, 'Who mends it.'),
      until: described(
        z.string(aDay).check(z.refine(isDay, aDay)),
        'The last day (UTC) on which it counts, at most 90 days ahead.',
      ),
      reason: described(filledText, 'Why, for example the number of an issue.'),
    }),
    'A test that may fail for a while: it runs and is reported, but does not make the run red.',
  );

/** The tests that may fail for a while. */
export const quarantine = () => z.array(entry(), expected('a list of entries { test, owner, until, reason }'));

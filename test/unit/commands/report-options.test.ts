import { expect, test } from 'vitest';
import { reportNames } from '../../../src/base/report-names.ts';
import { reportOptions } from '../../../src/commands/report-options.ts';

test('the options about reports name every report that there is', () => {
  const naming = reportOptions.filter(({ flags }) => flags.endsWith('<names...>'));
  expect(naming).toHaveLength(2);
  for (const { description } of naming)
    expect(description).toMatch(new RegExp(`: default, ${reportNames.join(', ')}(, github)?$`));
});

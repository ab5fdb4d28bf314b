import { compileGlobs } from '../base/glob.ts';
import type { Config } from '../model/config.ts';
import { membersOf } from './membership.ts';

/** A function that says of which category a root-relative file is a test, the first that has it in the order of the config; `null` = of none. */
export function createCategoryOf(config: Config): (file: string) => string | null {
  const members = Object.values(config.categories).flatMap((category) =>
    membersOf(config, category).map(({ suite, matches }) => {
      const wanted = compileGlobs(suite.files);
      const unwanted = compileGlobs(suite.exclude);
      const start = suite.cwd === '.' ? '' : `${suite.cwd}/`;
      const isOfSuite = (file: string): boolean => {
        const inSuite = file.slice(start.length);
        return file.startsWith(start) && wanted(inSuite) && !unwanted(inSuite);
      };
      return { category: category.name, takes: (file: string): boolean => isOfSuite(file) && matches(file) };
    }),
  );
  return (file) => members.find(({ takes }) => takes(file))?.category ?? null;
}

/** What a framework's JUnit XML means differently from everybody else's. */
export interface JunitDialect {
  readonly name: string;
  /** Told from the attributes of the innermost `testsuite` and of the root element. */
  matches(suite: Attributes, root: Attributes): boolean;
  /** Added to the `line` attribute. */
  readonly lineOffset: number;
  /** What stands in front of a suite's name to tell apart cases that are otherwise equal; empty for nothing. */
  suitePrefix(suite: Attributes): string;
}

/** The attributes of an element. */
export type Attributes = Readonly<Record<string, string>>;

const none = (): string => '';

/** What a case of no particular dialect means. */
export const plainDialect: JunitDialect = { name: 'plain', matches: () => true, lineOffset: 0, suitePrefix: none };

const dialects: readonly JunitDialect[] = [
  // pytest counts lines from 0 (`location[1]` of its reports), in junit_family=xunit1.
  { name: 'pytest', matches: (suite) => suite['name'] === 'pytest', lineOffset: 1, suitePrefix: none },
  // Playwright writes a suite per file and project, and the project's name as the host's (vitest: the machine's).
  {
    name: 'playwright',
    matches: (suite, root) =>
      root['id'] !== undefined &&
      suite['hostname'] !== undefined &&
      /\.(?:spec|test)\.[cm]?[jt]sx?$/.test(suite['name'] ?? ''),
    lineOffset: 0,
    suitePrefix: (suite) => (suite['hostname'] === '' ? '' : `[${suite['hostname'] ?? ''}] `),
  },
];

/** The dialect of a `testsuite`, by its attributes. */
export function dialectOf(suite: Attributes, root: Attributes): JunitDialect {
  return dialects.find((dialect) => dialect.matches(suite, root)) ?? plainDialect;
}

/** One `<testcase>` of a report that runner wrote. */
export interface JunitCase {
  readonly name: string;
  readonly className: string;
  readonly status: 'passed' | 'failed' | 'error' | 'skipped';
  /** Names of its child elements, in order. */
  readonly children: readonly string[];
}

/** The cases of `reports/junit.xml`, whose form is known. */
export function casesOf(junit: string): readonly JunitCase[] {
  return [...junit.matchAll(/<testcase ([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs)].map(([, attributes = '', body = '']) => {
    const children = [...body.matchAll(/^ {6}<([A-Za-z-]+)/gm)].map(([, name = '']) => name);
    const status = children.includes('failure')
      ? 'failed'
      : children.includes('error')
        ? 'error'
        : children.includes('skipped')
          ? 'skipped'
          : 'passed';
    return { name: valueOf(attributes, 'name'), className: valueOf(attributes, 'classname'), status, children };
  });
}

function valueOf(attributes: string, name: string): string {
  return new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
}

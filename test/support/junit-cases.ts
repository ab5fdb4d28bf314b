/** One `<testcase>` of a report that runner wrote. */
export interface JunitCase {
  readonly name: string;
  readonly className: string;
  /** Empty where the report has none. */
  readonly file: string;
  readonly status: 'passed' | 'failed' | 'error' | 'skipped';
  /** Names of its child elements, in order. */
  readonly children: readonly string[];
}

const entities = { lt: '<', gt: '>', quot: '"', amp: '&' };

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
    const [name = '', className = '', file = ''] = ['name', 'classname', 'file'].map((key) => valueOf(attributes, key));
    return { name, className, file, status, children };
  });
}

function valueOf(attributes: string, name: string): string {
  const text = new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
  return text.replace(/&(lt|gt|quot|amp);/g, (_, entity: keyof typeof entities) => entities[entity]);
}

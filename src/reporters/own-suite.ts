import type { Builder } from 'junit-report-builder';
import { cleanText } from '../base/xml.ts';
import { seconds } from './junit-case.ts';
import { suiteProperties, timestamp } from './junit-suite.ts';
import type { WrittenSuite } from './junit-suite.ts';

/** Whether junit-report-builder can say all that there is in a suite: only errors that runner made itself. */
export function isOwnSuite(suite: WrittenSuite): boolean {
  return suite.cases.every(
    ({ result, earlier }) =>
      result.synthetic &&
      result.status === 'error' &&
      result.problems.length === 1 &&
      result.line === null &&
      earlier.length === 0,
  );
}

/** The `<testsuite>` of what no framework reported, made by junit-report-builder, which is loaded only for this. */
export async function buildOwnSuite(suite: WrittenSuite): Promise<string> {
  const builder = await newBuilder();
  const built = builder.testSuite().name(cleanText(suite.task.id)).timestamp(timestamp(suite.startedAt));
  built.time(Number(seconds(suite.durationMs)));
  for (const [name, value] of suiteProperties(suite)) built.property(name, cleanText(value));
  for (const { className, name, result } of suite.cases.map(suite.load)) {
    const [problem] = result.problems;
    const testCase = built.testCase().className(cleanText(className)).name(cleanText(name));
    testCase.time(Number(seconds(result.durationMs)));
    if (result.id.file !== null) testCase.file(cleanText(result.id.file));
    testCase.error(
      cleanText(problem?.message ?? ''),
      cleanText(problem?.type ?? ''),
      cleanText(problem?.details ?? ''),
    );
    if (result.stdout !== null) testCase.standardOutput(cleanText(result.stdout));
    if (result.stderr !== null) testCase.standardError(cleanText(result.stderr));
  }
  const document = builder.build();
  const start = document.indexOf('  <testsuite ');
  return document.slice(start, document.lastIndexOf('</testsuites>'));
}

// Its types promise `module.exports.default`; what it exports is the builder itself.
async function newBuilder(): Promise<Builder> {
  const exported: { readonly default: unknown } = await import('junit-report-builder');
  if (!isBuilder(exported.default)) throw new Error('junit-report-builder does not export a builder');
  return exported.default.newBuilder();
}

function isBuilder(value: unknown): value is Builder {
  return typeof value === 'object' && value !== null && 'newBuilder' in value;
}

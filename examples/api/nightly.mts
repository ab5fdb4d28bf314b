// Runs the important tests first and everything else only when they pass; one report of both.
import { merge, run } from 'unified-test-runner';

const hour = AbortSignal.timeout(60 * 60 * 1000);
const first = await run({ categories: ['mission_critical'], reports: 'reports/first', signal: hour });
for (const { file, name } of first.summary?.failures ?? []) console.log(`failed: ${file} ${name}`);
if (first.verdict !== 'passed') process.exit(first.exitCode);

await run({ excludeCategories: ['mission_critical'], reports: 'reports/rest', retries: 1, signal: hour });
const both = await merge({ paths: ['reports/first', 'reports/rest'], reports: 'reports/nightly' });
console.log(both.text);
process.exitCode = both.exitCode;

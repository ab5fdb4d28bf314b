import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ReportCase } from '../../../src/model/report.ts';
import { workspacesOf } from '../../support/framework-workspace.ts';
import { npmTools } from '../../support/npm-tools.ts';
import type { NpmTools } from '../../support/npm-tools.ts';
import { pluginsDir } from '../../support/run-framework.ts';

const here: NpmTools | undefined = undefined;

/** Files with passes, failures, skips, retries, hooks that fail and equal names; each framework has them. */
describe.each([
  { name: 'vitest', tools: here, ending: 'test.ts', kinds: ['pass', 'fail', 'hooks', 'skips'] },
  { name: 'jest', tools: npmTools('jest@30.5.2'), ending: 'test.cjs', kinds: ['pass', 'fail', 'skips', 'flaky'] },
  { name: 'mocha', tools: npmTools('mocha@12.0.3'), ending: 'spec.cjs', kinds: ['pass', 'fail', 'hooks', 'flaky'] },
  {
    name: 'playwright',
    tools: npmTools('@playwright/test@1.65.1'),
    ending: 'spec.mjs',
    kinds: ['pass', 'fail', 'hooks', 'flaky'],
  },
  { name: 'node', tools: here, ending: 'test.mjs', kinds: ['pass', 'fail', 'hooks', 'skips'] },
])('what $name reports', ({ name, tools, ending, kinds }) => {
  const { framework, runFixtures } = workspacesOf(name, tools);
  const files = kinds.map((kind) => `${kind}.${ending}`);

  it.skipIf(tools?.kind === 'missing')('is told while it runs, each test once', { timeout: 60_000 }, async () => {
    const { cases, streamed } = await runFixtures({ files, slots: 2 });
    const told = streamed.flatMap((item) => (item.kind === 'case' ? [keyOf(item.case, files)] : []));
    expect(told.toSorted()).toEqual(cases.map((reported) => keyOf(reported, files)).toSorted());
    expect(streamed.filter(({ kind }) => kind === 'damage')).toEqual([]);
    const over = new Set(streamed.flatMap((item) => (isEnd(item.kind) ? [nameOf(item)] : [])));
    const begun = streamed.flatMap((item) => (item.kind === 'started' ? [nameOf(item)] : []));
    expect(begun.length).toBeGreaterThan(0);
    expect(begun.filter((test) => !over.has(test))).toEqual([]);
  });

  it.skipIf(tools?.kind === 'missing')(
    'can be asked for again, whatever its characters',
    { timeout: 60_000 },
    async () => {
      const file = `fail.${ending}`;
      const first = await runFixtures({ files: [file] });
      const failed = first.ids.filter((_, index) => first.cases[index]?.status === 'failed');
      expect(failed.length).toBeGreaterThan(0);
      for (const id of failed.slice(0, 2)) {
        const test = framework.testSelector?.(id)?.slice(`${file}::`.length) ?? '';
        const again = await runFixtures({ files: [file], tests: { [file]: [test] } });
        expect(again.statuses[`${file}::${id.name}`]).toBe('failed');
        expect(again.statuses).not.toHaveProperty([`${file}::is right`]);
      }
    },
  );
});

describe('the stream', () => {
  const script = `
import { openStream } from ${JSON.stringify(pathToFileURL(join(pluginsDir, 'stream.mjs')).href)};
const test = { className: 'a', name: 'x \\u001b[31m\\u0000', file: '/w/a.js' };
const problems = [{ kind: 'failure', type: 'E', message: 'm'.repeat(2 ** 20), details: 'd'.repeat(2 ** 20) }];
const stream = openStream();
stream.collected([]);
for (const kind of ['started', 'started', 'tentative', 'tentative', 'finished', 'finished', 'started']) {
  stream[kind]('1', kind === 'finished' ? { ...test, problems } : test);
}
`;
  const run = (path: string): { readonly status: number | null; readonly stderr: string } =>
    spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      env: { RUNNER_STREAM: path },
      encoding: 'utf8',
    });

  it('is cut, cleaned and told once of each test', () => {
    const folder = mkdtempSync(join(tmpdir(), 'runner-stream-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'stream.jsonl');
    expect(run(path)).toMatchObject({ status: 0, stderr: '' });
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    const kinds = lines.map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kinds).toEqual(['started', 'tentative', 'finished']);
    expect(lines[0]).toBe('{"kind":"started","case":{"className":"a","name":"x \uFFFD","file":"/w/a.js"}}');
    expect(lines[2]?.length).toBeLessThan(71_000);
  });

  it.each(['', '/nowhere/stream.jsonl'])('at "%s" is none, and hurts no test', (path) => {
    expect(run(path)).toMatchObject({ status: 0, stderr: '' });
  });
});

function keyOf(reported: ReportCase, files: readonly string[]): string {
  const kinds = reported.problems.map(({ kind }) => kind).join(' ');
  return `${fileIn(reported, files)} ${reported.className ?? ''} ${reported.name} ${reported.status} ${kinds}`;
}

/** Without the folder, which is spelled in several ways. */
function fileIn({ file }: ReportCase, files: readonly string[]): string {
  return files.find((name) => file?.endsWith(`/${name}`)) ?? String(file);
}

function isEnd(kind: string): boolean {
  return kind === 'case' || kind === 'ended';
}

function nameOf(item: { readonly kind: string; readonly case?: ReportCase }): string {
  return `${item.case?.className ?? ''} ${item.case?.name ?? ''}`;
}

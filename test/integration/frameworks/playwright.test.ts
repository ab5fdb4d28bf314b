import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workspacesOf } from '../../support/framework-workspace.ts';
import { missing, npmTools } from '../../support/npm-tools.ts';
import type { NpmTools } from '../../support/npm-tools.ts';

const tools = npmTools('@playwright/test@1.65.1');
const why = tools.kind === 'missing' ? `, skipped: ${tools.reason}` : '';
const { framework: playwright, make: workspace, runIn, runFixtures: run } = workspacesOf('playwright', tools);

const passing = "import { test } from '@playwright/test';\ntest('x', () => {});\n";

const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const browser: NpmTools = existsSync(chromium)
  ? tools
  : missing(`there is no browser at ${chromium}: apt-get install chromium, or name another in CHROMIUM`);
const noBrowser = browser.kind === 'missing' ? `, skipped: ${browser.reason}` : '';

// Each run of Playwright starts processes for some seconds: as much as possible is seen in one.
describe.skipIf(tools.kind === 'missing')(`playwright${why}`, { timeout: 60_000 }, () => {
  it('reports why tests failed, and where they are', async () => {
    const names = ['pass', 'fail', 'hooks', 'skips', 'killed'];
    const { cases } = await run({ files: names.map((name) => `${name}.spec.mjs`), slots: 2 });
    const named = new Map(cases.map((reported) => [reported.name, reported]));
    expect(named.get('outer > takes 1')?.line).toBe(9);
    expect(named.get('is wrong \uFFFD é 😀')).toMatchObject({
      stdout: 'printed \uFFFD\uFFFD before the failure ]]>\n',
    });
    expect(named.get('says a lot')?.problems[0]?.details.length).toBeLessThan(70_000);
    expect(named.get('dies')?.problems[0]?.message).toContain('SIGSEGV');
    expect(named.get('bad afterEach > fails twice')?.problems.map(({ message }) => message)).toEqual([
      'Error: call broke',
      'Error: teardown broke',
    ]);
    expect(named.get('skips itself')?.skipReason).toBe('not today');
    expect(named.get('bad beforeAll > nor does this')?.skipReason).toBe('not run');
  });

  it.skipIf(browser.kind === 'missing')(`drives a browser of the machine${noBrowser}`, async () => {
    const { outcome, statuses } = await run({ files: ['page.spec.mjs'] });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(statuses).toEqual({ 'page.spec.mjs::shows what was clicked': 'passed' });
  });

  it.each([
    ['cannot be read', 'export default {', { kind: 'report-unusable' }],
    ['takes no such file for a test', "export default { testMatch: 'x/**' };", { kind: 'no-tests' }],
    ['has a set-up that fails', "export default { globalSetup: './broken.mjs' };", { kind: 'tests-failed' }],
    ['has a teardown that fails', "export default { globalTeardown: './broken.mjs' };", { kind: 'tests-failed' }],
  ])('does not pass when its configuration %s', async (_case, config, outcome) => {
    const broken = "export default () => { throw new Error('it broke'); };";
    const root = workspace({ 'playwright.config.mjs': config, 'broken.mjs': broken, 'a.spec.mjs': passing });
    expect((await runIn(root, { files: ['a.spec.mjs'] })).outcome).toMatchObject(outcome);
  });

  it('does not pass when one of its files has no test', async () => {
    const { outcome } = await run({ files: ['late.spec.mjs', 'nothing.spec.mjs'] });
    expect(outcome).toMatchObject({ kind: 'report-unusable' });
    expect(outcome).toHaveProperty('problem', expect.stringContaining('nothing.spec.mjs'));
  });

  it('runs exactly the files that are asked for, although its filters are patterns, in each project', async () => {
    const asked = ['[id]/a.spec.mjs', '-dash.spec.mjs', 'a b/{é}.spec.mjs', '(group)/x+y.spec.mjs', 'n:3.spec.mjs'];
    const others = ['src/-dash.spec.mjs', 'i/a.spec.mjs', 'x-dash.spec.mjs', '-DASH.spec.mjs', '-dashxspec.spec.mjs'];
    const root = workspace({
      ...Object.fromEntries([...asked, ...others].map((file) => [`web/${file}`, passing])),
      'web/playwright.config.mjs':
        "export default { projects: [{ name: 'one' }, { name: 'two', testMatch: /dash/ }] };",
    });
    const { outcome, ids } = await runIn(root, { suiteCwd: 'web', files: asked });
    expect(outcome).toEqual({ kind: 'passed' });
    const expected = [...asked.map((file) => `${file} [one]`), '-dash.spec.mjs [two]'];
    expect(ids.map(({ className }) => className).sort()).toEqual(expected.sort());
    expect(new Set(ids.map(({ file }) => file))).toEqual(new Set(asked.map((file) => `web/${file}`)));
    expect(existsSync(join(root, 'web/test-results'))).toBe(false);
  });

  it('runs only the tests that are named, of each file its own', async () => {
    const tests = {
      'pass.spec.mjs': ['outer > inner <x> > is nested', 'outer > takes 1 #2'],
      'fail.spec.mjs': ['is right'],
    };
    const { outcome, statuses } = await run({ files: ['pass.spec.mjs', 'fail.spec.mjs', 'late.spec.mjs'], tests });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(Object.keys(statuses).sort()).toEqual([
      'fail.spec.mjs::is right',
      'late.spec.mjs::starts something',
      'pass.spec.mjs::outer > inner <x> > is nested',
      'pass.spec.mjs::outer > takes 1',
    ]);
  });

  it.each([
    ['keyword', { keyword: 'TAKES and not 2' }, ['outer > takes 1']],
    ['markers', { markers: 'slow and not @deep' }, ['outer > takes 1', 'outer > takes 2']],
    ['both', { keyword: 'outer', markers: 'deep' }, ['outer > inner <x> > is nested']],
    ['none that is there', { markers: 'slo' }, []],
  ])('filters by %s', async (_case, filter, names) => {
    const { outcome, statuses } = await run({ files: ['pass.spec.mjs'], ...filter });
    expect(outcome.kind).toBe(names.length === 0 ? 'no-tests' : 'passed');
    expect(Object.keys(statuses)).toEqual(names.map((name) => `pass.spec.mjs::${name}`));
  });

  it('is known to have stopped early by the limit of its configuration', async () => {
    const failing = (name: string): string => `${passing}test('${name}', () => { throw new Error('no'); });\n`;
    const root = workspace({
      'playwright.config.mjs': 'export default { maxFailures: 1 };',
      'a.spec.mjs': failing('y'),
      'b.spec.mjs': passing,
    });
    const { outcome, log, command, statuses } = await runIn(root, { files: ['a.spec.mjs', 'b.spec.mjs'] });
    expect(outcome).toEqual({ kind: 'tests-failed' });
    expect(statuses).toEqual({ 'a.spec.mjs::x': 'passed', 'a.spec.mjs::y': 'failed', 'b.spec.mjs::x': 'skipped' });
    expect(playwright.stoppedEarly?.({ argv: command.argv, tail: log })).toBe(true);
  });
});

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig, StartedCli } from '../support/rig.ts';

const opens = `#!/bin/sh\nprintf '%s\\n' "$@" > "$OPENED"\n`;
const replay = false;

describe('runner report', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await createRig({
      'runner.config.yaml': `
version: 1
project: shows
suites: { load: { framework: command, command: [echo, printed] } }
categories: { unit: { tests: [{ suite: load }] } }
`,
      'bin/browser': opens,
      'bin/broken': '#!/bin/sh\nexit 3\n',
      'we ird/$(touch pwned).html': '<!doctype html>\n',
    });
    expect((await rig.run()).exitCode).toBe(0);
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  const withBrowser = (browser: string): { readonly env: Record<string, string>; readonly replay: boolean } => ({
    env: { BROWSER: rig.path('bin', browser), OPENED: rig.path('opened'), DISPLAY: '', WAYLAND_DISPLAY: '' },
    replay,
  });
  const report = (browser: string, ...args: string[]): Promise<CliRun> =>
    rig.runWith(withBrowser(browser), 'report', ...args);

  it('opens the page of the last run in the browser, without a shell', async () => {
    expect(await report('browser', '--open')).toMatchObject({
      exitCode: 0,
      stdout: `${rig.path('reports/report.html')}\n`,
    });
    expect(await readFile(rig.path('opened'), 'utf8')).toMatch(/^file:\/\/\/.*\/reports\/report\.html\n$/);
    expect(await report('browser', 'we ird/$(touch pwned).html', '--open')).toMatchObject({ exitCode: 0 });
    expect(await readFile(rig.path('opened'), 'utf8')).toMatch(/\/we%20ird\/\$\(touch%20pwned\)\.html\n$/);
    expect(existsSync(rig.path('pwned'))).toBe(false);
  });

  it.each(['broken', 'not-there'])('tells where the page is where there is no browser (%s)', async (browser) => {
    const { exitCode, stdout } = await report(browser, '--open');
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `no browser was found to open it: ${rig.path('reports/report.html')}\n`,
    });
  });

  it('makes the page first where it is asked to', async () => {
    const { exitCode, stdout } = await report('browser', 'reports', '--format', 'html', '--out', 'again', '--open');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `${rig.path('again/report.html')}\n` });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('serves the page until %s, and exits with %i', async (signal, exitCode) => {
    const started = rig.start(withBrowser('browser'), 'report', '--serve', '--open');
    const url = await addressOf(started);
    const page = await fetch(url);
    expect([page.status, await page.text()]).toEqual([200, await readFile(rig.path('reports/report.html'), 'utf8')]);
    const log = await fetch(new URL('logs/unit/load/1.log', url));
    expect([log.status, await log.text()]).toEqual([200, 'printed\n']);
    expect((await fetch(new URL('raw/', url))).status).toBe(404);
    started.child.kill(signal);
    expect(await started.finished).toMatchObject({ exitCode, stderr: '' });
    await expect(fetch(url)).rejects.toThrow();
    expect(await readFile(rig.path('opened'), 'utf8')).toBe(`${url}\n`);
  });

  it('says what it needs', async () => {
    const wrong = async (...args: string[]): Promise<string> => {
      const { exitCode, stderr } = await report('browser', ...args);
      expect(exitCode).toBe(2);
      return stderr;
    };
    expect(await wrong()).toContain('report is not told what to do');
    expect(await wrong('no-such-run', '--open')).toContain('there is no no-such-run to show');
    expect(await wrong('bin', '--serve')).toContain('there is no bin/report.html');
    expect(await wrong('--open', '--out', 'x')).toContain('--out is for reports that are made');
  });
});

async function addressOf({ child }: StartedCli): Promise<string> {
  let text = '';
  while (!/http:\S+\n/.test(text)) {
    const parts: readonly unknown[] = await once(child.stdout ?? child, 'data');
    text += parts.join('');
  }
  return /http:\S+/.exec(text)?.[0] ?? '';
}

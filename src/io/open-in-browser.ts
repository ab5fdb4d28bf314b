import { spawn } from 'node:child_process';

/** How opening went: `none` = there is no browser to be had. */
export type Opened = 'opened' | 'none';

/** What cannot open anything says so within this time; a browser stays. */
const patienceMs = 2_000;

/** Hands an address to the browser of the person at this machine, which outlives this program. Without a shell; never rejects. */
export async function openInBrowser(address: string, env: Readonly<Record<string, string>>): Promise<Opened> {
  for (const command of openers(env)) {
    if (await opens([...command, address], env)) return 'opened';
  }
  return 'none';
}

/** Commands that open an address, the best first. */
function openers(env: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  const { BROWSER: own = '', DISPLAY: x11 = '', WAYLAND_DISPLAY: wayland = '', WSL_DISTRO_NAME: wsl = '' } = env;
  if (own !== '') return [[own]];
  if (process.platform === 'darwin') return [['open']];
  if (wsl !== '') return [['wslview'], ['xdg-open']];
  // Without a screen it would start a browser for terminals, which nobody sees.
  return x11 === '' && wayland === '' ? [] : [['xdg-open']];
}

async function opens(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<boolean> {
  const [program = '', ...args] = argv;
  return new Promise((done) => {
    const child = spawn(program, args, { env, detached: true, stdio: 'ignore' });
    const timer = setTimeout(() => done(true), patienceMs);
    const settle = (opened: boolean): void => {
      clearTimeout(timer);
      done(opened);
    };
    child.once('error', () => settle(false));
    child.once('exit', (code) => settle(code === 0));
    child.unref();
  });
}

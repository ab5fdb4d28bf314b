import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { vi } from 'vitest';

/** A shell in a real terminal emulator. `await using` ends it. */
export interface Tmux extends AsyncDisposable {
  /** Keys as `tmux send-keys` names them. */
  press(...keys: string[]): void;
  /** What is on the screen, without blank lines. */
  screen(): string;
  /** Resolves when the screen matches. */
  shows(pattern: RegExp): Promise<string>;
  resize(columns: number, rows: number): void;
}

const cli = resolve(import.meta.dirname, '../../dist/runner.js');

/** `null` where there is no tmux. */
export function openTmux(cwd: string, columns: number, rows: number): Tmux | null {
  if (spawnSync('tmux', ['-V']).status !== 0) {
    if (process.env['RUNNER_TESTS_REQUIRE_TOOLS'] === '1') throw new Error('tmux is not installed');
    return null;
  }
  const server = `runner-${randomUUID()}`;
  const tmux = (...args: string[]): string =>
    execFileSync('tmux', ['-L', server, '-f', '/dev/null', ...args], { encoding: 'utf8', env: cleanEnv(), cwd });
  tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), 'bash --norc --noprofile');
  const press = (...keys: string[]): void => void tmux('send-keys', ...keys);
  press(`runner() { ${process.execPath} ${cli} "$@"; }; PS1='ready> '; clear`, 'Enter');
  const screen = (): string =>
    tmux('capture-pane', '-p')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .join('\n');
  return {
    press,
    screen,
    shows: async (pattern) => {
      const matching = (): string | false => {
        const seen = screen();
        return pattern.test(seen) && seen;
      };
      return vi.waitUntil(matching, { timeout: 20_000, interval: 50 }).catch(() => {
        throw new Error(`the screen never matched ${String(pattern)}:\n${screen()}`);
      });
    },
    resize: (newColumns, newRows) => void tmux('resize-window', '-x', String(newColumns), '-y', String(newRows)),
    [Symbol.asyncDispose]: () => {
      spawnSync('tmux', ['-L', server, 'kill-server']);
      return Promise.resolve();
    },
  };
}

/** What would have runner take this terminal for a CI job, or for one without colour. */
function cleanEnv(): Record<string, string> {
  const foreign = /^(VITEST|CI$|GITHUB_|RUNNER_|NODE_OPTIONS|FORCE_COLOR|NO_COLOR|NODE_ENV|TEST$|TMUX|LC_|LANG)/;
  const entries = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || foreign.test(name) ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(entries), TERM: 'xterm-256color', LANG: 'C.UTF-8' };
}

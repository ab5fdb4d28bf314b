import type { CommandContext } from './context.ts';

/** What the terminal that a run is shown on can do. */
export interface TerminalTraits {
  /** It can be drawn on; a pipe, a file and `TERM=dumb` cannot. */
  readonly canDraw: boolean;
  /** It shows more than ASCII. */
  readonly unicode: boolean;
  /** It breaks lines anew when it becomes narrower. */
  readonly reflows: boolean;
  /** It takes the progress of a run for its taskbar or tab (OSC 9;4). */
  readonly hasTaskbar: boolean;
}

/** Reads them off the conventional variables. */
export function terminalTraits({ out, env }: Pick<CommandContext, 'out' | 'env'>): TerminalTraits {
  const { TERM: term = '', TERM_PROGRAM: program = '', TERM_FEATURES: features = '' } = env;
  const canDraw = out.isTty && term !== 'dumb';
  // Older versions of iTerm2 show a message for it, and the Linux console prints it.
  const misreads = term === 'linux' || (program === 'iTerm.app' && !features.includes('P'));
  return {
    canDraw,
    unicode: !out.isTty || (term !== 'linux' && term !== 'dumb' && hasUnicodeLocale(env)),
    reflows: env['XTERM_VERSION'] === undefined && !(term.startsWith('screen') && env['TMUX'] === undefined),
    hasTaskbar: canDraw && !misreads,
  };
}

/** Containers often have no locale at all, on terminals that show everything. */
function hasUnicodeLocale({ LC_ALL: all, LC_CTYPE: type, LANG: lang }: CommandContext['env']): boolean {
  const locale = [all, type, lang].find((value) => value !== undefined && value !== '');
  return locale === undefined || /utf-?8/i.test(locale);
}

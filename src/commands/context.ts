import type { Attention } from '../ports.ts';

/** What a command may know of the process it runs in; only the entry point touches the process itself. */
export interface CommandContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
  readonly out: Terminal;
  /** What is asked of the process while it runs. */
  readonly attention: Attention;
  /** The words that start this program in the shell it was started from: `runner`, `npx runner`, `node dist/runner.js`. */
  readonly program: readonly string[];
  /** Arguments after `--`, for the framework. */
  readonly extraArgs: readonly string[];
  /** Writes lines that GitHub Actions obeys, as it obeys nothing else that is written; absent = this is no step of it. */
  readonly annotate?: (text: string) => void;
  /** Words that look like options and may be `switches` of the config. */
  readonly switches: readonly string[];
}

/** Where progress is written. */
export interface Terminal {
  readonly stream: NodeJS.WriteStream;
  readonly isTty: boolean;
  readonly columns: number;
}

/** What a command leaves behind: text for stdout and the exit code of the process. */
export interface CommandResult {
  readonly text: string;
  /** For people, on stderr, where a program reads stdout; a line each. */
  readonly notes?: readonly string[];
  readonly exitCode: number;
  /** Absolute folder of the reports, where some were written. */
  readonly reportsDir?: string;
}

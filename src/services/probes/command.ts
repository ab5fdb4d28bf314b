import type { Probe } from '../../model/config.ts';
import { maxDelayMs, notYet, passed } from './probe.ts';
import type { PreparedProbe, ProbeResult } from './probe.ts';
import type { ProbeTarget, ToolResult } from './target.ts';

type CommandProbe = Extract<Probe, { kind: 'command' }>;

/** Passes when a command exits with 0; it runs in the folder and with the environment of the service. */
export function commandProbe(probe: CommandProbe, target: ProbeTarget): PreparedProbe {
  const argv = probe.command.map((word) => target.expand(word));
  const { cwd, env } = target;
  return {
    label: `command ${probe.command.join(' ')}`,
    tryTimeoutMs: probe.timeoutMs,
    maxDelayMs,
    attempt: async (signal) =>
      judge(await target.runTool(argv, { cwd, env, timeoutMs: probe.timeoutMs, signal }), probe),
  };
}

function judge(result: ToolResult, probe: CommandProbe): ProbeResult {
  switch (result.kind) {
    case 'ok':
      return passed();
    case 'missing':
      return { kind: 'impossible', problem: `the program ${probe.command[0] ?? ''} was not found` };
    case 'timed-out':
      return notYet(`did not end within ${probe.timeoutMs}ms`);
    case 'failed': {
      const how = result.exitCode === null ? 'was killed' : `exited with code ${result.exitCode}`;
      const said = lastLine(result.stderr) ?? lastLine(result.stdout);
      return notYet(said === null ? how : `${how}: ${said}`);
    }
  }
}

function lastLine(text: string): string | null {
  const line = text.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? null : line.slice(0, 200);
}

import { ConfigError, NothingSelectedError, exitCodes } from '../errors.ts';
import { findWorkspaceRoot } from '../workspace/listing.ts';
import type { CommandContext, CommandResult } from './context.ts';
import { fine, lacking } from './doctor/finding.ts';
import type { Finding } from './doctor/finding.ts';
import { checkMachine } from './doctor/machine.ts';
import { checkServices } from './doctor/services.ts';
import { checkState } from './doctor/state.ts';
import { checkTools } from './doctor/tools.ts';
import type { DoctorFlags, RunFlags } from './flags.ts';
import { prepare } from './prepare.ts';
import type { Prepared } from './prepared.ts';

/** `runner doctor`: whether what is selected can run here, and what mends it where not; starts nothing that outlives it. */
export async function doctor(input: {
  readonly flags: DoctorFlags;
  readonly context: CommandContext;
}): Promise<CommandResult> {
  const { context } = input;
  const flags: RunFlags = { services: true, color: false, ...input.flags };
  const planned = await tryPrepare(flags, context);
  const prepared = 'plan' in planned ? planned : null;
  const root = prepared?.loaded.root ?? findWorkspaceRoot(context.cwd);
  const used = new Set(prepared?.plan.tasks.filter(({ settled }) => settled === null).map(({ suite }) => suite));
  const suites = Object.values(prepared?.config.suites ?? {}).filter(({ name }) => used.has(name));
  const looked = await Promise.all([
    checkTools(suites, { root, env: context.env }),
    prepared === null ? Promise.resolve([]) : checkServices(prepared, { flags, context }),
    checkMachine(root, context.env),
  ]);
  const config = 'check' in planned ? planned : describeConfig(planned);
  const findings = [config, ...looked.flat(), ...checkState(root, prepared?.history ?? null, context.env)];
  const masked = (text: string): string => prepared?.masker?.text(text) ?? text;
  const text = input.flags.json === true ? JSON.stringify({ format: 1, root, findings }, null, 2) : render(findings);
  return { text: masked(text), exitCode: exitCodeOf(findings) };
}

/** A config that is wrong is a finding too: the machine can be looked at all the same. */
async function tryPrepare(flags: RunFlags, context: CommandContext): Promise<Prepared | Finding> {
  try {
    return await prepare({ files: [], flags, context });
  } catch (error) {
    if (error instanceof ConfigError) return lacking('config', error.problems.join('\n'), 'runner config check');
    if (error instanceof NothingSelectedError) return lacking('config', error.message, error.hint);
    throw error;
  }
}

function describeConfig({ loaded, plan }: Prepared): Finding {
  const what = loaded.discovery === undefined ? loaded.path : 'none; the tests were found ("runner init" writes one)';
  return fine('config', `${what}: ${plan.tasks.length} tasks in ${plan.categories.map(({ name }) => name).join(', ')}`);
}

function exitCodeOf(findings: readonly Finding[]): number {
  const missing = findings.filter(({ status }) => status === 'missing');
  if (missing.some(({ check }) => check === 'config')) return exitCodes.usage;
  return missing.length > 0 ? exitCodes.infrastructure : exitCodes.passed;
}

function render(findings: readonly Finding[]): string {
  const words = { ok: 'ok     ', warning: 'WARNING', missing: 'MISSING' };
  const lines = findings.flatMap(({ check, status, message, remedy }) => [
    `${words[status]}  ${check.padEnd(8)} ${message}`,
    ...(remedy === null ? [] : [`                  to mend: ${remedy}`]),
  ]);
  const missing = findings.filter(({ status }) => status === 'missing').length;
  return [...lines, '', missing === 0 ? 'what is selected can run here' : `${missing} missing`].join('\n');
}

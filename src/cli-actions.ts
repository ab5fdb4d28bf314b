import type { Command } from 'commander';
import { keepYoungHeapSmall } from './base/small-heap.ts';
import type { CommandContext, CommandResult } from './commands/context.ts';
import type { ReportFlags, RunFlags } from './commands/flags.ts';
import type { CommandName } from './commands/options.ts';
import { watchInterrupts } from './interrupt.ts';
import type { Interrupt } from './interrupt.ts';

/** A command that is to be run, with what its command line says. */
export interface Call {
  /** The arguments beside the options. */
  readonly words: readonly string[];
  readonly context: CommandContext;
  /** The options, as the parser hands them over. */
  readonly options: Command['opts'];
}

type Action = (call: Call) => Promise<CommandResult>;

/** What each command does; its code is loaded when it is called. */
export const actions: Readonly<Record<CommandName, Action>> = {
  run: ({ words: files, options, context }) =>
    interruptible(async (interrupt) => {
      keepYoungHeapSmall();
      const flags: RunFlags = options();
      const input = { files, flags, context, signals: interrupt, uncaught: interrupt.uncaught };
      if (flags.watch === true) return (await import('./commands/watch.ts')).watch(input);
      return (await import('./commands/run.ts')).run(input);
    }),
  rerun: ({ words: [earlier = null], options, context }) =>
    interruptible(async (interrupt) => {
      keepYoungHeapSmall();
      const { rerun } = await import('./commands/rerun.ts');
      const { uncaught } = interrupt;
      return rerun({ run: earlier, flags: options(), context, signals: interrupt, uncaught });
    }),
  watch: ({ words: files, options, context }) =>
    interruptible(async (interrupt) => {
      const { watch } = await import('./commands/watch.ts');
      return watch({ files, flags: options(), context, signals: interrupt, uncaught: interrupt.uncaught });
    }),
  worker: ({ options, context }) =>
    interruptible(async (interrupt) => {
      const { worker } = await import('./commands/worker.ts');
      return worker({ flags: options(), context, signals: interrupt, uncaught: interrupt.uncaught });
    }),
  queue: ({ words: [action = ''], options, context }) =>
    interruptible(async (signals) => {
      const { queue } = await import('./commands/queue.ts');
      return queue({ action, flags: options(), context, signals });
    }),
  plan: async ({ words: files, options, context }) => {
    keepYoungHeapSmall();
    const { plan } = await import('./commands/plan.ts');
    return plan({ files, flags: options(), context });
  },
  list: ({ words: [what = 'categories', ...files], options, context }) =>
    interruptible(async (signals) => {
      const { list } = await import('./commands/list.ts');
      return list({ what, files, flags: options(), context, signals });
    }),
  matrix: async ({ words: files, options, context }) => {
    const { matrix } = await import('./commands/matrix.ts');
    return matrix({ files, flags: options(), context });
  },
  why: async ({ words: [word = ''], options, context }) => {
    const { why } = await import('./commands/why.ts');
    return why({ word, flags: options(), context });
  },
  history: async ({ words: [action = 'runs', file], options, context }) => {
    const { history } = await import('./commands/history.ts');
    return history({ action, file, flags: options(), context });
  },
  compare: async ({ words: [before = '', after = null], options, context }) => {
    const { compare } = await import('./commands/compare.ts');
    return compare({ before, after, flags: options(), context });
  },
  merge: async ({ words: paths, options, context }) => {
    const { mergeCommand } = await import('./commands/merge.ts');
    return mergeCommand({ paths, flags: options(), context });
  },
  report: async ({ words: [run = null], options, context }) => {
    const { report } = await import('./commands/report.ts');
    const flags: ReportFlags = options();
    if (flags.serve !== true) return report({ run, flags, context, signals: null });
    return interruptible((signals) => report({ run, flags, context, signals }));
  },
  services: ({ words: [action = '', ...names], options, context }) =>
    interruptible(async (signals) => {
      const { services } = await import('./commands/services.ts');
      return services({ action, names, flags: options(), context, signals });
    }),
  config: async ({ words: [action = ''], options, context }) => {
    const { config } = await import('./commands/config.ts');
    return config({ action, flags: options(), context });
  },
  init: async ({ options, context }) => {
    const [{ init }, { ask, canAsk }] = await Promise.all([import('./commands/init.ts'), import('./cli-prompt.ts')]);
    return init({ flags: options(), context, ask: canAsk() ? ask : null });
  },
  doctor: async ({ options, context }) => {
    const { doctor } = await import('./commands/doctor.ts');
    return doctor({ flags: options(), context });
  },
  audit: async ({ words: names, options, context }) => {
    const { audit } = await import('./commands/audit.ts');
    return audit({ names, flags: options(), context });
  },
  completion: async ({ words: [shell = ''], context }) => {
    const { completion } = await import('./commands/completion.ts');
    return completion({ shell, context });
  },
};

async function interruptible(work: (interrupt: Interrupt) => Promise<CommandResult>): Promise<CommandResult> {
  const interrupt = watchInterrupts();
  try {
    return await work(interrupt);
  } finally {
    interrupt.dispose();
  }
}

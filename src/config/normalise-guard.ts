import type { Guard, GuardPriority, GuardSearch, PriorityFiles } from '../model/guard.ts';
import type { Fallback, Origins } from './origins.ts';
import type { ConfigInput } from './schema.ts';

type GuardInput = NonNullable<ConfigInput['guards']>[string];

/** A guard with every default. */
export function normaliseGuard(name: string, guard: GuardInput, origins: Origins): Guard {
  const at = (key: keyof GuardInput): readonly string[] => ['guards', name, key];
  const byDefault = <T>(value: T): Fallback<T> => ({ value, origin: 'default' });
  const ignoreCase = origins.pick(at('ignoreCase'), guard.ignoreCase, byDefault(false));
  const search: GuardSearch =
    guard.pattern === undefined
      ? { kind: 'text', text: origins.pick(at('text'), guard.text, byDefault('')), ignoreCase }
      : { kind: 'pattern', pattern: origins.pick(at('pattern'), guard.pattern, byDefault('')), ignoreCase };
  return {
    name,
    search,
    files: origins.pick(at('files'), guard.files, byDefault([])),
    except: origins.pick(at('except'), guard.except, byDefault([])),
    priorities: prioritiesOf(origins.pick(at('priority'), guard.priority, byDefault('P1' as const))),
    mode: origins.pick(at('mode'), guard.mode, byDefault('forbid')),
    max: origins.pick(at('max'), guard.max, byDefault(0)),
    severity: origins.pick(at('severity'), guard.severity, byDefault('error')),
    migration: origins.pick<string | null>(at('migration'), guard.migration, byDefault(null)),
    message: origins.pick(at('message'), guard.message, byDefault('')),
    reason: origins.pick(at('reason'), guard.reason, byDefault('')),
    allowEmpty: origins.pick(at('allowEmpty'), guard.allowEmpty, byDefault(false)),
  };
}

const everyFile = ['**'];

function prioritiesOf(written: NonNullable<GuardInput['priority']>): readonly PriorityFiles[] {
  if (typeof written === 'string') return [{ priority: written, files: everyFile }];
  const order: readonly GuardPriority[] = ['P0', 'P1', 'P2', 'P3'];
  return order.flatMap((priority) => {
    const files = written[priority];
    return files === undefined ? [] : [{ priority, files }];
  });
}

/** A guard as a config writes it. */
export function guardInput(guard: Guard): object {
  const { search, except, priorities, mode, max, severity, migration, message, reason, allowEmpty } = guard;
  const [first] = priorities;
  const isScalar = priorities.length === 1 && first?.files.join() === everyFile.join();
  return {
    ...(search.kind === 'text' ? { text: search.text } : { pattern: search.pattern }),
    ignoreCase: search.ignoreCase,
    files: guard.files,
    except: except.length === 0 ? null : except,
    priority: isScalar ? first.priority : Object.fromEntries(priorities.map((one) => [one.priority, one.files])),
    mode,
    max: mode === 'ratchet' || !isScalar ? null : max,
    ...{ severity, migration, message, reason, allowEmpty },
  };
}

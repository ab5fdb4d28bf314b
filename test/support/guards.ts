import type { Guard, GuardedFile } from '../../src/model/guard.ts';

/** A guard that forbids `bad` in Python files, with what is different about it. */
export function guardWith(different: Partial<Guard> = {}): Guard {
  return {
    name: 'no-bad',
    search: { kind: 'text', text: 'bad', ignoreCase: false },
    files: ['**/*.py'],
    except: [],
    priorities: [{ priority: 'P1', files: ['**'] }],
    ...{ mode: 'forbid', max: 0, severity: 'error', migration: null, message: '', reason: '', allowEmpty: false },
    ...different,
  };
}

/** A file with so many matches. */
export function fileWith(file: string, count: number, priority: GuardedFile['priority'] = 'P1'): GuardedFile {
  return { file, count, priority, hits: [{ line: 1, text: 'bad' }] };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Priority } from '../../../src/model/config.ts';
import { category, config, facts, filesOf, planOf, suite } from './fixture.ts';

describe('for any workspace', () => {
  const names = ['a', 'b', 'c', 'd', 'e'] as const;
  const given = fc.record({
    folders: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 40 }),
    categories: fc.array(
      fc.record({
        takes: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }),
        priority: fc.constantFrom<Priority>('critical', 'high', 'normal', 'low', 'background'),
        after: fc.boolean(),
        slots: fc.integer({ min: 1, max: 6 }),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    slots: fc.integer({ min: 1, max: 8 }),
    batch: fc.constantFrom('auto' as const, 'file' as const, 'all' as const),
    framework: fc.constantFrom('pytest', 'vitest'),
  });

  it('every categorised file is in exactly one task, ids are unique, and dependencies are in the plan and come first', () => {
    fc.assert(
      fc.property(given, ({ folders, categories, slots, batch, framework }) => {
        const files = [...names, ...folders].map((folder, index) => `${folder}/test_${index}.py`).sort();
        const made = planOf({
          config: config(
            [suite('backend', { batch, framework })],
            categories.map(({ takes, priority, after, slots: weight }, index) =>
              category(`c${index}`, [{ files: takes.map((folder) => `${folder}/**`) }], {
                ...{ priority, slots: weight, allowEmpty: true },
                dependsOn: after && index > 0 ? [`c${index - 1}`] : [],
              }),
            ),
          ),
          facts: facts({ backend: [...files, 'z/test_uncategorised.py'] }, { slots }),
          request: {},
        });
        const taken = new Set(categories.flatMap(({ takes }) => takes.map(String)));
        expect(filesOf(made)).toEqual(files.filter((file) => taken.has(file[0] ?? '')));
        expect(new Set(made.tasks.map((task) => task.id)).size).toBe(made.tasks.length);
        const running = new Set(made.tasks.map((task) => task.category));
        for (const [index, task] of made.tasks.entries()) {
          const later = new Set(made.tasks.slice(index).map(({ category }) => category));
          expect(task.dependsOn.filter((name) => later.has(name))).toEqual([]);
          expect(task.dependsOn.every((name) => running.has(name) && name !== task.category)).toBe(true);
          expect(task.slots).toBeGreaterThanOrEqual(1);
          expect(task.slots).toBeLessThanOrEqual(slots);
        }
      }),
    );
  });
});

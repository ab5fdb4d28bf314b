import { guardSuite } from '../base/guard-names.ts';
import { isWritten, problemAt } from './check-context.ts';
import type { CheckContext } from './check-context.ts';
import { pathText } from './path.ts';
import type { Problem } from './source.ts';

/** Guards with keys that have no effect together, and categories that want guards where there are none. */
export function checkGuards(context: CheckContext): readonly Problem[] {
  const { input } = context;
  const wanting = Object.entries(input.categories).filter(([, category]) => category.guards === true);
  return [
    ...Object.entries(input.categories)
      .filter(([name, { guards }]) => guards !== true && !isWritten(context, ['categories', name, 'tests']))
      .map(([name]) => {
        const path = ['categories', name, 'tests'];
        const message = `${pathText(path.slice(0, -1))}: "tests" is missing`;
        return problemAt(context, path, { at: 'key', message });
      }),
    ...Object.entries(input.guards ?? {}).flatMap(([name, { mode, max, priority, migration }]) => {
      const at = (key: string, message: string): Problem =>
        problemAt(context, ['guards', name, key], { at: 'key', message: `guard "${name}" ${message}` });
      return [
        ...(max !== undefined && mode === 'ratchet'
          ? [at('max', 'has "max", which is for mode: forbid: a ratchet is held against the baseline')]
          : []),
        ...(max !== undefined && typeof priority === 'object'
          ? [
              at(
                'max',
                'has "max" and several priorities: it would allow as many in each; write a guard for each of them',
              ),
            ]
          : []),
        ...(max !== undefined && max > 0 && migration !== undefined
          ? [at('max', 'has "max" and is part of a migration, whose phases end at zero: leave one of them out')]
          : []),
      ];
    }),
    ...(isWritten(context, ['guards'])
      ? []
      : wanting.map(([name]) =>
          problemAt(context, ['categories', name, 'guards'], {
            message: `category "${name}" has guards: true, and the config has no "guards"`,
          }),
        )),
    ...(wanting.length > 0 && Object.hasOwn(input.suites, guardSuite)
      ? [
          problemAt(context, ['suites', guardSuite], {
            at: 'key',
            message: `suite "${guardSuite}" has the name of the suite that guards: true stands for: give it another one`,
          }),
        ]
      : []),
  ];
}

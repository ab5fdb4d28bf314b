/** The suite that the guards of a config are in a category with `guards: true`, and the name of its framework. */
export const guardSuite = 'guards';

/** The root-relative file with what guards allow, where the config names none. */
export const usualBaseline = 'runner.guards.json';

/** Whether an audit with these tests has looked for what `id` is about: a guard has tests of its own only for files that have too much. */
export function tellsOfGuard(
  tests: Iterable<{ readonly id: { readonly className: string } }>,
  id: { readonly className: string },
): boolean {
  for (const test of tests) if (test.id.className === id.className) return true;
  return false;
}

/** The suite that the guards of a config are in a category with `guards: true`, and the name of its framework. */
export const guardSuite = 'guards';

/** The root-relative file with what guards allow, where the config names none. */
export const usualBaseline = 'runner.guards.json';

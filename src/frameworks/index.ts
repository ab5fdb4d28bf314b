import { cargo } from './cargo.ts';
import { command } from './command.ts';
import type { Framework } from './framework.ts';
import { go } from './go.ts';
import { guards } from './guards.ts';
import { jest } from './jest.ts';
import { maven } from './maven.ts';
import { mocha } from './mocha.ts';
import { node } from './node.ts';
import { playwright } from './playwright.ts';
import { pytest } from './pytest.ts';
import { vitest } from './vitest.ts';

/** Every framework that a suite can name. */
export const frameworks: ReadonlyMap<string, Framework> = new Map(
  [pytest, vitest, jest, playwright, mocha, node, go, cargo, maven, command].map((framework) => [
    framework.name,
    framework,
  ]),
);

/** Those, and what a category has of its own: the framework of a task is one of these. */
export const allFrameworks: ReadonlyMap<string, Framework> = new Map([...frameworks, [guards.name, guards]]);

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dispatchIn } from '../../support/cli.ts';
import { createRig } from '../../support/rig.ts';
import type { Rig } from '../../support/rig.ts';
import { sourceMessages } from '../../support/source-messages.ts';

/**
 * Every message that ends a command before a run, by file below src and in its order; `…` is what is only known then. `line` provokes it in
 * the project below; what no line can bring about has a test of its own.
 */
const errorMessages = JSON.parse(
  readFileSync(new URL('../../fixtures/error-messages.json', import.meta.url), 'utf8'),
) as readonly { readonly file: string; readonly message: string; readonly hint: string; readonly line?: string }[];

const config = `version: 1
project: messages
suites:
  lib: { framework: node, files: ['lib/**/*.test.mjs'] }
  tool: { framework: command, command: ['true'] }
categories:
  unit: { tests: [{ suite: lib }] }
  e2e: { tests: [{ suite: tool }], needs: [backend] }
services:
  backend: { external: { url: 'http://127.0.0.1:1' } }
environments:
  local: {}
  staging: {}
  live: { protected: true }
`;

const guards = `version: 1
suites: {}
categories: {}
guards: { old-way: { text: old_way, files: [lib], mode: ratchet } }
`;

let rig: Rig;
beforeAll(async () => {
  rig = await createRig({
    ...{ 'runner.config.yaml': config, 'guards.yaml': guards, 'lib/a.test.mjs': '', 'empty-log/events.jsonl': '' },
    ...{ 'empty.json': '{ "version": 1, "guards": {} }\n', 'conflict.json': '{\n<<<<<<< ours\n' },
  });
});
afterAll(() => rig[Symbol.asyncDispose]());

/** A message as it is printed: any text for what is only known then. */
function printed(message: string, hint: string): RegExp {
  const pattern = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '[^]*');
  if (hint === '') return new RegExp(`^error: the configuration has a problem\n\n${pattern(message)}\n$`);
  return new RegExp(`^error: ${pattern(message)}\n {2}${pattern(hint)}\n$`);
}

describe('the error messages', () => {
  // npm run generate adds rows; give them a line where there is one.
  test('are all in test/fixtures/error-messages.json, and nothing else is', () => {
    const inSource = sourceMessages().map(({ file, message, hint }) => [file, message, hint].join(' | '));
    expect(inSource).toEqual(errorMessages.map(({ file, message, hint }) => [file, message, hint].join(' | ')));
  });

  test.each(errorMessages)('in $file "$message" says where and what to do', ({ file, message, hint }) => {
    // Where: an option, a command, or what is filled in. One that is filled in alone is made of such parts elsewhere.
    expect(`${message} ${hint}`).toMatch(/…|--[a-z]|runner|matrix|report|merge|plan|category|git|glob|config|run/);
    expect(message).not.toMatch(/^(Error|error)\b|^[A-Z][a-z]+ |\.$/);
    // Problems of the config say it in their message, and are tables of their own in test/unit/config.
    if (!file.startsWith('config/')) expect(hint).toMatch(/\S/);
    expect(hint).not.toMatch(/^[A-Z][a-z]+ |\.$/);
  });

  const provoked = errorMessages.flatMap(({ message, hint, line }) =>
    line === undefined ? [] : [[line, message, hint] as const],
  );
  test.each(provoked)('"runner %s" ends with "%s" and no stack', async (line, message, hint) => {
    const { exitCode, stderr } = await dispatchIn(rig.root, line.split(' '));
    expect(stderr).toMatch(printed(message, hint));
    expect(stderr).not.toMatch(/\n\s+at /);
    // Each line is filled in: nothing is left open.
    expect(stderr).not.toMatch(/undefined|null|\[object|NaN/);
    expect([2, 4]).toContain(exitCode);
  });
});

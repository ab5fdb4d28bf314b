import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const repository = resolve(import.meta.dirname, '../../..');

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The instructions of a Dockerfile, continued lines joined. */
function instructionsOf(file: string): readonly Instruction[] {
  const text = readFileSync(join(repository, file), 'utf8')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n/g, ' ');
  return text.split('\n').flatMap((line) => {
    const [, name, rest] = /^([A-Z]+) (.*)$/.exec(line.trim()) ?? [];
    if (name === undefined || rest === undefined) {
      expect(line.trim(), file).toBe('');
      return [];
    }
    return [{ name, rest }];
  });
}

describe.each(['Dockerfile', 'examples/ci/kubernetes/Dockerfile'])('%s', (file) => {
  const instructions = instructionsOf(file);
  const all = (name: string): readonly string[] =>
    instructions.filter((instruction) => instruction.name === name).map(({ rest }) => rest);

  test('is made in stages of a Node.js that runner runs on', () => {
    expect(all('FROM').length).toBe(2);
    for (const image of all('FROM')) expect(Number(/^node:(\d+)-\S+/.exec(image)?.[1])).toBeGreaterThanOrEqual(22);
  });

  test('does not run as root', () => {
    const user = instructions.findLastIndex(({ name }) => name === 'USER');
    expect(instructions[user]?.rest).toBe('1000');
    expect(instructions.slice(user + 1).map(({ name }) => name)).not.toContain('RUN');
  });

  test('copies between stages only what an earlier one made', () => {
    const stages = all('FROM').flatMap((from) => / AS (\w+)/.exec(from)?.[1] ?? []);
    for (const copy of all('COPY')) {
      const from = /--from=(\w+)/.exec(copy)?.[1];
      if (from !== undefined) expect(stages).toContain(from);
    }
  });
});

test('the Dockerfile of the project copies files that are there', () => {
  const copied = instructionsOf('Dockerfile')
    .filter(({ name, rest }) => name === 'COPY' && !rest.startsWith('--from'))
    .flatMap(({ rest }) => rest.split(' ').slice(0, -1));
  expect(copied.length).toBeGreaterThan(2);
  for (const path of copied) expect(existsSync(join(repository, path)), path).toBe(true);
});

import { expect, it } from 'vitest';
import { projectName } from '../../../../src/services/docker/project.ts';

it('the name of a project is one that compose takes, whatever the run is called', () => {
  expect(projectName('20261121-091500-3f9a1c', '/a/compose.yml')).toMatch(
    /^runner-20261121-091500-3f9a1c-[0-9a-f]{8}$/,
  );
  expect(projectName('Run/7 ü', '/a/compose.yml')).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
});

it('the name of a project differs from run to run, checkout to checkout and file to file', () => {
  const names = [
    projectName('1', '/a/compose.yml'),
    projectName('2', '/a/compose.yml'),
    projectName('1', '/b/compose.yml'),
    projectName('1', '/a/other.yml'),
  ];
  expect(new Set(names).size).toBe(4);
  expect(projectName('1', '/a/compose.yml')).toBe(names[0]);
});

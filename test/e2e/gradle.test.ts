import { expect, test } from 'vitest';
import { casesOf } from '../support/junit-cases.ts';
import { createRig } from '../support/rig.ts';
import type { CliRun } from '../support/rig.ts';
import { problemWith } from '../support/tools.ts';

// Debian's Gradle (4.4) and its jars, so that nothing is downloaded; no CI has to have them.
const jars = ['/usr/share/java/junit4.jar', '/usr/share/java/hamcrest-core.jar'];
const lack = problemWith(['ls', ...jars]) ?? problemWith(['gradle', '--version']);

const build = `apply plugin: 'java'
dependencies { testCompile files(${jars.map((jar) => `'${jar}'`).join(', ')}) }
`;
const testClass = (name: string, ...tests: readonly string[]): string => `package demo;
import org.junit.Test;
import static org.junit.Assert.*;
public class ${name} { ${tests.map((body, index) => `@Test public void t${index + 1}() { ${body} }`).join(' ')} }
`;

const namesOf = ({ junit }: CliRun): readonly string[] =>
  casesOf(junit)
    .map(({ className, name }) => `${className} ${name}`)
    .toSorted();

test.skipIf(lack !== null)(
  'a Gradle build of several projects runs as it is found, and again',
  async () => {
    await using rig = await createRig({
      'settings.gradle': "include 'core', 'web'\n",
      'build.gradle': '',
      'core/build.gradle': build,
      'web/build.gradle': build,
      'core/src/test/java/demo/CoreTest.java': testClass('CoreTest', 'assertEquals(2, 1 + 1);', 'assertTrue(true);'),
      'web/src/test/java/demo/WebTest.java': testClass('WebTest', ''),
    });
    const all = ['gradle.demo.CoreTest t1', 'gradle.demo.CoreTest t2', 'gradle.demo.WebTest t1'];
    const green = await rig.run();
    expect([green.exitCode, namesOf(green)], green.stdout).toEqual([0, all]);
    expect(green.stdout).not.toContain('left running');

    // What is up to date is told of again, and what does not compile is no pass.
    await rig.write({ 'web/src/test/java/demo/WebTest.java': 'no Java\n' });
    const broken = await rig.run();
    expect([broken.exitCode, namesOf(broken)], broken.stdout).toEqual([3, expect.arrayContaining(all.slice(0, 2))]);
    await rig.write({ 'web/src/test/java/demo/WebTest.java': testClass('WebTest', 'fail();') });
    const red = await rig.run();
    expect([red.exitCode, namesOf(red)], red.stdout).toEqual([1, all]);
  },
  300_000,
);

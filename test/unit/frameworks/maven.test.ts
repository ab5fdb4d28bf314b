import { describe, expect, it } from 'vitest';
import { readMavenLines } from '../../../src/frameworks/maven-lines.ts';
import type { TaskRequest } from '../../../src/frameworks/framework.ts';
import type { ReportItem } from '../../../src/model/report.ts';
import { framework } from '../../support/framework.ts';
import { taskRequest } from '../../support/run-framework.ts';

const maven = framework('maven');
const first = 'one/src/test/java/com/acme/FirstTest.java';
const second = 'two/src/test/kotlin/com/acme/SecondTest.kt';
const store = 'one/src/it/java/com/acme/StoreIT.java';

function argvOf(request: Partial<TaskRequest>, args: readonly string[] = []): readonly string[] {
  return maven.command(taskRequest({ ...request, suiteOverrides: { args } }, maven)).argv;
}

describe('maven', () => {
  it('is asked for the classes of the files, in the modules that hold them', () => {
    const argv = argvOf({ files: [first, second] });
    expect(argv).toContain('-Dtest=com.acme.FirstTest,com.acme.SecondTest');
    expect(argv.join(' ')).toContain('--projects one,two --also-make');
    expect(argv.at(-1)).toBe('test');
  });

  it.each([
    [[store], '-Dtest=none.Such', '-Dit.test=com.acme.StoreIT'],
    [[first, store], '-Dtest=com.acme.FirstTest', '-Dit.test=com.acme.StoreIT'],
  ])('verifies where there are integration tests: %j', (files, unit, integration) => {
    expect(argvOf({ files })).toEqual(expect.arrayContaining([unit, integration, 'verify']));
  });

  it.each([
    ['adds', 'com.acme.FirstTest#adds'],
    ['adds(int, int)[2]', 'com.acme.FirstTest#adds'],
    ['adds[2: a]', 'com.acme.FirstTest#adds*'],
    ['Inner$Deeper#adds', 'com.acme.FirstTest$Inner$Deeper#adds'],
    ['a name in words', 'com.acme.FirstTest'],
  ])('is asked for the test %s as %s', (test, pattern) => {
    expect(argvOf({ files: [first], tests: { [first]: [test] } })).toContain(`-Dtest=${pattern}`);
  });

  it('writes markers in the language of JUnit', () => {
    const argv = argvOf({ files: [first], markers: 'slow and not (db or net)' });
    expect(argv).toContain('-Dgroups=(slow & !((db | net)))');
  });

  it('leaves phase and modules to the suite where it names them', () => {
    const argv = argvOf({ files: [first] }, ['-pl', 'one', 'package']);
    expect(argv).not.toContain('test');
    expect(argv).not.toContain('--projects');
  });

  it('says how to ask for one test again', () => {
    const id = { file: first, className: 'com.acme.FirstTest$Inner', name: 'adds' };
    expect(maven.testSelector?.(id)).toBe(`${first}::Inner#adds`);
    expect(maven.testSelector?.({ ...id, className: 'C', name: 'C' })).toBe(first);
  });
});

describe('what Maven prints', () => {
  const goal = '[ERROR] Failed to execute goal org.apache.maven.plugins:maven-';
  const end = '{"runner":"end"}';

  it.each([
    [`${goal}surefire-plugin:3.5.2:test (default-test) on project one: There are test failures.`, []],
    [`${goal}surefire-plugin:3.5.2:test (default-test) on project one: `, []],
    [
      `${goal}surefire-plugin:3.5.2:test (default-test) on project one: There was a timeout in the fork`,
      ['one [failed]'],
    ],
    [`${goal}compiler-plugin:3.1:compile (default) on project one: Compilation failure`, ['one [build failed]']],
    [
      '[ERROR] Failed to execute goal on project one: Could not resolve dependencies for project one',
      ['one [build failed]'],
    ],
    ['[INFO] two .............................. SKIPPED', ['two [not run]']],
    ['[INFO] two .............................. SUCCESS [  1.2 s]', []],
  ])('of %s tells %j', (line, names) => {
    const reader = readMavenLines();
    expect(namesOf([...reader.line(line), ...reader.line(line), ...reader.line(end), ...reader.end()])).toEqual(names);
  });

  it('names the classes whose JVM left, and is damaged when it breaks off', () => {
    const reader = readMavenLines();
    const lines = ['[ERROR] Crashed tests:', '[ERROR] com.acme.A', '[ERROR] com.acme.B', '[ERROR] ', '[ERROR] c.No'];
    expect(namesOf([...lines.flatMap((line) => reader.line(line)), ...reader.end()])).toEqual([
      'com.acme.A',
      'com.acme.B',
      'Maven was ended before it had run everything',
    ]);
  });
});

function namesOf(items: readonly ReportItem[]): readonly string[] {
  return items.map((item) => ('case' in item ? item.case.name : item.problem));
}

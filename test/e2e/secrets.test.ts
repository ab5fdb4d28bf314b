import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRig } from '../support/rig.ts';

/** With everything in it that some encoding writes differently. */
const secret = `Tr0ub4dor&3/+ "q" <é>'s`;
const key =
  '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\nVJTUt9Us8cKjMzEfYyjiWA4R4\n-----END KEY-----\n';

/** What must be nowhere: the values, lines of them, and what they look like in each encoding. */
const traces: readonly string[] = [
  secret,
  JSON.stringify(secret).slice(1, -1),
  'Tr0ub4dor&amp;3',
  'Tr0ub4dor%263',
  Buffer.from(secret).toString('base64').slice(0, -4),
  Buffer.from(secret).toString('base64url').slice(0, -4),
  Buffer.from(`x${secret}`).toString('base64').slice(4, -4),
  Buffer.from(`xy${secret}`).toString('base64').slice(4, -4),
  Buffer.from(secret).toString('hex'),
  Buffer.from(secret).toString('hex').toUpperCase(),
  'hkiG9w0BAQEFAASCBKcwggSj',
  'VJTUt9Us8cKjMzEfYyjiWA4R4',
  Buffer.from('VJTUt9Us8cKjMzEfYyjiWA4R4').toString('base64').slice(0, -4),
];

const pythonTest = `
import base64, json, os, urllib.parse, pytest
S, K = os.environ["TOKEN"], os.environ["KEY"]

def forms():
    b = S.encode()
    yield from (S, json.dumps(S), repr(S), urllib.parse.quote(S), urllib.parse.quote_plus(S), b.hex(), b.hex().upper())
    for before in ("", "x", "xy"):
        yield base64.b64encode((before + S).encode()).decode()
        yield base64.urlsafe_b64encode((before + S).encode()).decode()
    yield K
    yield base64.encodebytes(K.encode()).decode()

def test_prints():
    for form in forms():
        print(form)

@pytest.mark.parametrize("value", [S, K, S + "x"])
def test_named(value):
    assert value != "", value

@pytest.mark.parametrize("form", list(forms()))
def test_fails(form):
    assert form == "something else", f"the form was {form}"

def test_artifacts():
    folder = os.environ["RUNNER_ARTIFACTS_DIR"]
    with open(os.path.join(folder, "page.html"), "w") as page:
        page.write(f"<p>{S}</p>\\n{K}")
    with open(os.path.join(folder, "picture.bin"), "wb") as picture:
        picture.write(bytes(range(256)))

def test_skips():
    pytest.skip(f"because of {S}")
`;

const nodeTest = `
import assert from 'node:assert/strict';
import { test } from 'node:test';
const { TOKEN, KEY } = process.env;
for (const form of [TOKEN, JSON.stringify({ TOKEN }), encodeURIComponent(TOKEN), Buffer.from(TOKEN).toString('base64'), KEY]) {
  console.log(form);
  console.error(form);
  test('equals ' + form, () => assert.equal(form, 'something else'));
  test('deep ' + form, () => assert.deepEqual({ form: [form] }, { form: [] }));
}
test('passes', () => undefined);
`;

const command = `#!/bin/sh
printf '%s\\n' "$TOKEN" "$KEY"
printf '%s' "$TOKEN" | base64
printf '%s' "$KEY" | base64
printf '%s' "$TOKEN" | od -An -tx1 | tr -d ' \\n'
echo
printf '%.5s' "$TOKEN"; sleep 0.3; printf '%s\\n' "$TOKEN" | cut -c 6-
printf '<testsuite name="%s"><testcase name="a" classname="b"><failure message="m"><![CDATA[%s]]></failure></testcase></testsuite>' x "$TOKEN" > out.xml
echo "on stderr: $TOKEN" >&2
exit 1
`;

const service = `
import { createServer } from 'node:http';
const { TOKEN, KEY, PORT } = process.env;
createServer((_, response) => response.end('ok')).listen(Number(PORT), '127.0.0.1', () => console.log('up', TOKEN, KEY, JSON.stringify(KEY)));
process.on('SIGTERM', () => { console.error('ends', Buffer.from(TOKEN).toString('base64')); process.exit(0); });
`;

const broken = `
console.error('cannot use', process.env.TOKEN);
process.exit(1);
`;

const config = `
version: 1
workers: 4
suites:
  python: { framework: pytest, files: ['test_*.py'] }
  node: { framework: node, files: ['*.test.mjs'] }
  command: { framework: command, command: [./print.sh], junit: out.xml }
  exit: { framework: command, command: [./print.sh] }
  told: { framework: command, command: [sh, -c, 'echo "$0"; exit 1', '\${env.TOKEN}'] }
  needy: { framework: command, command: ['true'] }
categories:
  unit: { tests: [{ suite: python }, { suite: node }, { suite: command }, { suite: exit }, { suite: told }], needs: [web] }
  broken: { tests: [{ suite: needy }], needs: [broken], missingService: fail }
services:
  web: { process: { command: [node, web.mjs], env: { PORT: '\${port}' } }, health: [{ http: { path: / } }] }
  broken: { process: { command: [node, broken.mjs], env: { PORT: '\${port}' } }, health: [{ http: { path: / } }] }
environments:
  staging: { secrets: [TOKEN, KEY] }
  short: { secrets: [PIN] }
`;

const files = {
  'runner.config.yaml': config,
  'test_secrets.py': pythonTest,
  'secrets.test.mjs': nodeTest,
  'print.sh': command,
  'web.mjs': service,
  'broken.mjs': broken,
};

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('a run with secrets', () => {
  test('leaves no trace of them in the terminal nor in any report, log or artifact, and loses no result', async () => {
    await using rig = await createRig(files);
    const env = { TOKEN: secret, KEY: key };
    const run = await rig.runWith({ env }, '--env', 'staging', '--progress', 'lines', '--verbose');
    expect(run.exitCode).toBe(1);

    const places = new Map(filesIn(rig.path('reports')).map((path) => [path, readFileSync(path, 'latin1')]));
    places.set('stdout', Buffer.from(run.stdout).toString('latin1')).set('stderr', run.stderr);
    const found = [...places].flatMap(([place, text]) =>
      traces
        .filter((trace) => text.includes(Buffer.from(trace).toString('latin1')))
        .map((trace) => `${place}: ${trace}`),
    );
    expect(found).toEqual([]);

    const names = [...places.keys()].map((path) => path.slice(rig.path('reports').length + 1));
    expect(names).toEqual(
      expect.arrayContaining([
        'junit.xml',
        'logs/services/web.log',
        'logs/unit/exit/1.log',
        expect.stringMatching(/^raw\/unit\/python\/1\/.*xml$/),
        expect.stringMatching(/^raw\/unit\/node\/1\/.*xml$/),
        'raw/unit/command/1/1-out.xml',
      ]),
    );
    const read = (path: string): string => readFileSync(rig.path('reports', path), 'utf8');
    expect(read('logs/services/web.log')).toMatch(/^up \*\*\* \*\*\*\s+"\*\*\*"\nends \*\*\*=*\n$/);
    expect(read('artifacts/unit/python/1/page.html')).toBe('<p>***</p>\n***');
    expect(readFileSync(rig.path('reports/artifacts/unit/python/1/picture.bin')).length).toBe(256);

    const tests = run.events.flatMap((event) => (event.type === 'test-finished' ? [event.test] : []));
    const python = tests.filter(({ id }) => id.file === 'test_secrets.py');
    // 1 + 3 + 15 + 1 + 1: of tests that differ in their secrets only, none stands for another.
    expect(python).toHaveLength(21);
    expect(new Set(python.map(({ id }) => id.name)).size).toBe(21);
    expect(tests.filter(({ id }) => id.file === 'secrets.test.mjs')).toHaveLength(11);
    expect(run.stdout).toContain('cannot use ***');
  });

  test('names each secret that is missing or empty, and starts nothing', async () => {
    await using rig = await createRig(files);
    const run = await rig.runWith({ env: { KEY: '' } }, '--env', 'staging');
    expect({ exitCode: run.exitCode, events: run.events }).toEqual({ exitCode: 2, events: [] });
    expect(run.stderr).toContain('the secret TOKEN of environment "staging" is not set');
    expect(run.stderr).toContain('the secret KEY of environment "staging" is empty');
  });

  test('warns about a value that is too short to be masked', async () => {
    await using rig = await createRig(files);
    const run = await rig.runWith(
      { env: { PIN: '123', TOKEN: 'unused', KEY: 'unused' } },
      '--env',
      'short',
      '--suite',
      'needy',
    );
    const warnings = run.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
    expect(warnings.join()).toContain('PIN has fewer than 4 characters');
  });
});

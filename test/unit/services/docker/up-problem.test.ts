import { describe, expect, it } from 'vitest';
import { explainUp } from '../../../../src/services/docker/up-problem.ts';
import type { UpProblem } from '../../../../src/services/docker/up-problem.ts';

describe('why compose up failed', () => {
  it.each<[UpProblem['kind'], number | null, string, string]>([
    [
      'port',
      45678,
      'compose 1',
      'ERROR: for web  Cannot start service web: driver failed programming external connectivity on endpoint a_web_1 (98c3): Error starting userland proxy: listen tcp4 127.0.0.1:45678: bind: address already in use',
    ],
    [
      'port',
      45679,
      'a port of another container',
      'Error response from daemon: driver failed programming external connectivity on endpoint t6-taken-1 (e593): Bind for 0.0.0.0:45679 failed: port is already allocated',
    ],
    [
      'port',
      5432,
      'docker 27',
      'Error response from daemon: driver failed programming external connectivity on endpoint arches (2093): failed to bind port 0.0.0.0:5432/tcp: Error starting userland proxy: listen tcp4 0.0.0.0:5432: bind: address already in use',
    ],
    [
      'port',
      5432,
      'docker 28',
      'Error response from daemon: failed to set up container networking: driver failed programming external connectivity on endpoint a (8d4b): failed to bind host port for 0.0.0.0:5432:172.18.0.2:5432/tcp: address already in use',
    ],
    [
      'port',
      8080,
      'Docker Desktop',
      'Error response from daemon: Ports are not available: exposing port TCP 0.0.0.0:8080 -> 127.0.0.1:0: listen tcp 0.0.0.0:8080: bind: address already in use',
    ],
    ['port', 5432, 'IPv6', 'Error starting userland proxy: listen tcp6 [::]:5432: bind: address already in use'],
    [
      'image',
      null,
      'a private or missing image',
      "Error response from daemon: pull access denied for nosuch/image, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ],
    [
      'image',
      null,
      'a missing tag',
      'Error response from daemon: manifest for alpine:99 not found: manifest unknown: manifest unknown',
    ],
    [
      'image',
      null,
      'a registry that is not there',
      'Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
    ],
    [
      'image',
      null,
      'containerd',
      'Error response from daemon: failed to resolve reference "registry.invalid/a:1": failed to do request',
    ],
    ['image', null, 'another architecture', 'no matching manifest for linux/arm64/v8 in the manifest list entries'],
    [
      'image',
      null,
      'a limit',
      'Error response from daemon: toomanyrequests: You have reached your unauthenticated pull rate limit',
    ],
    [
      'build',
      null,
      'the old builder',
      'unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat /a/Dockerfile: no such file or directory',
    ],
    [
      'build',
      null,
      'buildkit',
      'failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: 1',
    ],
    ['build', null, 'compose 1', "Service 'built' failed to build : Build failed"],
    ['no-such-service', null, 'compose 1', 'No such service: backand'],
    ['no-such-service', null, 'compose 2', 'no such service: backand'],
    [
      'other',
      null,
      'a program that is not there',
      'Error response from daemon: failed to create shim task: OCI runtime create failed: exec: "nosuchprogram": executable file not found in $PATH: unknown',
    ],
    ['other', null, 'a dependency', 'dependency failed to start: container t6-sick-1 is unhealthy'],
    ['other', null, 'nothing at all', ''],
  ])('is %s (%s): %s', (kind, port, _title, output) => {
    const problem = explainUp(output);
    expect({ kind: problem.kind, port: problem.port }).toEqual({ kind, port });
    expect(problem.said).toEqual(output === '' ? [] : [output]);
  });

  it('is told without the progress of compose 2', () => {
    const output = ` Network a_default Creating \n Network a_default Created \n Container a-web-1 Creating \n Container a-web-1 Created \n Container a-web-1 Starting \nError response from daemon: it is broken\n`;
    expect(explainUp(output).said).toEqual(['Error response from daemon: it is broken']);
  });

  it('is told once, not for the container and for the service as compose 1 does', () => {
    const output = `Creating network "a_default" with the default driver\nCreating a_web_1 ... \nCreating a_web_1 ... error\n\nERROR: for a_web_1  Cannot start service web: no\n\nERROR: for web  Cannot start service web: no\nEncountered errors while bringing up the project.\n`;
    expect(explainUp(output).said).toEqual(['ERROR: for a_web_1  Cannot start service web: no']);
  });

  it('is five lines at most, and harmless to show', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}\u001b[31m`);
    expect(explainUp(lines.join('\n')).said).toEqual(['line 25', 'line 26', 'line 27', 'line 28', 'line 29']);
  });
});

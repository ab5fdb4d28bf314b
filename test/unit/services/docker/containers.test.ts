import { describe, expect, it } from 'vitest';
import {
  parseComposePs,
  parseInspect,
  publishedAddress,
  remoteHost,
} from '../../../../src/services/docker/containers.ts';
import type { Container, PublishedPort } from '../../../../src/services/docker/containers.ts';

// Cut from what the programs really print: compose 2.0 to 2.20 a list, later versions a line for each container.
const running =
  '{"ID":"3a415aa9af84","Name":"t5-web-1","Command":"sh -c \'echo hello; …\\"","Project":"t5","Service":"web","State":"running","Health":"starting","ExitCode":0,"Publishers":[{"URL":"127.0.0.1","TargetPort":8080,"PublishedPort":32769,"Protocol":"tcp"},{"URL":"","TargetPort":9000,"PublishedPort":0,"Protocol":"tcp"}]}';
const ended =
  '{"ID":"711da4c5eccc","Name":"t5-dies-1","Labels":"com.docker.compose.oneoff=False","State":"exited","Status":"Exited (7) 1 second ago","Health":"","ExitCode":7,"Publishers":[]}';
const web: Container = {
  id: '3a415aa9af84',
  name: 't5-web-1',
  state: 'running',
  health: 'starting',
  exitCode: 0,
  ports: [{ containerPort: 8080, protocol: 'tcp', host: '127.0.0.1', port: 32769 }],
};
const dies: Container = {
  id: '711da4c5eccc',
  name: 't5-dies-1',
  state: 'exited',
  health: null,
  exitCode: 7,
  ports: [],
};

describe('what compose ps prints', () => {
  it.each([
    ['a list', `[${running},${ended}]`, [web, dies]],
    ['a list over several lines', `[\n  ${running},\n  ${ended}\n]\n`, [web, dies]],
    ['a line for each container', `${running}\n${ended}\n`, [web, dies]],
    ['lines with CRLF', `${running}\r\n${ended}\r\n`, [web, dies]],
    ['one container', `${running}\n`, [web]],
    ['an empty list', '[]\n', []],
    ['no line', '\n', []],
    ['null, as the first versions did', 'null\n', []],
    ['publishers that are null', ended.replace('[]', 'null'), [dies]],
    [
      'no ports and no health, as the first versions did',
      '{"ID":"a","Name":"a","State":"running"}',
      [{ id: 'a', name: 'a', state: 'running', health: null, exitCode: 0, ports: [] }],
    ],
    ['a table for people', 'NAME      COMMAND\nt5-web-1  "sh -c"\n', null],
    ['the help of a version that knows no json', 'List containers.\n\nUsage: ps [options] [--] [SERVICE...]\n', null],
    ['half a line', `${running}\n${ended.slice(0, 40)}`, null],
    ['half a list', `[${running},`, null],
    ['a container without a state', '{"ID":"a"}', null],
    ['a text', '"running"', null],
    ['numbers', '[1, 2]', null],
  ])('is read: %s', (_title, text, expected) => {
    expect(parseComposePs(text)).toEqual(expected);
  });
});

describe('what docker inspect prints', () => {
  const inspected = {
    Id: '5984d648f4ab',
    Name: '/tp_web_1',
    State: { Status: 'running', Running: true, ExitCode: 0, Health: { Status: 'healthy', FailingStreak: 0, Log: [] } },
    NetworkSettings: {
      Ports: {
        '9000/tcp': null,
        '8080/tcp': [
          { HostIp: '0.0.0.0', HostPort: '32768' },
          { HostIp: '::', HostPort: '32768' },
        ],
        '53/udp': [{ HostIp: '127.0.0.1', HostPort: '5353' }],
      },
    },
  };

  it('is read with state, health, exit code and published ports', () => {
    expect(parseInspect(JSON.stringify([inspected]))).toEqual([
      {
        id: '5984d648f4ab',
        name: 'tp_web_1',
        state: 'running',
        health: 'healthy',
        exitCode: 0,
        ports: [
          { containerPort: 8080, protocol: 'tcp', host: '0.0.0.0', port: 32768 },
          { containerPort: 8080, protocol: 'tcp', host: '::', port: 32768 },
          { containerPort: 53, protocol: 'udp', host: '127.0.0.1', port: 5353 },
        ],
      },
    ]);
  });

  it.each([
    [
      'without health and ports',
      [{ Id: 'a', State: { Status: 'exited', ExitCode: 137 }, NetworkSettings: { Ports: {} } }],
      [{ id: 'a', name: 'a', state: 'exited', health: null, exitCode: 137, ports: [] }],
    ],
    ['of nothing', [], []],
    ['that is something else', [{ Id: 'a' }], null],
    ['that is no list', { Id: 'a' }, null],
  ])('%s', (_title, value, expected) => {
    expect(parseInspect(JSON.stringify(value))).toEqual(expected);
    expect(parseInspect('Error: No such object: a')).toBeNull();
  });
});

describe('the address of a container', () => {
  const port = (containerPort: number, host: string, published: number, protocol = 'tcp'): PublishedPort => ({
    containerPort,
    protocol,
    host,
    port: published,
  });
  it.each<{
    title: string;
    ports: readonly PublishedPort[];
    wanted?: number;
    remote?: string;
    expected: object | null;
  }>([
    {
      title: 'is on this machine for a wildcard',
      ports: [port(80, '0.0.0.0', 4000)],
      expected: { host: '127.0.0.1', port: 4000 },
    },
    {
      title: 'is where it was bound',
      ports: [port(80, '127.0.0.2', 4000)],
      expected: { host: '127.0.0.2', port: 4000 },
    },
    {
      title: 'is IPv4 where both are there',
      ports: [port(80, '::', 4001), port(80, '0.0.0.0', 4000)],
      expected: { host: '127.0.0.1', port: 4000 },
    },
    { title: 'is IPv6 where only that is there', ports: [port(80, '::', 4001)], expected: { host: '::1', port: 4001 } },
    {
      title: 'is that of the lowest port in the container',
      ports: [port(9000, '0.0.0.0', 4000), port(8123, '0.0.0.0', 4001)],
      expected: { port: 4001 },
    },
    {
      title: 'is that of the port asked for',
      ports: [port(9000, '0.0.0.0', 4000), port(8123, '0.0.0.0', 4001)],
      wanted: 9000,
      expected: { port: 4000 },
    },
    {
      title: 'is nowhere when the port asked for is not published',
      ports: [port(80, '0.0.0.0', 4000)],
      wanted: 81,
      expected: null,
    },
    { title: 'is nowhere without ports', ports: [], expected: null },
    { title: 'is no UDP port', ports: [port(53, '0.0.0.0', 53, 'udp')], expected: null },
    {
      title: "is on docker's machine",
      ports: [port(80, '0.0.0.0', 4000)],
      remote: 'docker',
      expected: { host: 'docker', port: 4000 },
    },
  ])('$title', ({ ports, wanted = null, remote = null, expected }) => {
    const address = publishedAddress([{ ...web, ports }], wanted, remote);
    if (expected === null) expect(address).toBeNull();
    else expect(address).toMatchObject(expected);
  });
});

it.each([
  [undefined, null],
  ['', null],
  ['unix:///var/run/docker.sock', null],
  ['npipe:////./pipe/docker_engine', null],
  ['tcp://docker:2375', 'docker'],
  ['tcp://127.0.0.1:2375', '127.0.0.1'],
  ['tcp://localhost:2375', '127.0.0.1'],
  ['tcp://[fd00::1]:2376', 'fd00::1'],
  ['ssh://ci@builder.example', 'builder.example'],
])('DOCKER_HOST %s means that ports are published at %s', (value, expected) => {
  expect(remoteHost(value)).toBe(expected);
});

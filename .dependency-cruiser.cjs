// Import only from a lower layer, never sideways; every library and capability has one home. See ARCHITECTURE.md.
const layer0 = '^src/(model/|errors\\.ts|ports\\.ts|base/)';
const layer1 = ['config', 'categories', 'frameworks', 'results', 'guards'];
const layer2 = ['io', 'workspace', 'services', 'queue', 'records', 'history', 'execution', 'reporters', 'serving'];
const page = '^src/reporters/html/client/';
const allLayer1 = `^src/(${layer1.join('|')})/`;

const sideways = (folder, allowed) => ({
  name: `${folder}-imports-only-below`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: allowed },
});
const home = (name, library, folder) => ({
  name: `${name}-has-one-home`,
  severity: 'error',
  // Plugins run inside a framework, never in our process.
  from: { path: '^src/', pathNot: [folder, '^src/frameworks/plugins/'] },
  to: { path: library },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(runner\\.ts|api-types\\.ts|frameworks/plugins/)', orphan: true },
      to: {},
    },
    {
      name: 'layer-0-imports-only-itself',
      severity: 'error',
      from: { path: layer0 },
      to: { path: '^src/', pathNot: layer0 },
    },
    ...layer1.map((folder) => sideways(folder, [layer0, `^src/${folder}/`])),
    ...layer2.map((folder) => sideways(folder, [layer0, allLayer1, `^src/${folder}/`])),
    sideways('commands', [
      '^src/(?!runner\\.ts|api(?:-types|-flags)?\\.ts|cli\\.ts|cli-(actions|context|program|prompt)\\.ts|attention\\.ts|keyboard\\.ts|interrupt\\.ts|output\\.ts)',
    ]),
    {
      name: 'the-page-imports-only-its-data',
      severity: 'error',
      from: { path: page },
      to: { path: '^src/', pathNot: [page, '^src/reporters/html/(page-data|trend-data)\\.ts$'] },
    },
    {
      name: 'the-page-runs-in-a-browser',
      severity: 'error',
      from: { path: '^src/', pathNot: page },
      to: { path: page },
    },
    home('preact', '^(node_modules/)?preact', page),
    home('commander', '^(node_modules/)?commander', '^src/cli(-actions|-program)?\\.ts$'),
    home('execa', '^(node_modules/)?execa', '^src/io/'),
    home('log-update', '^(node_modules/)?log-update', '^src/reporters/'),
    home('junit-report-builder', '^(node_modules/)?junit-report-builder', '^src/reporters/'),
    home('yaml', '^(node_modules/)?yaml', '^src/config/'),
    home('zod', '^(node_modules/)?zod', '^src/config/'),
    home('sqlite', '^(node:)?sqlite$', '^src/history/'),
    home('saxes', '^(node_modules/)?saxes', '^src/results/'),
    home('yauzl', '^(node_modules/)?yauzl', '^src/records/'),
    home('tar', '^(node_modules/)?tar/', '^src/records/'),
    home('bullmq', '^(node_modules/)?bullmq', '^src/queue/'),
    home('ioredis', '^(node_modules/)?ioredis', '^src/queue/'),
    home('chokidar', '^(node_modules/)?chokidar', '^src/workspace/'),
    home('picomatch', '^(node_modules/)?picomatch', '^src/base/'),
    home('child-process', '^(node:)?child_process$', '^src/io/'),
    // A pipe is read through `net` too: nothing else reads a descriptor without a thread of its own.
    home('sockets', '^(node:)?(net|http|https|tls|dgram)$', '^src/(services/|serving/|io/masked-output\\.ts$)'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};

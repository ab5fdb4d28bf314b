// Bundles src/ and what it depends on into dist/, and copies what runs inside the frameworks.
import { chmodSync, cpSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { rolldown } from 'rolldown';
import { asciiOnly } from './ascii-only.mjs';
import { buildPages } from './build-page.mjs';
import { chunkGroups } from './chunks.mjs';
import { writeDeclarations } from './declarations.mjs';
import { directBuiltins } from './direct-builtins.mjs';
import { licencesOf } from './licences.mjs';

// Built beside and swapped in, so that a test that is running the built program never sees half of it.
const fresh = `dist.${process.pid}`;
rmSync(fresh, { recursive: true, force: true });
const bundle = await rolldown({
  input: { runner: 'src/runner.ts', api: 'src/api.ts' },
  platform: 'node',
  // Node.js 22 does not read `await using`.
  transform: { target: 'node22.13' },
  plugins: [directBuiltins, asciiOnly],
  onLog(level, log, report) {
    if (level === 'warn') throw new Error(log.message);
    report(level, log);
  },
});
const { output } = await bundle.write({
  dir: fresh,
  format: 'esm',
  comments: false,
  // The depth of their sources, which find the package and the plugins by a path relative to their own.
  chunkFileNames: ({ name }) => (name === 'cli' || name === 'start' ? '[name].js' : 'commands/[name].js'),
  codeSplitting: { groups: chunkGroups },
});
await bundle.close();
writeDeclarations(['src/api.ts', 'src/api-types.ts'], fresh);
const page = await buildPages(`${fresh}/reporters/html`);
writeFileSync(`${fresh}/licences.txt`, licencesOf([...output, ...page].flatMap((chunk) => chunk.moduleIds ?? [])));
if (existsSync('src/frameworks/plugins')) {
  cpSync('src/frameworks/plugins', `${fresh}/frameworks/plugins`, { recursive: true });
}
chmodSync(`${fresh}/runner.js`, 0o755);
rmSync('dist', { recursive: true, force: true });
renameSync(fresh, 'dist');

// `npm run bench -- <name>`: runs bench/<name>.mjs; without a name lists what there is.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.mjs') && file !== 'run.mjs')
  .map((file) => basename(file, '.mjs'));
const [name, ...args] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(`usage: npm run bench -- <name>\nbenchmarks: ${names.join(', ')}`);
  process.exit(2);
}
// This variable adds about 48 ms to each start of Node, on whatever side of a comparison Node stands.
const env = { ...process.env };
delete env.NODE_EXTRA_CA_CERTS;
process.exit(
  spawnSync(process.execPath, [join(import.meta.dirname, `${name}.mjs`), ...args], { stdio: 'inherit', env }).status ??
    1,
);

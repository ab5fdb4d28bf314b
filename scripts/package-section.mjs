import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { table } from './markdown.mjs';

/** What installing runner and others brought when that was measured last, from bench/package-size.json. */
export function packageSection() {
  const path = join(import.meta.dirname, '../bench/package-size.json');
  const { packed, node, platform, rows } = JSON.parse(readFileSync(path, 'utf8'));
  const lines = rows.map(({ own, name, version, packages, files, bytes }) => [
    own ? `**${name}**` : `${name} ${version}`,
    String(packages),
    String(files),
    mebibytes(bytes),
  ]);
  return [
    `What \`npm install\` of one of them brings (\`npm run bench -- package-size\`, Node.js ${node}, ${platform}); the tarball has ${mebibytes(packed)} MiB.`,
    table(['', 'packages', 'files', 'MiB'], lines),
  ].join('\n\n');
}

function mebibytes(bytes) {
  return (bytes / 1024 / 1024).toFixed(1);
}

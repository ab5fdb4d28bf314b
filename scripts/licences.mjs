import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The licences of the packages that the modules with these paths belong to, as their terms ask of whoever passes them on. */
export function licencesOf(modulePaths) {
  const folders = new Set(modulePaths.flatMap((path) => packageFolder(path) ?? []));
  const texts = [...folders].sort().map((folder) => {
    const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return `${about.name} ${about.version} (${about.license})\n\n${licenceText(folder, about)}`;
  });
  return `What is bundled here of other packages, and the licences under which it is.\n\n${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

function packageFolder(path) {
  return /^\/.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? null;
}

function licenceText(folder, { name, license, author, repository }) {
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)(\.|-|$)/i.test(entry));
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8').trim();
  // Some packages leave the text out of what they publish.
  if (license === undefined) throw new Error(`${name} names no licence: it cannot be bundled`);
  return `Licensed under ${license} by ${author?.name ?? author ?? 'its authors'}; ${repository?.url ?? repository ?? ''}`;
}

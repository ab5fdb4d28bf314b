#!/usr/bin/env node
// Only built-in modules may be imported statically here: on an older Node anything else could fail before the check below.
import process from 'node:process';

const required = { major: 22, minor: 13 };
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < required.major || (major === required.major && minor < required.minor)) {
  process.stderr.write(
    `runner needs Node.js ${required.major}.${required.minor} or newer; this is ${process.versions.node} (${process.execPath})\n`,
  );
  process.exitCode = 2;
} else if (process.platform === 'win32') {
  process.stderr.write('runner does not run on native Windows: use it inside WSL\n');
  process.exitCode = 2;
} else {
  // What was compiled once is read from a cache in the system's temporary folder, where Node can do that: 12 % of what a plan takes.
  // Where that folder is missing Node would make it, or try to for ever where nobody can, as below /proc.
  if (process.getBuiltinModule('node:fs').existsSync(process.getBuiltinModule('node:os').tmpdir())) {
    process.getBuiltinModule('node:module').enableCompileCache();
  }
  const { main } = await import('./cli.ts');
  await main();
}

// A Postgres for one run: 127.0.0.1:$PORT, user "postgres", no password, nothing kept. PG_BIN names the folder of its programs.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { findProgram, portFrom, runThrowAway } from './throw-away.mjs';

const port = portFrom(process.env);
const where = {
  folder: process.env.PG_BIN,
  elsewhere: versionFolders('/usr/lib/postgresql'),
  install: 'apt-get install postgresql',
};
const initdb = findProgram('initdb', where);
const postgres = findProgram('postgres', where);

/** What is thrown away needs neither to survive a crash nor shared memory that would outlive a SIGKILL. */
const settings = {
  listen_addresses: '127.0.0.1',
  port,
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  dynamic_shared_memory_type: 'mmap',
  log_min_messages: 'warning',
};

await runThrowAway({
  name: 'example-postgres',
  user: 'postgres',
  // Immediate shutdown: SIGTERM, which runner has sent to the whole group, would wait for clients, and a checkpoint is of no use.
  stopSignal: 'SIGQUIT',
  steps: (home) => {
    const data = join(home, 'data');
    const encoding = ['--encoding=UTF8', '--locale=C'];
    const options = Object.entries({ ...settings, unix_socket_directories: home });
    return [
      // --no-clean: interrupted, initdb would take the folder away from its own backend, which then leaves shared memory behind.
      [initdb, '--no-clean', '--no-sync', '--pgdata', data, '--username=postgres', '--auth=trust', ...encoding],
      [postgres, '-D', data, ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    ];
  },
});

/** Debian keeps each version in a folder of its own and none of them on the PATH; the newest comes first. */
function versionFolders(folder) {
  const versions = existsSync(folder) ? readdirSync(folder) : [];
  return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(folder, version, 'bin'));
}

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { trendPage } from '../../src/commands/trend-page.ts';
import { writeTrendPage } from '../../src/reporters/html/trend-page.ts';
import { look, record } from './history.ts';
import { longHistory } from './long-history.ts';

const assetsDir = resolve(import.meta.dirname, '../../dist/reporters/html');

/** The page of a history of many runs, of the built script and style. */
export async function historyPage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'runner-history-page-'));
  const now = Date.UTC(2026, 10, 20, 16);
  try {
    const [history, path] = [join(folder, 'history.sqlite'), join(folder, 'history.html')];
    for (const events of longHistory(120, now)) await record(history, events);
    const filter = { environment: null, last: null };
    const data = look(history, (db) => trendPage(db, { filter, project: 'chat-platform', quarantine: [], now }));
    await writeTrendPage(data, { path, assetsDir });
    return await readFile(path, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { PageData } from '../../src/reporters/html/page-data.ts';
import { pageJson } from '../../src/reporters/html/page-json.ts';
import { writePage } from '../../src/reporters/html/write-page.ts';

const assetsDir = resolve(import.meta.dirname, '../../dist/reporters/html');

/** The text of a `report.html` with any data, written as the reporter does it, of the built script and style. */
export async function reportPage(data: PageData): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'runner-report-page-'));
  try {
    const path = join(folder, 'report.html');
    const json = pageJson(data);
    const title = `${data.run.verdict}: ${data.run.project}`;
    await writePage({ path, assetsDir, name: 'page', title, summary: title, dataBytes: json.length, data: [json] });
    return await readFile(path, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

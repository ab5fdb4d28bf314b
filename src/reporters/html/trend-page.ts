import { plural } from '../../base/text.ts';
import { pageJson } from './page-json.ts';
import type { TrendData } from './trend-data.ts';
import { writePage } from './write-page.ts';

/**
 * The history as one page for a browser, under the rules of `report.html`.
 * @throws when it cannot be written; what was there stays then
 */
export async function writeTrendPage(
  data: TrendData,
  { path, assetsDir }: { readonly path: string; readonly assetsDir: string },
): Promise<void> {
  const json = pageJson(data);
  await writePage({
    ...{ path, assetsDir, name: 'trend', title: `History: ${data.project}` },
    summary: `${plural(data.runs.length, 'run')} of ${data.project}`,
    ...{ dataBytes: json.length, data: [json] },
  });
}

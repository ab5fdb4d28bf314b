import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { PageData } from '../../src/reporters/html/page-data.ts';

/** What a `report.html` holds. @throws when it holds no data */
export function readPageData(path: string): PageData {
  const page = readFileSync(path, 'utf8');
  const [, type, text] = /<script type="application\/(json|gzip)" id="data">([^<]*)<\/script>/.exec(page) ?? [];
  if (text === undefined) throw new Error(`${path} holds no data`);
  const json = type === 'gzip' ? gunzipSync(Buffer.from(text, 'base64')).toString() : text;
  return JSON.parse(json) as PageData;
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { PageData } from '../../src/reporters/html/page-data.ts';

const built = resolve(import.meta.dirname, '../../dist/reporters/html');

/** From this size on the data of a page is compressed. */
const compressFrom = 2_000_000;

/** The one file of a report, of the built script and style. */
export function reportPage(data: PageData): string {
  const [script, style] = ['page.js', 'page.css'].map((name) => readFileSync(join(built, name), 'utf8'));
  const policy = [
    `default-src 'none'`,
    `script-src ${hashOf(script ?? '')}`,
    `style-src ${hashOf(style ?? '')}`,
    `img-src data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  const head = [
    `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<link rel="icon" href="data:,">`,
    `<title>${escapeHtml(`${data.run.verdict}: ${data.run.project}`)}</title><style>${style}</style>`,
  ].join('');
  const body = `<main id="page"><p>Loading. If this stays, the file was cut off.</p></main>${dataBlock(data)}<script>${script}</script>`;
  return `<!doctype html><html lang="en"><head>${head}</head><body>${body}</body></html>`;
}

function dataBlock(data: PageData): string {
  // "<" could begin an end tag or a comment; everything else is harmless in there.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  if (json.length < compressFrom) return `<script type="application/json" id="data">${json}</script>`;
  return `<script type="application/gzip" id="data">${gzipSync(json).toString('base64')}</script>`;
}

function hashOf(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

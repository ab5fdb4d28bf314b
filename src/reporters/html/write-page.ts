import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { createAtomicFile } from '../../base/atomic-write.ts';
import type { AtomicFile } from '../../base/atomic-write.ts';
import { escapeText } from '../../base/xml.ts';

export interface PageFile {
  readonly path: string;
  /** Folder of the scripts and styles. */
  readonly assetsDir: string;
  /** Which script and style: `page.js` and `page.css`, or those of the history. */
  readonly name: 'page' | 'trend';
  readonly title: string;
  /** What is shown where scripts do not run. */
  readonly summary: string;
  /** About how long the data is; a long one is compressed. */
  readonly dataBytes: number;
  /** The data in parts: a whole `PageData` of `pageJson`. */
  readonly data: Iterable<string | Uint8Array>;
}

/** Above this the data is gzip in base64, a tenth as long. */
const plainBytes = 2 * 1024 * 1024;

/**
 * Puts the page together: one file that loads nothing and runs nothing but its own script, which its policy names by its hash.
 * @throws when it cannot be written; what was there stays then
 */
export async function writePage(page: PageFile): Promise<void> {
  const css = readFileSync(join(page.assetsDir, `${page.name}.css`), 'utf8');
  const script = readFileSync(join(page.assetsDir, `${page.name}.js`), 'utf8');
  const file = createAtomicFile(page.path);
  try {
    file.write(head(page.title, css, script));
    file.write(
      `<noscript><pre>${escapeText(page.summary)}</pre></noscript>\n<main id="page"><p>Loading. If this stays, the file was cut off.</p></main>\n`,
    );
    if (page.dataBytes <= plainBytes) writePlain(page, file);
    else await writeCompressed(page, file);
    file.write(`<script>${script}</script>\n</body>\n</html>\n`);
    file.commit();
  } finally {
    file.abort();
  }
}

function head(title: string, css: string, script: string): string {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(css)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeText(title)}</title>
<link rel="icon" href="data:,">
<style>${css}</style>
</head>
<body>
`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function writePlain({ data }: PageFile, file: AtomicFile): void {
  file.write('<script type="application/json" id="data">');
  for (const part of data) file.write(part);
  file.write('</script>\n');
}

async function writeCompressed({ data }: PageFile, file: AtomicFile): Promise<void> {
  file.write('<script type="application/gzip" id="data">');
  await pipeline(Readable.from(data), createGzip(), base64, async (parts: AsyncIterable<string>) => {
    for await (const part of parts) file.write(part);
  });
  file.write('</script>\n');
}

/** Encodes in threes of bytes, so that the parts make one text. */
async function* base64(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % 3);
    yield bytes.toString('base64', 0, whole);
    rest = bytes.subarray(whole);
  }
  yield rest.toString('base64');
}

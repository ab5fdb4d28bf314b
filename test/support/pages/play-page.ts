import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile, appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { linesOf } from './command-lines.ts';
import type { Line } from './command-lines.ts';
import type { Block, MarkdownPage } from './markdown-page.ts';
import { repository } from './pages.ts';
import { redact } from './redact.ts';

/** Whether a page has commands that are to be run. */
export function isPlayed({ parts }: MarkdownPage): boolean {
  return parts.some((part) => part.kind === 'block' && part.mark?.name === 'run');
}

/**
 * Runs the commands of a page, one after the other, and gives its text with what they print now.
 * @throws Error for a command that ends otherwise than the page says
 */
export async function playPage(page: MarkdownPage): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'runner-page-')));
  const stage: Stage = { root, folder: root, page };
  try {
    await mkdir(join(root, 'bin'));
    await symlink(join(repository, 'dist/runner.js'), join(root, 'bin/runner'));
    await symlink(join(repository, 'node_modules'), join(root, 'node_modules'));
    return await playParts(page, stage);
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Where a page is played. */
interface Stage {
  readonly root: string;
  /** The workspace. */
  readonly folder: string;
  readonly page: MarkdownPage;
}

async function playParts({ text, parts }: MarkdownPage, empty: Stage): Promise<string> {
  let stage = empty;
  let played = '';
  let copied = 0;
  try {
    for (const part of parts) {
      if (part.kind === 'workspace') {
        await leave(stage);
        stage = { ...stage, folder: await enter(part.name, stage) };
      } else if (part.kind === 'prepare') {
        await expectExit(0, { text: part.command, line: part.line }, stage);
      } else {
        const body = await playBlock(part, stage);
        played += text.slice(copied, part.start) + body;
        copied = part.end;
      }
    }
  } finally {
    await leave(stage);
  }
  return played + text.slice(copied);
}

async function enter(name: string, { root }: Stage): Promise<string> {
  const folder = join(root, basename(name));
  const made = new Set(['node_modules', 'reports', '.runner', '__pycache__', '.pytest_cache']);
  const notMade = (path: string): boolean => !made.has(basename(path));
  if (name.includes('/')) await cp(join(repository, name), folder, { recursive: true, filter: notMade });
  else await mkdir(folder);
  return folder;
}

/** Whatever a page has left running ends with it. */
async function leave({ folder, root, page }: Stage): Promise<void> {
  if (folder !== root) await runCommand('runner services down', { folder, root, page });
}

async function playBlock(block: Block, stage: Stage): Promise<string> {
  const { mark, body } = block;
  if (mark?.name === 'write' || mark?.name === 'append') {
    const path = join(stage.folder, mark.value);
    await mkdir(dirname(path), { recursive: true });
    await (mark.name === 'write' ? writeFile(path, body) : appendFile(path, body));
    return body;
  }
  if (mark?.name !== 'run') return body;
  const lines = linesOf(block);
  const codes = mark.value.split(' ').slice(1).map(Number);
  const printed: string[] = [];
  for (const [index, line] of lines.entries()) {
    const isLast = index === lines.length - 1;
    const code = codes.length > 1 ? codes[index] : isLast ? codes[0] : 0;
    const output = await expectExit(code ?? 0, line, stage);
    printed.push(`$ ${line.text}\n${redact(output, { command: line.text, root: stage.root })}`);
  }
  return block.language === 'sh' ? body : printed.join('\n');
}

async function expectExit(code: number, { text, line }: Line, stage: Stage): Promise<string> {
  const { exitCode, output } = await runCommand(text, stage);
  if (exitCode !== code) throw new Error(`${stage.page.path}:${line}: ${text}: exit code ${exitCode}\n${output}`);
  return output;
}

const mostMs = 100_000;

/** What a person sees on 80 columns. A command that hangs is asked to end, with all that it started. */
function runCommand(
  command: string,
  { root, folder }: Stage,
): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  const folders = [join(root, 'bin'), dirname(process.execPath), join(repository, 'node_modules/.bin')];
  const child = spawn('sh', ['-c', `{ ${command}\n} 2>&1`], {
    cwd: folder,
    env: {
      HOME: process.env['HOME'],
      PATH: [...folders, process.env['PATH']].join(delimiter),
      COLUMNS: '80',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const hung = setTimeout(() => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  }, mostMs);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => {
      clearTimeout(hung);
      resolve({ exitCode, output });
    });
  });
}

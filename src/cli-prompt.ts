import { createInterface } from 'node:readline/promises';

/** Asks the person at the terminal; `null` when the answer is Ctrl-C or the end of input. */
export async function ask(question: string): Promise<string | null> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const stop = new AbortController();
  lines.once('SIGINT', () => stop.abort());
  lines.once('close', () => stop.abort());
  try {
    return await lines.question(question, { signal: stop.signal });
  } catch {
    process.stdout.write('\n');
    return null;
  } finally {
    lines.close();
  }
}

/** Whether there is a person to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY;
}

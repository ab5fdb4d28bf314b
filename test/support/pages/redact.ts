/** Puts the same in the place of whatever differs from one run to the next: times, ids, ports, where it ran and on how many processors. */
export function redact(output: string, { command, root }: { readonly command: string; readonly root: string }): string {
  const told = output
    .replaceAll(root, '/home/you')
    .replace(/\d{8}-\d{6}-[0-9a-f]{6}/g, '20260131-120000-a1b2c3')
    .replace(/\b20\d\d-\d\d-\d\d \d\d:\d\d\b/g, '2026-01-31 12:00')
    .replace(/\[ *\d+\.\d{3}s\]/g, '[   0.412s]')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:41927')
    .replace(/\b(after|about|least|takes|in) (?:\d+m )?[\d.]+m?s\b/g, '$1 214ms')
    .replace(/(?<= {2})(?:\d+m )?[\d.]+m?s\b(?!\])/g, '214ms')
    .replace(/\([0-9a-f]{8}\)/g, '(1a2b3c4d)')
    .replace(/"expected":"[^"]*"/g, '"expected":"214ms"')
    .replace(/\bplan [0-9a-f]{16}\b/g, 'plan 4b98370086b9f472')
    // Where its lines break depends on the times in it.
    .replace(/^Expected: .*\n(?:.+\n)*/gm, (lines) => `${lines.trimEnd().replaceAll('\n', ' ')}\n`);
  return /--workers|-j\b/.test(command) ? told : told.replace(/\b\d+ slots?\b/g, '2 slots');
}

import { readFileSync, readdirSync } from 'node:fs';

/** Ids of the living processes whose environment holds `text`; Linux only. Zombies are not alive. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => {
      try {
        const state = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0];
        return state !== 'Z' && readFileSync(`/proc/${pid}/environ`).includes(text);
      } catch {
        return false;
      }
    });
}

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createAtomicFile } from '../../base/atomic-write.ts';
import { oneLine, truncate } from '../../base/text.ts';
import { createSuiteSpool } from '../suite-spool.ts';

/** A thread of the trace. */
export interface Place {
  readonly process: number;
  readonly thread: number;
}

/** From and to are milliseconds since the epoch. */
export interface Span {
  readonly name: string;
  readonly category: string;
  readonly from: number;
  readonly to: number;
}

/** Writes Trace Event Format; events wait on disk until the end. Times are milliseconds since the epoch. */
export interface TraceWriter {
  /** Times count from here. */
  start(at: number): void;
  slice(place: Place, span: Span, args: object): void;
  /** A mark across all threads. */
  instant(place: Place, name: string, at: number, args: object): void;
  /** From the end of one slice to the start of another. */
  arrow(name: string, from: Place & { readonly at: number }, to: Place & { readonly at: number }): void;
  name(what: 'process_name' | 'process_labels' | 'thread_name', place: Place, name: string): void;
  order(place: Place, index: number): void;
  /** Puts the file together. */
  commit(path: string): void;
  close(): void;
}

const maxBuffered = 500;
const longestName = 200;

/** A writer that keeps what it is given in a folder of its own, which is gone at the end. */
export function createTraceWriter(spoolDir: string): TraceWriter {
  const spool = createSuiteSpool(join(spoolDir, 'events.json'));
  let [parts, arrows, startedAt]: [number, number, number] = [0, 0, 0];
  let buffer: string[] = [];
  const flush = (): void => {
    if (buffer.length === 0) return;
    spool.put(parts, [`${parts === 0 ? '' : ',\n'}${buffer.join(',\n')}`]);
    parts += 1;
    buffer = [];
  };
  const emit = (event: object): void => {
    buffer.push(JSON.stringify(event));
    if (buffer.length >= maxBuffered) flush();
  };
  const time = (at: number): number => Math.max(0, Math.round((at - startedAt) * 1000));
  const meta = (name: string, { process, thread }: Place, args: object): void => {
    emit({ ph: 'M', name, pid: process, tid: thread, args });
  };
  return {
    start(at) {
      startedAt = at;
    },
    slice({ process, thread }, { name, category, from, to }, args) {
      const start = { ph: 'X', name: shortened(name), cat: category, pid: process, tid: thread, ts: time(from) };
      emit({ ...start, dur: Math.max(0, time(to) - time(from)), args });
    },
    instant({ process, thread }, name, at, args) {
      emit({ ph: 'i', s: 'g', name, cat: 'run', pid: process, tid: thread, ts: time(at), args });
    },
    arrow(name, from, to) {
      arrows += 1;
      const arrow = { name, cat: 'retry', id: arrows };
      emit({ ...arrow, ph: 's', pid: from.process, tid: from.thread, ts: Math.max(0, time(from.at) - 1) });
      emit({ ...arrow, ph: 'f', bp: 'e', pid: to.process, tid: to.thread, ts: time(to.at) });
    },
    name(what, place, name) {
      meta(what, place, what === 'process_labels' ? { labels: shortened(name) } : { name: shortened(name) });
    },
    order(place, index) {
      meta('thread_sort_index', place, { sort_index: index });
    },
    commit(path) {
      flush();
      const file = createAtomicFile(path);
      try {
        file.write('{"displayTimeUnit":"ms","traceEvents":[\n');
        for (let part = 0; part < parts; part += 1) for (const bytes of spool.parts(part)) file.write(bytes);
        file.write('\n]}\n');
        file.commit();
      } finally {
        file.abort();
      }
    },
    close() {
      spool.close();
      rmSync(spoolDir, { recursive: true, force: true });
    },
  };
}

/** Text from anywhere as the name of something in a trace. */
export function shortened(text: string): string {
  return truncate(oneLine(text.slice(0, longestName * 8)), longestName);
}

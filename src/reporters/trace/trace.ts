import type { Shard } from '../../model/event.ts';
import type { Reporter } from '../../ports.ts';
import { createTimeline } from '../html/page-timeline.ts';
import { createTraceTasks, slotsProcess } from './trace-tasks.ts';
import { createTraceWriter, shortened } from './trace-writer.ts';

/** Where the trace is and where its parts wait until the end. */
export interface TraceOptions {
  readonly path: string;
  /** A folder of the reporter's own; gone at the end. */
  readonly spoolDir: string;
  /** The shard that a task ran in, where the run as a whole is not one. */
  readonly shardOf?: ((task: string) => Shard | null) | undefined;
}

const servicesProcess = 1;

/**
 * A run as Trace Event Format for Perfetto and `chrome://tracing`, written when it is closed: slots are threads with tasks, attempts and tests
 * in them, services a process of their own, and arrows lead from one attempt to the next.
 */
export function createTraceReporter({ path, spoolDir, shardOf }: TraceOptions): Reporter {
  const trace = createTraceWriter(spoolDir);
  const timeline = createTimeline();
  const tasks = createTraceTasks(trace, shardOf);
  const run = { process: slotsProcess, thread: 0 };
  let [startedAt, lastAt]: [number | null, number] = [null, 0];

  const putServices = (from: number): void => {
    for (const [index, { name, spans }] of timeline.services(from, lastAt).entries()) {
      const place = { process: servicesProcess, thread: index + 1 };
      if (index === 0) trace.name('process_name', { process: servicesProcess, thread: 0 }, 'services');
      trace.name('thread_name', place, name);
      for (const span of spans) {
        const times = { from: from + span.from, to: from + span.to };
        trace.slice(
          place,
          { name: span.kind, category: 'service', ...times },
          { service: name, text: shortened(span.text) },
        );
      }
    }
  };
  return {
    onEvent(event) {
      lastAt = event.at;
      timeline.onEvent(event);
      tasks.onEvent(event);
      if (event.type === 'run-started') {
        startedAt = event.at;
        trace.start(event.at);
        trace.name('process_labels', run, event.plan.project);
      } else if (event.type === 'run-cancelling')
        trace.instant(run, 'cancelling', event.at, { reason: event.reason.kind });
      else if (event.type === 'warning') trace.instant(run, 'warning', event.at, { message: shortened(event.message) });
    },
    close() {
      try {
        if (startedAt !== null) {
          tasks.finish(lastAt);
          putServices(startedAt);
          trace.commit(path);
        }
      } finally {
        trace.close();
      }
      return Promise.resolve();
    },
  };
}

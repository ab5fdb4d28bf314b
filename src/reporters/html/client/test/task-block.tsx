import type { VNode } from 'preact';
import type { PageAttempt, PageTask } from '../../page-data.ts';
import { Disclosure } from '../parts/disclosure.tsx';
import { relativeHref } from '../parts/href.ts';
import { ToneIcon } from '../parts/icon.tsx';
import { Output } from '../parts/output.tsx';
import { Safe } from '../parts/text.tsx';
import { counted, duration } from '../format.ts';
import { testsHref, usePage } from '../state.ts';
import { outcomeTone, outcomeWord } from '../status.ts';

/** The task that ran a test: its outcome, its attempts, and the last lines of what it printed. */
export function TaskBlock({ task, open = false }: { readonly task: PageTask; readonly open?: boolean }): VNode {
  return (
    <Disclosure
      class="task-block"
      open={open}
      summary={
        <>
          <ToneIcon tone={outcomeTone(task.outcome)} />
          <span>
            Task <Safe text={task.id} class="mono" />
          </span>
          <span class="dim">
            <Safe text={task.outcomeText} />
            {task.attempts.length > 1 && `, ${counted(task.attempts.length, 'attempt')}`}
          </span>
        </>
      }
    >
      {() => <TaskContent task={task} />}
    </Disclosure>
  );
}

/** The attempts of a task, and the way to its tests. */
function TaskContent({ task }: { readonly task: PageTask }): VNode {
  const { view } = usePage();
  return (
    <>
      <p class="hint">
        {counted(task.files, 'file')}
        {task.durationMs !== null && `, ${duration(task.durationMs)}`},{' '}
        <a href={testsHref(view, { task: task.id })}>all tests of this task</a>
      </p>
      {task.attempts.length === 0 && <p class="hint">It was not started.</p>}
      <div class="columns">
        {task.attempts.map((attempt) => (
          <TaskAttempt key={attempt.number} attempt={attempt} />
        ))}
      </div>
    </>
  );
}

const causes: Readonly<Record<PageAttempt['cause'], string>> = {
  first: '',
  retry: ', run again because it failed',
  repeat: ', repeated on purpose',
  'service-restart': ', run again because a service restarted',
};

function TaskAttempt({ attempt }: { readonly attempt: PageAttempt }): VNode {
  return (
    <div class="attempt">
      <p class="attempt-head">
        <ToneIcon tone={outcomeTone(attempt.outcome)} />
        <b>Attempt {attempt.number}</b>
        <span class="dim">
          {outcomeWord(attempt.outcome)} after {duration(attempt.durationMs)}
          {causes[attempt.cause]}
          {attempt.slot !== null && `, slot ${attempt.slot + 1}`}
        </span>
      </p>
      {attempt.leaked.length > 0 && (
        <p class="notice tone-warn">
          It left processes behind, which were ended: <Safe text={attempt.leaked.join(', ')} />
        </p>
      )}
      {attempt.tail !== null && attempt.tail !== '' && (
        <Output label="Last lines of its output" text={attempt.tail} keep="last" lines={20} />
      )}
      {attempt.log !== null && (
        <p class="hint">
          <a href={relativeHref(attempt.log)}>
            <Safe text={attempt.log} class="mono" />
          </a>
          {attempt.truncated && ' (cut at its size limit)'}
        </p>
      )}
    </div>
  );
}

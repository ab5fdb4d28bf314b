import { boundedMatcher } from '../base/bounded-match.ts';
import { defaultRetryRules } from '../base/retry-rules.ts';
import type { Exit, Outcome } from '../model/outcome.ts';
import type { Backoff } from '../model/config.ts';
import type { RetryRules, Task } from '../model/plan.ts';
import type { TestResult } from '../model/test.ts';

/** What another attempt is allowed for. */
export interface RetryRule extends RetryRules {
  /** A failed test's texts are among what the task is run again for. */
  matches(test: Pick<TestResult, 'problems'>): boolean;
  /** Which failed tests the end of an attempt allows to run again. */
  allows(ended: EndOfAttempt): Allowed;
}

interface EndOfAttempt {
  readonly outcome: Outcome;
  readonly exit: Exit | null;
  /** The end of the log. */
  readonly tail: string;
  /** `matches` was true of a test that fails. */
  readonly anyMatches: boolean;
}

/** `matching`: those of which `matches` was true. */
export type Allowed = 'all' | 'matching' | 'none';

/** The rule of a task; a pattern that takes too long is told to `warn` once and matches nothing any more. */
export function createRetryRule(task: Pick<Task, 'id' | 'retryRules'>, warn: (message: string) => void): RetryRule {
  const rules = task.retryRules ?? defaultRetryRules;
  const patterns = rules.retryOn.flatMap((condition) => patternOf(condition) ?? []).map(createPattern);
  const matchesText = (text: string): boolean =>
    patterns.some((pattern) => {
      const matched = pattern.matches(text);
      if (matched === 'gave-up' && !pattern.isTold) {
        pattern.isTold = true;
        warn(`${task.id}: retryOn "regex:${pattern.source}" took too long on a text and is left out: make it simpler`);
      }
      return matched === 'yes';
    });
  return {
    ...rules,
    matches: ({ problems }) =>
      patterns.length > 0 && problems.some(({ message, details }) => matchesText(`${message}\n${details}`)),
    allows({ outcome, exit, tail, anyMatches }) {
      const kind = conditionOf(outcome);
      if (kind === null) return 'none';
      if (rules.retryOn.includes(kind)) return 'all';
      if (exit?.kind === 'code' && rules.retryOn.includes(`exit:${exit.code}`)) return 'all';
      if (patterns.length === 0) return 'none';
      // A crash is not what one of the failures before it was. Of failed tests the log says no more than they do themselves.
      if (outcome.kind === 'tests-failed' && anyMatches) return 'matching';
      return matchesText(tail) ? 'all' : 'none';
    },
  };
}

/**
 * The pause before the given retry (from 1), in milliseconds: the first, times the factor for each one after, at most the longest; with
 * jitter shortened by up to a half. `random` is from 0 to 1.
 */
export function backoffMs(retry: number, backoff: Backoff | null, random: number): number {
  if (backoff === null) return 0;
  const full = Math.min(backoff.maxMs, backoff.initialMs * backoff.factor ** (retry - 1));
  return Math.round(backoff.jitter ? full * (1 - random / 2) : full);
}

function conditionOf(outcome: Outcome): string | null {
  switch (outcome.kind) {
    case 'tests-failed':
      return 'test-failure';
    case 'timed-out':
      return 'timeout';
    case 'crashed':
      return 'crash';
    case 'passed':
    case 'no-tests':
    case 'report-unusable':
    case 'spawn-failed':
    case 'service-failed':
    case 'cancelled':
    case 'skipped':
      return null;
  }
}

interface Pattern {
  readonly source: string;
  readonly matches: ReturnType<typeof boundedMatcher>;
  isTold: boolean;
}

function patternOf(condition: string): string | null {
  return condition.startsWith('regex:') ? condition.slice('regex:'.length) : null;
}

function createPattern(source: string): Pattern {
  return { source, matches: boundedMatcher(new RegExp(source)), isTold: false };
}

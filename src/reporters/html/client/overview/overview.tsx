import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { TimelineSection } from '../timeline/timeline-section.tsx';
import { usePage } from '../state.ts';
import { Alerts } from './alerts.tsx';
import { Flaky, NotRun, Quarantined } from './attention.tsx';
import { Categories } from './categories.tsx';
import { Failures } from './failures.tsx';
import { More } from './more.tsx';
import { Slowest } from './slowest.tsx';
import { Verdict } from './verdict.tsx';

/** The run on one page: what is broken first. */
export function Overview(): VNode {
  const { section } = usePage().view;
  useEffect(() => {
    if (section === null) return;
    document.getElementById(`section-${section}`)?.scrollIntoView();
    document.getElementById(`title-${section}`)?.focus({ preventScroll: true });
  }, [section]);
  return (
    <div class="overview">
      <Verdict />
      <Alerts />
      <Failures />
      <NotRun />
      <Flaky />
      <Quarantined />
      <Categories />
      <TimelineSection />
      <Slowest />
      <More />
    </div>
  );
}

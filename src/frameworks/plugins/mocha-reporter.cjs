// Mocha takes its reporter by `require`, which not every Node can do with a module; the plugin is loaded before it.
module.exports = globalThis[Symbol.for('runner.mocha-reporter')];

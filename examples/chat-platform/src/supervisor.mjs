/**
 * Starts components when what they need is up, independent ones at the same time, and stops them in reverse.
 * A component is `{ needs?: string[], start(), stop?() }`.
 */
export function createSupervisor(components) {
  checkOrder(components);
  const states = new Map(Object.keys(components).map((name) => [name, 'waiting']));
  const started = [];
  const starting = new Map();

  const start = (name) => {
    const known = starting.get(name);
    if (known !== undefined) return known;
    const promise = (async () => {
      const { needs = [], start: begin } = components[name];
      await Promise.all(needs.map(start));
      states.set(name, 'starting');
      try {
        await begin();
      } catch (error) {
        states.set(name, 'failed');
        throw new Error(`${name} did not start: ${error.message}`, { cause: error });
      }
      states.set(name, 'up');
      started.push(name);
    })();
    starting.set(name, promise);
    return promise;
  };

  return {
    /** Rejects with the first failure, after what had been started is stopped again. */
    async startAll() {
      const results = await Promise.allSettled(Object.keys(components).map(start));
      const failure = results.find(({ status }) => status === 'rejected');
      if (failure === undefined) return;
      await this.stopAll();
      throw failure.reason;
    },
    /** Stops everything that is up, last started first; one that fails to stop does not keep the others up. */
    async stopAll() {
      const problems = [];
      for (let name = started.pop(); name !== undefined; name = started.pop()) {
        try {
          await components[name].stop?.();
        } catch (error) {
          problems.push(`${name}: ${error.message}`);
        }
        states.set(name, 'stopped');
      }
      return problems;
    },
    states: () => Object.fromEntries(states),
  };
}

function checkOrder(components) {
  const done = new Set();
  const visit = (name, path) => {
    if (path.includes(name)) throw new Error(`components need each other: ${[...path, name].join(' -> ')}`);
    if (done.has(name)) return;
    const component = components[name];
    if (component === undefined) throw new Error(`${path.at(-1)} needs ${name}, which does not exist`);
    for (const need of component.needs ?? []) visit(need, [...path, name]);
    done.add(name);
  };
  for (const name of Object.keys(components)) visit(name, []);
}

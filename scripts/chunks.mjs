import { resolve } from 'node:path';

/**
 * Puts what is loaded together into one file: Node takes half a millisecond for each, and a plan would read thirty. A module belongs to the first
 * of these groups whose commands all need it from the start, so that none of them loads what is not its own; the rest is cut by rolldown.
 */
export const chunkGroups = groupsOf([
  // Without the module itself, which is a file already: that of the name would only point to it.
  { name: 'start', needed: ['src/cli.ts'], without: 'src/cli.ts' },
  { name: 'common', needed: ['src/commands/plan.ts', 'src/commands/merge.ts'] },
  { name: 'planning', needed: ['src/commands/plan.ts'] },
  { name: 'reporting', needed: ['src/commands/run.ts', 'src/commands/merge.ts'] },
  { name: 'running', needed: ['src/commands/run.ts'] },
]);

function groupsOf(groups) {
  const known = new Map();
  const modulesOf = (root, bundle) => {
    if (!known.has(root)) known.set(root, reachedFrom(resolve(root), bundle));
    return known.get(root);
  };
  return groups.map(({ name, needed, without }, index) => ({
    name: (id, bundle) =>
      needed.every((root) => modulesOf(root, bundle).has(id)) && !(without && id === resolve(without)) ? name : null,
    debugName: name,
    priority: groups.length - index,
  }));
}

/** A module, and all that it imports before it runs. */
function reachedFrom(root, bundle) {
  const found = new Set();
  const open = [root];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(bundle.getModuleInfo(id)?.importedIds ?? []));
  }
  return found;
}

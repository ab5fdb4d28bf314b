/** Work that cannot be cut any further: a test file, or a suite that is not made of files. */
export interface Unit {
  readonly key: string;
  readonly category: string;
  readonly suite: string;
  /** What it costs, above zero; milliseconds, or anything else that adds up. */
  readonly cost: number;
}

export interface ShardInput {
  readonly units: readonly Unit[];
  /** Number of shards, at least 1. */
  readonly total: number;
  /** Per category all categories that must have passed before it, also those that the others wait for. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /** What the first process of a suite costs in each shard that runs any of it. */
  readonly startUp: ReadonlyMap<string, number>;
}

/**
 * Gives every unit to one of `total` shards: longest first, each to the shard that is done first with it (LPT, at most 4/3 of the best). A
 * category that others wait for is not cut: it follows whole into each shard that needs it, and the unit lists hold it for the first of them.
 * A shard is empty only when there are fewer units to cut than shards. Equal input gives equal output, in any order of units.
 * @see Graham: Bounds on multiprocessing timing anomalies, SIAM J. Appl. Math. 17(2), 1969
 */
export function cutShards(input: ShardInput): readonly (readonly Unit[])[] {
  const awaited = new Set([...input.needs.values()].flat());
  const loose = input.units
    .filter((unit) => !awaited.has(unit.category))
    .sort((a, b) => b.cost - a.cost || (a.key < b.key ? -1 : 1));
  const kinds = new Map<string, Kind>();
  const kindOf = ({ category, suite }: Unit): Kind => {
    const key = JSON.stringify([category, suite]);
    const kind = kinds.get(key) ?? { key, category, suite, index: kinds.size };
    kinds.set(key, kind);
    return kind;
  };
  const blocks = blockCosts(
    input,
    input.units.filter((unit) => awaited.has(unit.category)),
  );
  const placing: Placing = { ...input, blocks, loose: loose.map((unit) => ({ unit, kind: kindOf(unit) })) };
  const shards = bestSpread(placing);
  const homes = shards.map(({ units }) => [...units]);
  for (const unit of input.units) {
    if (!awaited.has(unit.category)) continue;
    const first = shards.findIndex(({ blocks: own }) => own.has(unit.category));
    homes[Math.max(0, first)]?.push(unit);
  }
  return homes.map((units) => units.sort((a, b) => (a.key < b.key ? -1 : 1)));
}

interface Placing extends ShardInput {
  readonly loose: readonly Loose[];
  /** What each category that follows costs. */
  readonly blocks: ReadonlyMap<string, Block>;
}

/** A unit that may go to any shard. */
interface Loose {
  readonly unit: Unit;
  readonly kind: Kind;
}

/** Units of one kind bring the same with them. */
interface Kind {
  readonly index: number;
  readonly key: string;
  readonly category: string;
  readonly suite: string;
}

interface Block {
  readonly cost: number;
  readonly suites: ReadonlySet<string>;
}

interface Shard {
  readonly units: Unit[];
  /** Categories that follow. */
  readonly blocks: Set<string>;
  readonly suites: Set<string>;
  /** What a further unit brings with it, by the index of its kind. */
  extras: number[];
  load: number;
}

function blockCosts({ needs }: ShardInput, units: readonly Unit[]): ReadonlyMap<string, Block> {
  const blocks = new Map<string, Block>(
    [...needs.values()].flat().map((name) => [name, { cost: 0, suites: new Set() }]),
  );
  for (const [name, own] of Map.groupBy(units, ({ category }) => category)) {
    const cost = own.reduce((sum, unit) => sum + unit.cost, 0);
    blocks.set(name, { cost, suites: new Set(own.map(({ suite }) => suite)) });
  }
  return blocks;
}

/** Kinds of work for which it is tried out in how few shards they are best kept; fewer where each try takes long. */
const maxTried = 8;
const maxSteps = 8_000_000;

/**
 * What brings much with it is better kept in few shards: what it waits for, and the start of its suite. How few is tried out, one kind of work
 * after the other: a half, a quarter, ... of the shards.
 */
function bestSpread(placing: Placing): readonly Shard[] {
  const limits = new Map<Kind, number>();
  let best = place(placing, limits);
  const fair = placing.loose.reduce((sum, { unit }) => sum + unit.cost, 0) / placing.total;
  const kinds = [...new Set(placing.loose.map(({ kind }) => kind))]
    .map((kind) => ({ kind, cost: broughtCost(placing, kind) }))
    .filter(({ cost }) => cost > fair / 20)
    .sort((a, b) => b.cost - a.cost || (a.kind.key < b.kind.key ? -1 : 1))
    .slice(0, Math.min(maxTried, Math.ceil(maxSteps / (placing.loose.length * placing.total))));
  for (const { kind } of kinds) {
    let kept = placing.total;
    for (let limit = Math.floor(placing.total / 2); limit >= 1; limit = Math.floor(limit / 2)) {
      const tried = place(placing, new Map([...limits, [kind, limit]]));
      if (longest(tried) >= longest(best)) continue;
      [best, kept] = [tried, limit];
    }
    limits.set(kind, kept);
  }
  return best;
}

function broughtCost({ needs, blocks, startUp }: Placing, { category, suite }: Kind): number {
  const following = (needs.get(category) ?? []).reduce((sum, name) => sum + (blocks.get(name)?.cost ?? 0), 0);
  return following + (startUp.get(suite) ?? 0);
}

function longest(shards: readonly Shard[]): number {
  return shards.reduce((most, { load }) => Math.max(most, load), 0);
}

/** Each to the shard that is done first with it; units of a kind with a limit go to no more shards than that. */
function place(placing: Placing, limits: ReadonlyMap<Kind, number>): readonly Shard[] {
  const shards = Array.from({ length: placing.total }, (): Shard => ({
    ...{ units: [], load: 0, blocks: new Set(), suites: new Set(), extras: [] },
  }));
  const used = new Map<Kind, Set<Shard>>([...limits.keys()].map((kind) => [kind, new Set()]));
  let empty = shards.length;
  for (const [index, { unit, kind }] of placing.loose.entries()) {
    const own = used.get(kind);
    const mustFill = placing.loose.length - index <= empty;
    const full = own !== undefined && own.size >= (limits.get(kind) ?? placing.total);
    const candidates = mustFill ? shards.filter(({ units }) => units.length === 0) : full ? [...own] : shards;
    const shard = cheapest(candidates, kind, placing);
    if (shard === null) continue;
    if (shard.units.length === 0) empty -= 1;
    own?.add(shard);
    put(shard, { unit, kind }, placing);
  }
  return shards;
}

function cheapest(candidates: readonly Shard[], kind: Kind, placing: Placing): Shard | null {
  let best: Shard | null = null;
  let least = Infinity;
  for (const shard of candidates) {
    const load = shard.load + (shard.extras[kind.index] ?? extraCost(shard, kind, placing));
    if (load < least) [best, least] = [shard, load];
  }
  return best;
}

/** What the unit makes the shard pay besides itself: what it waits for, and the start of what has not been started there. */
function extraCost(shard: Shard, { category, suite, index }: Kind, { needs, blocks, startUp }: Placing): number {
  const missing = (needs.get(category) ?? []).filter((name) => !shard.blocks.has(name));
  const suites = new Set([suite, ...missing.flatMap((name) => [...(blocks.get(name)?.suites ?? [])])]);
  const cost =
    missing.reduce((sum, name) => sum + (blocks.get(name)?.cost ?? 0), 0) +
    [...suites].reduce((sum, name) => sum + (shard.suites.has(name) ? 0 : (startUp.get(name) ?? 0)), 0);
  shard.extras[index] = cost;
  return cost;
}

function put(shard: Shard, { unit, kind }: Loose, placing: Placing): void {
  const extra = shard.extras[kind.index] ?? extraCost(shard, kind, placing);
  shard.load += unit.cost + extra;
  shard.units.push(unit);
  const [blocksBefore, suitesBefore] = [shard.blocks.size, shard.suites.size];
  shard.suites.add(unit.suite);
  for (const name of placing.needs.get(unit.category) ?? []) {
    shard.blocks.add(name);
    for (const suite of placing.blocks.get(name)?.suites ?? []) shard.suites.add(suite);
  }
  if (shard.blocks.size > blocksBefore || shard.suites.size > suitesBefore) shard.extras = [];
}

/** A seeded source of choices: the same seed gives the same choices on every machine (integer arithmetic only). */
export interface Random {
  /** An integer from `min` to `max`, both included. */
  between(min: number, max: number): number;
  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** One of `[item, weight]`, as often as its share of the weights. */
  weighted<T>(items: readonly (readonly [T, number])[]): T;
}

/** mulberry32 by Tommy Ettinger (public domain): 32 bits of state, good enough for sample data. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;

  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };

  const between = (min: number, max: number): number => min + (next() % (max - min + 1));

  return {
    between,
    chance: (percent) => between(1, 100) <= percent,
    pick(items) {
      const item = items[between(0, items.length - 1)];
      if (item === undefined) throw new RangeError("pick() needs at least one item");
      return item;
    },
    weighted(items) {
      const total = items.reduce((sum, [, weight]) => sum + weight, 0);
      let rest = between(1, total);
      for (const [item, weight] of items) {
        rest -= weight;
        if (rest <= 0) return item;
      }
      throw new RangeError("weighted() needs at least one item with a weight");
    },
  };
}

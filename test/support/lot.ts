export interface Lot {
  /** From 0 up to, but without, 1. */
  draw(): number;
  pick<T>(from: readonly T[]): T;
}

/** Lots that are drawn with a seed (mulberry32): the same seed, the same sample, on every machine. */
export function createLot(seed: number): Lot {
  let state = seed >>> 0;
  function draw(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return {
    draw,
    pick(from) {
      const picked = from[Math.floor(draw() * from.length)];
      if (picked === undefined) throw new Error('There is nothing to pick from');
      return picked;
    },
  };
}

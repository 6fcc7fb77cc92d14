/** Numbers that look drawn and are the same in every run: for synthetic populations and tests. */

export type Draw = () => number;

/** mulberry32: numbers from 0 to below 1; the same seed gives the same sequence. */
export function drawsFrom(seed: number): Draw {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Where a value lies on an axis, in pixels. */
export type Scale = (value: number) => number;

/** From 0 to the most. */
export function linearScale(
  most: number,
  [from, to]: readonly [number, number],
): Scale {
  return (value) => from + ((to - from) * Math.min(value, most)) / most;
}

/** A fast line and a small rung are a thousandfold apart: each decade has the same height. */
export function logScale(
  least: number,
  most: number,
  [from, to]: readonly [number, number],
): Scale {
  const [low, high] = [Math.log10(least), Math.log10(most)];
  return (value) => {
    const share = (Math.log10(Math.max(value, least)) - low) / (high - low);
    return from + (to - from) * Math.min(1, share);
  };
}

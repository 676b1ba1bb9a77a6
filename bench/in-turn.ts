import type { Figure } from "./case.js";
import type { Cost } from "./measure.js";

/**
 * Runs commands in turn, A B C, B C A, C A B: what else the machine does meanwhile meets all of them
 * alike, and so does what the command before leaves behind. A virtual machine may have given the memory
 * of removed files back, and the next one who writes waits until it is there again.
 *
 * @param clean called before each command, outside of its time
 */
export async function inTurn(
  runs: number,
  commands: Readonly<Record<string, () => Promise<Cost>>>,
  clean: () => void = () => undefined,
): Promise<Record<string, Cost[]>> {
  const costs: Record<string, Cost[]> = {};
  for (let run = 0; run < runs; run++) {
    const all = Object.entries(commands);
    const first = run % Math.max(1, all.length);
    for (const [name, command] of [
      ...all.slice(first),
      ...all.slice(0, first),
    ]) {
      clean();
      (costs[name] ??= []).push(await command());
    }
  }
  clean();
  return costs;
}

/** How many times the cost of another command ours is: the middle of the ratios run by run. */
export function ratio(
  costs: Readonly<Record<string, readonly Cost[]>>,
  [ours, theirs]: readonly [string, string],
  of: "wall" | "CPU" = "wall",
  most?: number,
): Figure {
  const field = of === "wall" ? "wallSeconds" : "cpuSeconds";
  const values = (name: string) => (costs[name] ?? []).map((c) => c[field]);
  const other = values(theirs);
  const ratios = values(ours).map((value, i) => value / (other[i] ?? NaN));
  return {
    what: `${ours} / ${theirs}, ${of}`,
    value: median(ratios),
    unit: "times",
    ...(most === undefined ? {} : { most }),
  };
}

/** The middle of several values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [
    sorted[middle - 1 + (sorted.length % 2)],
    sorted[middle],
  ];
  return (low + high) / 2;
}

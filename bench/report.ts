import { cpus, loadavg, totalmem } from "node:os";
import type { Tool } from "../src/ffmpeg/find.js";
import { isMissed, type Case, type Figure, type Outcome } from "./case.js";
import { median } from "./in-turn.js";
import type { Cost } from "./measure.js";

export function sayMachine(ffmpeg: Tool, folder: string): void {
  const memory = `${(totalmem() / 1e9).toFixed(0)} GB`;
  console.log(
    `${cpus().length} x ${cpus()[0]?.model}, ${memory}, Node ${process.version}, ffmpeg ${ffmpeg.version}`,
  );
  console.log(
    `files in ${folder}; load of the machine before: ${loadavg()[0]?.toFixed(1)}`,
  );
}

export function sayCase({ name, title }: Case, runs: number): void {
  console.log(`\n${name}: ${title}; ${runs} run(s) each`);
}

export function sayOutcome({ costs, figures = [], skipped = [] }: Outcome) {
  if (costs !== undefined) sayCosts(costs);
  for (const figure of figures) console.log(`  ${textOf(figure)}`);
  for (const reason of skipped) console.log(`  skipped: ${reason}`);
}

/** @param figures all that have a must */
export function sayEnd(figures: readonly Figure[]): void {
  const missed = figures.filter(isMissed);
  console.log(`\n${figures.length} must(s), ${missed.length} missed`);
  for (const figure of missed) console.log(`  ${textOf(figure)}`);
}

function sayCosts(costs: Readonly<Record<string, readonly Cost[]>>): void {
  console.log(`  ${"medians".padEnd(24)}  wall s    CPU s`);
  for (const [name, runs] of Object.entries(costs)) {
    const [wall, cpu] = [
      median(runs.map(({ wallSeconds }) => wallSeconds)),
      median(runs.map(({ cpuSeconds }) => cpuSeconds)),
    ];
    console.log(
      `  ${name.padEnd(24)} ${wall.toFixed(3).padStart(7)}  ${cpu.toFixed(2).padStart(7)}`,
    );
  }
}

const DIGITS = {
  ...{ times: 3, MB: 0, s: 3, "a second": 0, readers: 0 },
  ...{ "%": 2, dB: 3 },
};

function textOf(figure: Figure): string {
  const { what, value, unit, most, least } = figure;
  const must = [
    ...(most === undefined ? [] : [`  (must: at most ${most})`]),
    ...(least === undefined ? [] : [`  (must: at least ${least})`]),
  ].join("");
  const missed = isMissed(figure) ? "  MISSED" : "";
  return `${what}: ${value.toFixed(DIGITS[unit])} ${unit}${must}${missed}`;
}

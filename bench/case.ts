import type { Cost } from "./measure.js";
import type { Options } from "./options.js";

/** Something to measure. `npm run bench -- GROUP` runs the cases whose name begins with it. */
export interface Case {
  /** `group` or `group/what`. */
  readonly name: string;
  /** How often each command runs, unless --runs says. */
  readonly runs: number;
  /** What runs on what, in one line. */
  readonly title: string;
  readonly run: (setting: Setting) => Promise<Outcome>;
}

export interface Setting {
  /** For sources and outputs; removed after the case. */
  readonly folder: string;
  readonly runs: number;
  readonly options: Options;
}

export interface Outcome {
  /** Commands that ran in turn, by name. */
  readonly costs?: Readonly<Record<string, readonly Cost[]>>;
  readonly figures?: readonly Figure[];
  /** What was not measured, and why. */
  readonly skipped?: readonly string[];
}

/** A number that counts. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: "times" | "MB" | "s" | "a second" | "readers" | "%" | "dB";
  /** The bench fails when the value is larger, or smaller. Without either, the figure is for information. */
  readonly most?: number;
  readonly least?: number;
}

/** Not a number is a miss too. */
export function isMissed({ value, most, least }: Figure): boolean {
  return (
    (most !== undefined && !(value <= most)) ||
    (least !== undefined && !(value >= least))
  );
}

/** Can the bench fail by it? */
export function isMust({ most, least }: Figure): boolean {
  return most !== undefined || least !== undefined;
}

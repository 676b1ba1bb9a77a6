import { tmpdir } from "node:os";
import { parseArgs } from "node:util";

/** What stands after `npm run bench --`. */
export interface Options {
  /** Beginnings of names of cases; empty for all. */
  readonly wanted: readonly string[];
  /** How often each command runs; undefined leaves it to the case. */
  readonly runs: number | undefined;
  /** Where sources and outputs lie meanwhile. */
  readonly folder: string;
  /** Length of the main job's source. */
  readonly seconds: number;
  /** x264's speed in the main job. */
  readonly speed: string;
}

/** @throws Error when an option is not known or is no number */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      runs: { type: "string" },
      folder: { type: "string", default: tmpdir() },
      seconds: { type: "string", default: "60" },
      "encoder-preset": { type: "string", default: "medium" },
    },
  });
  return {
    wanted: positionals,
    runs: values.runs === undefined ? undefined : count("runs", values.runs),
    folder: values.folder,
    seconds: count("seconds", values.seconds),
    speed: values["encoder-preset"],
  };
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} is "${text}". Expected a whole number above 0.`);
}

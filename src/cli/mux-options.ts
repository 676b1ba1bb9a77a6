import { Option, type Command } from "commander";
import { PackError } from "../errors.js";
import { toLanguage } from "../media/language.js";
import type { LayoutName } from "../mux/track-boxes.js";
import { parseBitrate } from "../plan/bitrate.js";
import type { MuxInput, TrackChoice } from "../tracks/source-track.js";
import type { ReporterFlags } from "./choose-reporter.js";
import {
  addLayoutOptions,
  addToolOptions,
  collect,
  decimal,
} from "./options.js";
import { addProtectOptions, type ProtectFlags } from "./protect-options.js";

/** Options of `mss-pack mux`, as commander gives them. */
export interface MuxFlags extends ReporterFlags, ProtectFlags {
  readonly out?: string;
  readonly name?: string;
  readonly language?: string[];
  readonly bitrate?: string[];
  readonly fragment?: number;
  readonly overwrite?: boolean;
  readonly verify: "quick" | "full";
  readonly tfdt?: boolean;
  readonly compat?: LayoutName;
  readonly fsync: boolean;
  readonly reproducible?: boolean;
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
}

export function addMuxOptions(command: Command): Command {
  command
    .option("-o, --out <folder>", "folder for the package; made when missing")
    .option(
      "--name <name>",
      "base name of the package (default: the first file's)",
    )
    .option(
      "--language <file[:track]=code>",
      "language of the sound in a file, such as film.m4a=eng; repeatable",
      collect,
    )
    .option(
      "--bitrate <file[:track]=bitrate>",
      "bitrate for the manifests, such as film.mp4=5000k (default: measured); repeatable",
      collect,
    )
    .option(
      "--fragment <seconds>",
      "length of a fragment, 0.5 to 60; the key frames that all rungs share decide (default: 2)",
      decimal,
    )
    .option("--overwrite", "replace a package of the same name")
    .addOption(
      new Option(
        "--verify <level>",
        "how the package is read back: quick, or full (decodes all, needs ffmpeg)",
      )
        .choices(["quick", "full"])
        .default("quick"),
    )
    .option(
      "--no-fsync",
      "do not wait for the disk: a power cut right after may cost the package",
    );
  addLayoutOptions(command);
  addToolOptions(command)
    .option(
      "--reproducible",
      "the same bytes on every run, also when they are encrypted",
    )
    .option(
      "--json",
      "one JSON object a line on stdout: plan, progress, result, error",
    )
    .option("--quiet", "say nothing but errors")
    .option("--debug", "print stacks of errors");
  return addProtectOptions(command);
}

/**
 * The files with what the flags say of them.
 *
 * @throws PackError `usage` for a flag that names none of the files, or says nothing sensible
 */
export function muxInputs(
  paths: readonly string[],
  { language = [], bitrate = [] }: MuxFlags,
): MuxInput[] {
  const inputs = paths.map((path) => ({ path, own: {}, tracks: {} }));
  for (const text of language)
    say(inputs, "--language", text, (code) => {
      const known = toLanguage(code);
      return known === "und" && code !== "und"
        ? undefined
        : { language: known };
    });
  for (const text of bitrate)
    say(inputs, "--bitrate", text, (value) => {
      const bits = parseBitrate(value);
      return bits === undefined ? undefined : { bitrate: bits };
    });
  return inputs.map(({ path, own, tracks }) => ({ path, ...own, tracks }));
}

interface Said {
  readonly path: string;
  own: TrackChoice;
  tracks: Record<number, TrackChoice>;
}

/** What each flag's value must look like. */
const EXPECTED: Readonly<Record<string, string>> = {
  "--language":
    "FILE=CODE or FILE:TRACK=CODE, such as film.m4a=eng or film.mp4:2=fra",
  "--bitrate": "FILE=BITRATE or FILE:TRACK=BITRATE, such as film.mp4=5000k",
};

function say(
  inputs: readonly Said[],
  flag: string,
  text: string,
  read: (value: string) => TrackChoice | undefined,
): void {
  const equals = text.lastIndexOf("=");
  const choice = equals > 0 ? read(text.slice(equals + 1)) : undefined;
  if (choice === undefined)
    throw wrong(flag, text, `Expected ${EXPECTED[flag]}.`);
  const { input, track } = find(inputs, text.slice(0, equals));
  if (input === undefined) {
    const names = inputs.map(({ path }) => path).join(", ");
    throw wrong(flag, text, `Expected one of the files: ${names}.`);
  }
  if (track === undefined) input.own = { ...input.own, ...choice };
  else input.tracks[track] = { ...input.tracks[track], ...choice };
}

/** A file by its path as it was given, or by its name alone; a name may hold a colon itself. */
function find(inputs: readonly Said[], text: string) {
  const named = (name: string) =>
    inputs.find(({ path }) => path === name) ??
    inputs.find(({ path }) => path.split(/[\\/]/).at(-1) === name);
  const whole = named(text);
  if (whole !== undefined) return { input: whole, track: undefined };
  const [, name, track] = /^(.*):(\d+)$/.exec(text) ?? [];
  return {
    input: name === undefined ? undefined : named(name),
    track: Number(track),
  };
}

function wrong(flag: string, text: string, expected: string): PackError {
  return new PackError("usage", `${flag} is "${text}". ${expected}`, {
    facts: { option: flag, found: text },
  });
}

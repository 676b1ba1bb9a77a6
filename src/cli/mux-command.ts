import { PackError } from "../errors.js";
import { toLanguage } from "../media/language.js";
import type { CodecData } from "../pipeline/codec-data.js";
import type { LayoutName } from "../mux/track-boxes.js";
import { mux } from "../pipeline/mux.js";
import { parseBitrate } from "../plan/bitrate.js";
import type { MuxInput, TrackChoice } from "../tracks/source-track.js";
import { withReporter, type ReporterFlags } from "./choose-reporter.js";
import { protectionAskedFor, requireOut } from "./flags.js";
import { muxPlanMessage, muxResultMessage } from "./messages.js";
import type { ProtectFlags } from "./options/protection.js";
import { expand, MEDIA } from "./patterns.js";

/** Options of `mss-pack mux`, as commander's values. */
export interface MuxFlags extends ReporterFlags, ProtectFlags {
  readonly output?: string;
  readonly name?: string;
  readonly language?: string[];
  readonly captions?: string[];
  readonly captionsEncoding?: string;
  readonly bitrate?: string[];
  readonly fragment?: number;
  readonly overwrite?: boolean;
  readonly verify: "quick" | "full";
  readonly tfdt?: boolean;
  readonly layout?: LayoutName;
  readonly ec3CodecData?: CodecData;
  readonly fsync: boolean;
  readonly reproducible?: boolean;
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
}

/** `mss-pack mux file... -o out/` */
export async function muxCommand(
  args: readonly string[],
  flags: MuxFlags,
  signal: AbortSignal,
): Promise<void> {
  const output = requireOut(flags, `mss-pack mux ${args.join(" ")} -o out/`);
  const given = await Promise.all(args.map((arg) => expand(arg, MEDIA)));
  const paths = given.flatMap(({ files }) => files.map(({ path }) => path));
  const inputs = muxInputs(paths, flags);
  const settings = {
    ...{ name: flags.name, fragmentSeconds: flags.fragment, signal },
    captions: flags.captions,
    captionsEncoding: flags.captionsEncoding,
  };
  const protection = await protectionAskedFor(flags, { output, signal });
  await withReporter(flags, paths[0] ?? "", async (reporter) => {
    const result = await mux(inputs, {
      output,
      ...settings,
      overwrite: flags.overwrite,
      verify: flags.verify,
      tfdt: flags.tfdt,
      layout: flags.layout,
      ec3CodecData: flags.ec3CodecData,
      fsync: flags.fsync,
      protection,
      ffmpegPath: flags.ffmpeg,
      ffprobePath: flags.ffprobe,
      onPlan: (plan) => reporter.plan(muxPlanMessage(plan)),
      onProgress: (progress) => reporter.progress(progress),
    });
    return muxResultMessage(result);
  });
}

/**
 * The files with their properties from the flags.
 *
 * @throws PackError `usage` for a flag that names none of the files, or has no valid value
 */
function muxInputs(
  paths: readonly string[],
  { language = [], bitrate = [] }: MuxFlags,
): MuxInput[] {
  const inputs = paths.map((path) => ({ path, own: {}, tracks: {} }));
  for (const text of language)
    apply(inputs, "--language", text, (code) => {
      const language = toLanguage(code);
      return language === "und" && code !== "und" ? undefined : { language };
    });
  for (const text of bitrate)
    apply(inputs, "--bitrate", text, (value) => {
      const bits = parseBitrate(value);
      return bits === undefined ? undefined : { bitrate: bits };
    });
  return inputs.map(({ path, own, tracks }) => ({ path, ...own, tracks }));
}

interface InputChoices {
  readonly path: string;
  own: TrackChoice;
  tracks: Record<number, TrackChoice>;
}

/** The form of each flag's value. */
const EXPECTED: Readonly<Record<string, string>> = {
  "--language":
    "FILE=CODE or FILE:TRACK=CODE, such as film.m4a=eng or film.mp4:2=fra",
  "--bitrate": "FILE=BITRATE or FILE:TRACK=BITRATE, such as film.mp4=5000k",
};

function apply(
  inputs: readonly InputChoices[],
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

/** Finds a file by its path in the command, or by its name alone; a name may contain a colon. */
function find(inputs: readonly InputChoices[], text: string) {
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

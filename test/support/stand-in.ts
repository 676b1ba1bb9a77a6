import { fakeProgram } from "./scratch-folder.js";

/** Options that only encoders of devices have, each with a value. */
const OF_DEVICES = [
  ...["-rc", "-forced-idr", "-no-scenecut", "-b_ref_mode"],
  ...["-idr_interval", "-forced_idr", "-look_ahead", "-adaptive_i"],
  ...["-adaptive_b", "-b_strategy", "-b_depth", "-realtime"],
  ...["-init_hw_device", "-filter_hw_device"],
];

/** What x264 needs to make groups as those encoders are asked to. */
const CLOSED = [
  ...["-b-pyramid", "none", "-sc_threshold", "0", "-keyint_min", "1"],
];

export interface StandIn {
  /** ffmpeg's name of the device's encoder. */
  readonly encoder: string;
  /** Path of a real ffmpeg with libx264. */
  readonly ffmpeg: string;
  /** Further options of x264, to make what a package must not have. */
  readonly broken?: readonly string[];
}

/**
 * A stand-in for a device that is not here: an ffmpeg that says that it has an encoder, and lets x264 do its work. It
 * shows how mss-pack asks and what it takes, and nothing about a device.
 *
 * @returns its path
 */
export function standIn(
  folder: string,
  { encoder, ffmpeg, broken = [] }: StandIn,
): Promise<string> {
  const more = [...CLOSED, ...broken].map((word) => `'${word}'`).join(" ");
  return fakeProgram(
    folder,
    "ffmpeg",
    'case "$*" in *-encoders*)',
    `  '${ffmpeg}' "$@"; echo ' V..... ${encoder}   stand-in'; exit;;`,
    "esac",
    // Each word goes from the front to the end, changed or not at all.
    "left=$#",
    "next() { left=$((left - 1)); }",
    'while [ "$left" -gt 0 ]; do',
    '  word="$1"; shift; next',
    '  case "$word" in',
    `    ${encoder}) set -- "$@" libx264;;`,
    `    ${OF_DEVICES.join("|")}) shift; next;;`,
    '    -preset) shift; next; set -- "$@" -preset ultrafast;;',
    '    -cq) set -- "$@" -crf;;',
    `    -bf) set -- "$@" -bf "$1" ${more}; shift; next;;`,
    "    *,format=nv12,hwupload*)",
    `      set -- "$@" "$(printf %s "$word" | sed 's/,format=nv12,hwupload//g')";;`,
    '    *) set -- "$@" "$word";;',
    "  esac",
    "done",
    `exec '${ffmpeg}' "$@"`,
  );
}

import type { FfmpegOutput } from "../ffmpeg/command.js";

/** The encoder's pass that a command makes; `only` when there is one pass. */
export type Pass = "only" | "first" | "second";

/** Files that a command writes for a rung. */
export interface RungFiles {
  /** An mp4. */
  readonly path: string;
  /** Prefix of x264's statistics, for two passes. */
  readonly statistics: string;
}

export const NO_FILES: RungFiles = { path: "", statistics: "" };

/** @param none the filter that does nothing */
export function chain(filters: readonly string[], none: string): string {
  return filters.join(",") || none;
}

/** Decodes a stream and drops the result. */
export function nowhere(label: string): FfmpegOutput {
  return { path: NOWHERE, options: ["-map", label, "-f", "null"] };
}

/** Drops the source's tags, chapters and dates: equal pictures give equal bytes. */
export const CONTAINER_OPTIONS = [
  ...["-map_metadata", "-1"],
  ...["-map_chapters", "-1"],
  ...["-fflags", "+bitexact"],
];

export const NOWHERE = process.platform === "win32" ? "NUL" : "/dev/null";

import { basename } from "node:path";
import { Option, type Command } from "commander";
import { PackError } from "../errors.js";
import type { FinishedOptions } from "../pipeline/options.js";
import type { ReporterFlags } from "./choose-reporter.js";
import { addToolOptions } from "./options.js";
import type { ProtectFlags } from "./protect-options.js";
import type { Reporter } from "./reporter.js";

/** Options of `mss-pack protect` and `mss-pack unprotect`, as commander gives them. */
export interface ReprotectFlags extends ReporterFlags, ProtectFlags {
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly verify: "quick" | "full";
  readonly fsync: boolean;
  readonly reproducible?: boolean;
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
}

export function addReprotectOptions(command: Command): Command {
  command
    .option("-o, --out <folder>", "folder for the package; made when missing")
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
  return addToolOptions(command)
    .option(
      "--json",
      "one JSON object a line on stdout: protection, progress, result, error",
    )
    .option("--quiet", "say nothing but errors")
    .option("--debug", "print stacks of errors");
}

/** @throws PackError `usage` when there is no output folder */
export function requireOut({ out }: ReprotectFlags, example: string): string {
  if (out) return out;
  throw new PackError("usage", "No output folder. Expected -o FOLDER.", {
    hint: `For example: ${example} -o out/`,
  });
}

/** The flags in the library's words. */
export function deliverFlags(
  flags: ReprotectFlags,
  output: string,
  signal: AbortSignal,
  reporter: Reporter,
): FinishedOptions {
  return {
    ...{ output, signal },
    overwrite: flags.overwrite,
    verify: flags.verify,
    fsync: flags.fsync,
    ffmpegPath: flags.ffmpeg,
    ffprobePath: flags.ffprobe,
    onProgress: (progress) => reporter.progress(progress),
  };
}

/** Base name of a package. */
export function nameOf(ism: string): string {
  return basename(ism).replace(/\.ism$/i, "");
}

import { InvalidArgumentError, Option, type Command } from "commander";
import type { BatchOptions } from "../batch/batch.js";
import { PackError } from "../errors.js";
import type { LayoutName } from "../mux/track-boxes.js";
import { refuseKeptRungs } from "../pipeline/target.js";
import type { ReporterFlags } from "./choose-reporter.js";
import {
  addLadderOptions,
  addLayoutOptions,
  addStallOption,
  addToolOptions,
  planOptions,
  type LadderFlags,
} from "./options.js";
import { addProtectOptions, type ProtectFlags } from "./protect-options.js";

/** Options of every command that makes packages, as commander gives them. */
export interface MakeFlags extends LadderFlags, ReporterFlags, ProtectFlags {
  /** Not commander's requiredOption: subcommands would have to give it too. */
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly resume?: boolean;
  readonly verify: "quick" | "full";
  readonly salvage?: boolean;
  readonly tfdt?: boolean;
  readonly compat?: LayoutName;
  readonly jobs?: number;
  readonly report?: string;
}

/** Adds the options of every command that makes packages. */
export function addMakeOptions(command: Command): Command {
  command.option(
    "-o, --out <folder>",
    "folder for the packages; made when missing",
  );
  addLayoutOptions(addLadderOptions(command))
    .option("--overwrite", "replace a package of the same name")
    .option(
      "--resume",
      "keep the encoded rungs when a later step fails, and go on from those that an earlier run has kept; an encode that is stopped half-way begins anew",
    )
    .addOption(
      new Option(
        "--verify <level>",
        "how the package is read back: quick, or full (decodes all)",
      )
        .choices(["quick", "full"])
        .default("quick"),
    )
    .option(
      "--salvage",
      "package what decodes of a damaged input, instead of refusing it",
    )
    .option(
      "--jobs <count>",
      "inputs at the same time (default: 1, for ffmpeg alone keeps every core busy)",
      count,
    )
    .option(
      "--report <file.json>",
      "write what became of each input as one JSON document, also on failure",
    );
  addStallOption(addToolOptions(command))
    .option(
      "--json",
      "one JSON object a line on stdout: plan, progress, result, error",
    )
    .option("--quiet", "say nothing but errors")
    .option("--verbose", "also print the ffmpeg command")
    .option("--debug", "print stacks of errors");
  return addProtectOptions(command);
}

/**
 * The flags in the library's words.
 *
 * @param example a command line for the hint when there is no output folder
 * @throws PackError `usage` when there is no output folder, or clear files would be kept of what is to be encrypted
 */
export function makeOptions(
  flags: MakeFlags,
  signal: AbortSignal,
  example: string,
): Omit<BatchOptions, "name"> {
  if (!flags.out) {
    throw new PackError("usage", "No output folder. Expected -o FOLDER.", {
      hint: `For example: ${example} -o out/`,
    });
  }
  if (flags.protect !== undefined) refuseKeptRungs(flags.resume ?? false);
  return {
    ...planOptions(flags, signal),
    output: flags.out,
    overwrite: flags.overwrite,
    resume: flags.resume,
    verify: flags.verify,
    salvage: flags.salvage,
    tfdt: flags.tfdt,
    layout: flags.compat,
    jobs: flags.jobs,
  };
}

function count(text: string): number {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number from 1 to 64.");
}

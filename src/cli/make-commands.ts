import type { Command } from "commander";
import { addMuxOptions, type MuxFlags } from "./mux-options.js";
import {
  addLadderOptions,
  addStallOption,
  addToolOptions,
  decimal,
} from "./options.js";
import type { PackFlags } from "./pack-command.js";
import { addMakeOptions } from "./pack-options.js";
import type { PlanFlags } from "./plan-command.js";
import { addProtectOptions } from "./protect-options.js";
import type { WatchFlags } from "./watch-command.js";

/** Commands that make packages, or tell what they would make. */

export function addPack(program: Command, signal: AbortSignal): void {
  program.argument(
    "[inputs...]",
    "media files or patterns; - is standard input",
  );
  addMakeOptions(program)
    .option(
      "--from-list <file>",
      "also the inputs in a file, one path a line; - is standard input",
    )
    .option(
      "--skip-existing",
      "leave alone a complete package of the same input and settings",
    )
    .option("--fail-fast", "after a failure begin no other input")
    .action(async (inputs: string[], flags: PackFlags) => {
      const { packCommand } = await import("./pack-command.js");
      await packCommand(inputs, flags, signal);
    });
}

export function addMux(program: Command, signal: AbortSignal): void {
  const command = program
    .command("mux <files...>")
    .description(
      "package finished MP4s as they are, without encoding: a rung each, and their sound",
    );
  addMuxOptions(command).action(async (files: string[], flags: MuxFlags) => {
    const { muxCommand } = await import("./mux-command.js");
    await muxCommand(files, flags, signal);
  });
}

export function addWatch(program: Command, signal: AbortSignal): void {
  const command = program
    .command("watch <folder>")
    .description(
      "package what is put into a folder, then move it to done/ or failed/ there",
    );
  addMakeOptions(command)
    .option(
      "--settle <seconds>",
      "a file that has not changed for so long is finished (default: 5)",
      decimal,
    )
    .option(
      "--poll <seconds>",
      "how often the folder is looked at (default: 2)",
      decimal,
    )
    .option("--once", "package what is there and finished, then end")
    .action(async (folder: string, flags: WatchFlags) => {
      const { watchCommand } = await import("./watch-command.js");
      await watchCommand(folder, flags, signal);
    });
}

export function addPlan(program: Command, signal: AbortSignal): void {
  const command = program
    .command("plan <input>")
    .description(
      "show what would be done: rungs, filters, fragments, size, ffmpeg command",
    );
  addProtectOptions(addStallOption(addToolOptions(addLadderOptions(command))))
    .option("--json", "the plan as JSON")
    .option("--debug", "print stacks of errors")
    .action(async (input: string, flags: PlanFlags) => {
      const { planCommand } = await import("./plan-command.js");
      await planCommand(input, flags, signal);
    });
}

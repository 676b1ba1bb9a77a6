import type { Command } from "commander";
import { addStallOption, addToolOptions } from "./options.js";
import { addKeyOptions } from "./protect-options.js";
import type { VerifyFlags } from "./verify-command.js";

/** Commands that look: at packages, files, presets, this machine. */

export function addVerify(program: Command, signal: AbortSignal): void {
  const command = program
    .command("verify <package.ism>")
    .description("read a package back, decode it, and name what is wrong")
    .option("--quick", "read indexes and fragment heads only, do not decode");
  addKeyOptions(addStallOption(addToolOptions(command)))
    .option("--json", "the report as JSON")
    .option("--debug", "print stacks of errors")
    .action(async (ism: string, flags: VerifyFlags) => {
      const { verifyCommand } = await import("./verify-command.js");
      await verifyCommand(ism, flags, signal);
    });
}

export function addInspect(program: Command, signal: AbortSignal): void {
  program
    .command("inspect <file>")
    .description(
      "show the boxes and fields of an .ismv, .isma or .mp4, or the elements of an .ism or .ismc",
    )
    .option("--json", "one JSON object a box (or for a manifest), a line each")
    .option("--debug", "print stacks of errors")
    .action(async (file: string, flags: { json?: boolean }) => {
      const { inspectCommand } = await import("./inspect-command.js");
      await inspectCommand(file, flags, signal);
    });
}

export function addPresets(program: Command): void {
  program
    .command("presets [name]")
    .description("list the presets, or print one as JSON")
    .option("--json", "all presets as JSON")
    .option("--debug", "print stacks of errors")
    .action(async (name: string | undefined, flags: { json?: boolean }) => {
      const { presetsCommand } = await import("./presets-command.js");
      await presetsCommand(name, flags);
    });
}

export function addDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .description(
      "show which ffmpeg is used, its version and encoders, Node and disk",
    );
  addToolOptions(command)
    .option("--json", "the same as JSON")
    .option("--debug", "print stacks of errors")
    .action(
      async (flags: { json?: boolean; ffmpeg?: string; ffprobe?: string }) => {
        const { doctorCommand } = await import("./doctor-command.js");
        await doctorCommand(flags);
      },
    );
}

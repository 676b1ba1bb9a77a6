import { Command, Option } from "commander";
import { version } from "../version.js";
import { exitCodesText } from "./errors.js";
import {
  addLadderOptions,
  addToolOptions,
  type LadderFlags,
} from "./options.js";
import type { PackFlags } from "./pack-command.js";

const EXAMPLES = `
Examples:
  mss-pack input.mp4 -o out/                     the default ladder, 1080p 720p 480p
  mss-pack input.mp4 -o out/ --drop 480p         one rung less
  mss-pack input.mp4 -o out/ --rung 720p:3000k --rung 360p:800k:1200k
  mss-pack plan input.mp4                        what would be done, and the ffmpeg command
  mss-pack verify out/input.ism                  read a package back and decode it all
`;

/**
 * The command line. Commands load what they need when they run, so that --help
 * and --version answer at once.
 */
export function buildProgram(signal: AbortSignal): Command {
  const program = new Command("mss-pack")
    .description(
      "Makes Microsoft Smooth Streaming packages: from a video file to .ismv, .isma, .ism and .ismc.",
    )
    .version(version(), "-V, --version")
    .exitOverride()
    .showHelpAfterError("(mss-pack --help shows all options)")
    .addHelpText("after", `${EXAMPLES}\nExit codes:\n${exitCodesText()}`)
    .enablePositionalOptions();
  addPack(program, signal);
  addPlan(program, signal);
  addVerify(program, signal);
  addInspect(program, signal);
  addPresets(program);
  addDoctor(program);
  return program;
}

function addPack(program: Command, signal: AbortSignal): void {
  program
    .argument("<input>", "media file")
    .option("-o, --out <folder>", "folder for the package; made when missing");
  addLadderOptions(program)
    .option("--overwrite", "replace a package of the same name")
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
      "--tfdt",
      "write a tfdt box in each fragment, for generic MP4 tools",
    );
  addToolOptions(program)
    .option(
      "--json",
      "one JSON object a line on stdout: plan, progress, result, error",
    )
    .option("--quiet", "say nothing but errors")
    .option("--verbose", "also print the ffmpeg command")
    .option("--debug", "print stacks of errors")
    .action(async (input: string, flags: PackFlags) => {
      const { packCommand } = await import("./pack-command.js");
      await packCommand(input, flags, signal);
    });
}

function addPlan(program: Command, signal: AbortSignal): void {
  const command = program
    .command("plan <input>")
    .description(
      "show what would be done: rungs, filters, fragments, size, ffmpeg command",
    );
  addToolOptions(addLadderOptions(command))
    .option("--json", "the plan as JSON")
    .option("--debug", "print stacks of errors")
    .action(async (input: string, flags: LadderFlags & { json?: boolean }) => {
      const { planCommand } = await import("./plan-command.js");
      await planCommand(input, flags, signal);
    });
}

function addVerify(program: Command, signal: AbortSignal): void {
  const command = program
    .command("verify <package.ism>")
    .description("read a package back, decode it, and name what is wrong")
    .option("--quick", "read indexes and fragment heads only, do not decode");
  addToolOptions(command)
    .option("--json", "the report as JSON")
    .option("--debug", "print stacks of errors")
    .action(
      async (
        ism: string,
        flags: {
          quick?: boolean;
          json?: boolean;
          ffmpeg?: string;
          ffprobe?: string;
        },
      ) => {
        const { verifyCommand } = await import("./verify-command.js");
        await verifyCommand(ism, flags, signal);
      },
    );
}

function addInspect(program: Command, signal: AbortSignal): void {
  program
    .command("inspect <file>")
    .description("show the boxes and fields of an .ismv, .isma or .mp4")
    .option("--json", "one JSON object a box, a line each")
    .option("--debug", "print stacks of errors")
    .action(async (file: string, flags: { json?: boolean }) => {
      const { inspectCommand } = await import("./inspect-command.js");
      await inspectCommand(file, flags, signal);
    });
}

function addPresets(program: Command): void {
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

function addDoctor(program: Command): void {
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

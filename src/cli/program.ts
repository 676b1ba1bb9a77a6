import { Command } from "commander";
import { version } from "../util/install.js";
import { exitCodesText } from "./errors.js";
import { addMuxOptions, type MuxFlags } from "./mux-options.js";
import {
  addStallOption,
  addToolOptions,
  addLadderOptions,
  decimal,
} from "./options.js";
import type { PackFlags } from "./pack-command.js";
import { addMakeOptions } from "./pack-options.js";
import type { PlanFlags } from "./plan-command.js";
import { addKeyOptions, addProtectOptions } from "./protect-options.js";
import type { ReportFlags } from "./report-command.js";
import {
  addReprotectOptions,
  type ReprotectFlags,
} from "./reprotect-options.js";
import type { ServeFlags } from "./serve-command.js";
import { addServeOptions } from "./serve-options.js";
import type { VerifyFlags } from "./verify-command.js";
import type { WatchFlags } from "./watch-command.js";

const EXAMPLES = `
Examples:
  mss-pack input.mp4 -o out/                     the default ladder, 1080p 720p 480p
  mss-pack input.mp4 -o out/ --drop 480p         one rung less
  mss-pack input.mp4 -o out/ --copy top          the source's own picture as the highest rung
  mss-pack a.mp4 b.mov 'clips/*.mkv' -o out/     many inputs, a package each
  mss-pack input.mp4 -o out/ --rung 720p:3000k --rung 360p:800k:1200k
  mss-pack mux 1080.mp4 720.mp4 de.m4a -o out/   finished MP4s, without encoding
  mss-pack watch in/ -o out/                     whatever is put into in/
  mss-pack input.mp4 -o out/ --protect playready --la-url https://example.com/rights --key-file film.keys
  mss-pack plan input.mp4                        what would be done, and the ffmpeg command
  mss-pack verify out/input.ism                  read a package back and decode it all
  mss-pack verify out/input.ism --key-file film.keys  the same of a protected one
  mss-pack serve out/                            see it play: an origin, and a player page
  mss-pack report access.log                     who watched what
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
    // Errors are said in one place and one style: main.ts.
    .configureOutput({ outputError: () => undefined })
    .helpCommand("help [command]", "show the options of a command")
    .addHelpText("after", `${EXAMPLES}\nExit codes:\n${exitCodesText()}`)
    .enablePositionalOptions();
  addPack(program, signal);
  addMux(program, signal);
  addWatch(program, signal);
  addPlan(program, signal);
  addProtect(program, signal);
  addUnprotect(program, signal);
  addVerify(program, signal);
  addServe(program, signal);
  addReport(program, signal);
  addInspect(program, signal);
  addPresets(program);
  addDoctor(program);
  return program;
}

/** Commands that encrypt finished packages, and give them back. */

function addProtect(program: Command, signal: AbortSignal): void {
  const command = program
    .command("protect <package.ism>")
    .description("encrypt a finished package; all else in it stays as it is");
  addReprotectOptions(command).option(
    "--reproducible",
    "the same package and key give the same bytes on every run",
  );
  addProtectOptions(command)
    .addHelpText("after", PROTECT_EXAMPLES)
    .action(async (ism: string, flags: ReprotectFlags) => {
      const { protectCommand } = await import("./protect-command.js");
      await protectCommand(ism, flags, signal);
    });
}

const PROTECT_EXAMPLES = `
Examples:
  mss-pack protect film.ism -o protected/ --la-url https://example.com/rights --key-file film.keys
  mss-pack protect film.ism -o protected/ --cpix film.cpix --cpix-private-key ours.pem
  mss-pack protect film.ism -o protected/ --la-url https://example.com/rights --generate-keys --keys-out film.keys
`;

function addUnprotect(program: Command, signal: AbortSignal): void {
  const command = program
    .command("unprotect <package.ism>")
    .description(
      "give a protected package back in the clear, byte for byte, to whoever has its key",
    );
  addKeyOptions(addReprotectOptions(command)).action(
    async (ism: string, flags: ReprotectFlags) => {
      const { unprotectCommand } = await import("./protect-command.js");
      await unprotectCommand(ism, flags, signal);
    },
  );
}

/** Commands that look: at packages, files, presets, this machine. */

function addVerify(program: Command, signal: AbortSignal): void {
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

function addInspect(program: Command, signal: AbortSignal): void {
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

/** Commands that make packages, or tell what they would make. */

function addPack(program: Command, signal: AbortSignal): void {
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

function addMux(program: Command, signal: AbortSignal): void {
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

function addWatch(program: Command, signal: AbortSignal): void {
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

function addPlan(program: Command, signal: AbortSignal): void {
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

const SERVE_EXAMPLES = `
Examples:
  mss-pack serve out/ --open                       and look at it in a browser
  mss-pack serve out/ --host 0.0.0.0 --access-log access.log
  mss-pack serve out/ --preview-keys film.keys     protected packages, with the key at hand
`;

/** Commands for viewers: an origin, and who watched. */

function addServe(program: Command, signal: AbortSignal): void {
  const command = program
    .command("serve <folder>")
    .description(
      "an origin for the packages in a folder, with a page that plays them",
    );
  addServeOptions(command)
    .addHelpText("after", SERVE_EXAMPLES)
    .action(async (folder: string, flags: ServeFlags) => {
      const { serveCommand } = await import("./serve-command.js");
      await serveCommand(folder, flags, signal);
    });
}

const REPORT_EXAMPLES = `
Examples:
  mss-pack report access.log                     a table
  mss-pack report access.log* --html week.html   rotated logs, in any order
  mss-pack report access.log --package films/one --from 2026-11-01
  mss-pack report access.log --csv > days.csv    a row for each day and package
  mss-pack report - < access.log
`;

function addReport(program: Command, signal: AbortSignal): void {
  program
    .command("report <access.log...>")
    .description("tell who watched what, from access logs of serve or nginx")
    .option("--json", "the report as JSON")
    .option("--csv", "a row for each day and package")
    .option("--html <file>", "also write a page with plots")
    .option("--package <name>", "only this package: its path without .ism")
    .option("--from <day>", "only from this day on (UTC), such as 2026-11-26")
    .option("--to <day>", "only until this day, which counts too")
    .option("--debug", "print stacks of errors")
    .addHelpText("after", REPORT_EXAMPLES)
    .action(async (logs: string[], flags: ReportFlags) => {
      const { reportCommand } = await import("./report-command.js");
      await reportCommand(logs, flags, signal);
    });
}

import { Command } from "commander";
import { version } from "../version.js";
import { addReport, addServe } from "./audience-commands.js";
import { exitCodesText } from "./errors.js";
import {
  addDoctor,
  addInspect,
  addPresets,
  addVerify,
} from "./look-commands.js";
import { addMux, addPack, addPlan, addWatch } from "./make-commands.js";
import { addProtect, addUnprotect } from "./protect-commands.js";

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

import { COMMAND_NAMES, type CommandName, type OptionRow } from "./option.js";

/** `--json` of each command: what it tells, in words. */
function json(text: string, ...commands: readonly CommandName[]): OptionRow {
  return {
    ...{ flags: "--json", text, group: "messages", commands, common: true },
    words: ["machine", "script"],
  };
}

/** What is said, to people and to machines. */
export const MESSAGE_OPTIONS: readonly OptionRow[] = [
  json(
    "one JSON object a line on stdout: plan, progress, result, error",
    ...(["pack", "watch", "mux"] as const),
  ),
  json(
    "one JSON object a line on stdout: protection, progress, result, error",
    ...(["protect", "unprotect"] as const),
  ),
  json("the plan as JSON", "plan"),
  json("the report as JSON", "verify", "report"),
  json("say on standard output, as JSON, where it serves", "serve"),
  json("one JSON object a box (or for a manifest), a line each", "inspect"),
  json("all presets as JSON", "presets"),
  json("the same as JSON", "doctor"),
  {
    flags: "--quiet",
    text: "say nothing but errors",
    group: "messages",
    commands: ["pack", "watch", "mux", "protect", "unprotect"],
    words: ["silent"],
  },
  {
    flags: "--verbose",
    text: "also print the ffmpeg command",
    group: "messages",
    commands: ["pack", "watch"],
    conflicts: ["quiet"],
  },
  {
    flags: "--debug",
    text: "print stacks of errors",
    group: "messages",
    commands: COMMAND_NAMES,
    words: ["trace", "bug"],
  },
  {
    flags: "-V, --version",
    text: "output the version number",
    group: "messages",
    commands: ["pack"],
  },
  {
    flags: "-h, --help",
    text: "display help for command",
    group: "messages",
    commands: COMMAND_NAMES,
    common: true,
  },
];

import { InvalidArgumentError } from "commander";
import { CLIENT_NAMES, clientsIn, type Client } from "../../clients/clients.js";
import {
  COMMAND_NAMES,
  wholeNumber,
  type CommandName,
  type OptionRow,
} from "./option.js";

const SERVE: readonly CommandName[] = ["serve"];
const REPORT: readonly CommandName[] = ["report"];

/** Options of the origin. */
export const SERVE_OPTIONS: readonly OptionRow[] = [
  {
    flags: "--port <number>",
    text: "port; 0 takes a free one",
    group: "serve",
    commands: SERVE,
    common: true,
    default: 8080,
    parse: wholeNumber(0, 65_535, "a number from 0 to 65535"),
  },
  {
    flags: "--host <address>",
    text: "address to listen on; 0.0.0.0 is every network of this machine",
    group: "serve",
    commands: SERVE,
    common: true,
    words: ["bind", "listen", "interface"],
    default: "127.0.0.1",
  },
  {
    flags: "--allow-download",
    text: "media files and client manifests may be fetched whole",
    group: "serve",
    commands: SERVE,
  },
  {
    flags: "--trust-proxy",
    text: "a proxy of yours stands in front: take clients' addresses from X-Forwarded-For",
    group: "serve",
    commands: SERVE,
    words: ["nginx", "cache", "CDN"],
  },
  {
    flags: "--access-log <file>",
    text: "append a line for each request; - is standard output, the default but on a terminal; SIGHUP opens the file anew",
    group: "serve",
    commands: SERVE,
    common: true,
  },
  {
    flags: "--log-format <format>",
    text: "format of the access log: json; combined, as Apache and nginx write it; short, for people (default: json, on a terminal short)",
    group: "serve",
    commands: SERVE,
    choices: ["json", "combined", "short"],
  },
  {
    flags: "--anonymize",
    text: "write addresses of clients as hashes, with a key that is never stored",
    group: "serve",
    commands: SERVE,
    words: ["privacy", "GDPR"],
  },
  {
    flags: "--preview-keys <file>",
    text: "keys (lines of KID:KEY, or JSON) with which the page plays protected packages, by Clear Key; this machine alone",
    group: "serve",
    commands: SERVE,
    words: ["DRM"],
  },
  {
    flags: "--insecure-key-file",
    text: "read that file also when others on this machine can",
    group: "serve",
    commands: SERVE,
  },
  {
    flags: "--open",
    text: "open the page in a browser",
    group: "serve",
    commands: SERVE,
    common: true,
  },
];

function clientList(text: string): readonly Client[] {
  const clients = clientsIn(text);
  if (clients !== undefined) return clients;
  throw new InvalidArgumentError(
    `Expected ${CLIENT_NAMES.join(", ")}, several with commas, or all.`,
  );
}

/** Options of commands that inspect packages and report their viewers. */
export const VIEW_OPTIONS: readonly OptionRow[] = [
  {
    flags: "--verify <level>",
    text: "quick reads indexes and fragment heads only; full decodes all",
    group: "check",
    commands: ["verify"],
    common: true,
    words: ["quick", "level"],
    choices: ["quick", "full"],
    default: "full",
  },
  {
    flags: "--quick",
    text: "the old name of --verify quick",
    group: "check",
    commands: ["verify"],
    hidden: true,
    conflicts: ["verify"],
  },
  {
    flags: "--for <clients>",
    text: "faults also for what these clients are known to fail on, with a mend: dashjs, shaka, rx, media3, kodi, vlc, gstreamer, yt-dlp, n_m3u8dl (several with commas), or all",
    brief: "faults also for what these clients fail on: vlc,dashjs or all",
    group: "check",
    commands: ["verify"],
    common: true,
    parse: clientList,
    words: ["player", "compatibility", "device", "browser"],
  },
  {
    flags: "--csv",
    text: "a row for each day and package",
    group: "audience",
    commands: REPORT,
    words: ["spreadsheet", "Excel"],
  },
  {
    flags: "--html <file>",
    text: "also write a page with plots",
    group: "audience",
    commands: REPORT,
    common: true,
    words: ["chart", "graph"],
  },
  {
    flags: "--package <name>",
    text: "only this package: its path without .ism",
    group: "audience",
    commands: REPORT,
  },
  {
    flags: "--from <day>",
    text: "only from this day on (UTC), such as 2026-11-26",
    group: "audience",
    commands: REPORT,
    words: ["date", "since"],
  },
  {
    flags: "--to <day>",
    text: "only until this day, which counts too",
    group: "audience",
    commands: REPORT,
    words: ["date", "until"],
  },
];

/** `--json` of each command, with its output in words. */
function json(text: string, ...commands: readonly CommandName[]): OptionRow {
  return {
    brief: "one JSON object a line on stdout",
    ...{ flags: "--json", text, group: "messages", commands, common: true },
    words: ["machine", "script"],
  };
}

/** Options for output to people and to machines. */
export const MESSAGE_OPTIONS: readonly OptionRow[] = [
  json(
    "one JSON object a line on stdout: plan, progress, result, error",
    ...(["pack", "watch", "mux"] as const),
  ),
  json(
    "one JSON object a line on stdout: plan, progress, result or error of each package",
    "repair",
  ),
  json(
    "one JSON object a line on stdout: protection, progress, result, error",
    ...(["protect", "unprotect"] as const),
  ),
  json(
    "one JSON object a line on stdout: progress, result, error",
    "add",
    "remove",
  ),
  json("the plan as JSON", "plan"),
  json("the report as JSON", "verify", "report"),
  json("one JSON object a package, a line each, and then their total", "scan"),
  json("say on standard output, as JSON, where it serves", "serve"),
  json("one JSON object a box (or for a manifest), a line each", "inspect"),
  json("all presets as JSON", "presets"),
  json("say on standard output, as JSON, what became of the step", "task"),
  json(
    "one JSON object a line on stdout: each step that is begun, and its end",
    "worker",
  ),
  json(
    "one JSON object a line on stdout: each film as it was submitted; with --wait its progress and end",
    "submit",
  ),
  json("one JSON object a film, a line each", "jobs"),
  json("say on standard output, as JSON, what was cancelled", "cancel"),
  json("the same as JSON", "doctor"),
  {
    flags: "--quiet",
    text: "say nothing but errors",
    group: "messages",
    commands: [
      ...(["pack", "watch", "task", "mux", "add", "remove"] as const),
      ...([
        "repair",
        "scan",
        "convert",
        "protect",
        "unprotect",
        "worker",
        "submit",
      ] as const),
    ],
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
    text: "print the version",
    group: "messages",
    commands: ["pack"],
  },
  {
    flags: "-h, --help",
    text: "show this help",
    group: "messages",
    commands: COMMAND_NAMES,
    common: true,
  },
];

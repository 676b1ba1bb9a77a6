import type { Tools } from "../ffmpeg/find.js";
import { readingOptions } from "../ffmpeg/input-options.js";
import { requireNotKilled } from "../ffmpeg/killed.js";
import { runTool } from "../ffmpeg/run.js";
import { taskOf } from "../ffmpeg/stall.js";
import { isComplaint, isSuspicion } from "../ffmpeg/stderr.js";
import {
  clockFilters,
  clockOptions,
  type StreamKey,
} from "../media/film-clock.js";
import { withoutEdges } from "./edges.js";
import {
  audioIn,
  indexesOf,
  streamKeyOf,
  type LostTime,
  type SourceInfo,
  videoIn,
} from "./source-info.js";

/** Reads the lines of ffmpeg's showinfo and ashowinfo, and ffmpeg's complaints between them. */
export class DamageLog {
  readonly #streams: readonly StreamLog[];
  readonly #isOneSound: boolean;
  #hasBegun = false;
  #complaints = 0;

  constructor(source: SourceInfo) {
    const endOf = (stream: StreamTimes) =>
      source.promisedSeconds ??
      Math.min(
        stream.startSeconds + stream.durationSeconds,
        source.durationSeconds,
      );
    const joints = source.clock?.jumps.map(({ atSeconds }) => atSeconds) ?? [];
    this.#streams = source.streams.flatMap((stream) =>
      stream.kind === "text"
        ? []
        : [new StreamLog(stream.kind, stream, endOf(stream), joints)],
    );
    this.#isOneSound = audioIn(source).length < 2;
  }

  /** The number of ffmpeg's complaints of any kind. */
  get complaints(): number {
    return this.#complaints;
  }

  read(line: string): void {
    if (isComplaint(line)) this.#complaints++;
    // ffmpeg repeats its complaints about opening the file when it decodes.
    this.#hasBegun ||= line.includes("Input #0");
    if (!this.#hasBegun) return;
    const seconds = Number(/ pts_time:([\d.]+)/.exec(line)?.[1]);
    const filter = /^\[(?:Parsed_)?(a?)showinfo(?:@s(\d+))?/.exec(line);
    if (filter !== null) {
      const [, isSound, index] = filter;
      const kind = isSound ? "audio" : "video";
      const stream = this.#streams.find(
        (each) =>
          each.kind === kind &&
          (index === undefined || each.index === Number(index)),
      );
      if (!Number.isNaN(seconds))
        stream?.frame(seconds, kind === "audio" || /iskey:1/.test(line));
    } else if (isComplaint(line)) {
      const streams = this.#streams.filter((each) => each.isAbout(line));
      // Data that a demuxer cannot read may be missing in both.
      for (const stream of streams.length > 0 ? streams : this.#streams)
        if (isSuspicion(line)) stream.suspicion();
        else stream.complaint();
    }
  }

  end(): LostTime[] {
    return this.#streams.flatMap((stream) => {
      const isNumbered = stream.kind === "audio" && !this.#isOneSound;
      const index = isNumbered ? { index: stream.index } : {};
      return stream.end().map((lost) => ({ ...lost, ...index }));
    });
  }
}

/** The most frames that a decoder may hold back: a complaint is about one of them. H.264: at most 16 */
const FRAMES_HELD_BACK = { video: 16, audio: 1 } as const;

/** A recording that begins between two key frames shows its first one later than its first packet. */
const LATE_START_SECONDS = 0.05;

/** A stream is cut off when it ends this much before the end in its header. */
const MISSING_END_SECONDS = 1;

const NO_TIME = 0.001;

/** A suspicion is about one of the next frames. */
const FRAMES_SUSPECTED = { video: 64, audio: 64 } as const;

/** Frames are missing where two frames lie further apart than this many frames. */
const MISSING_FRAMES = 1.5;

interface StreamTimes {
  readonly codec: string;
  readonly index: number;
  readonly startSeconds: number;
  readonly durationSeconds: number;
  readonly undecodedSeconds?: number;
}

class StreamLog {
  readonly kind: "video" | "audio";
  readonly #codec: string;
  readonly index: number;
  readonly #startSeconds: number;
  readonly #endSeconds: number;
  readonly #startsLate: boolean;
  readonly #joints: readonly number[];
  readonly #lost: LostTime[] = [];
  #lastSeconds = 0;
  #damagedFrom: number | undefined;
  #framesSinceComplaint = 0;
  #hasBegun = false;
  #suspected = 0;
  #gapSeconds = Infinity;

  constructor(
    kind: "video" | "audio",
    stream: StreamTimes,
    endSeconds: number,
    joints: readonly number[],
  ) {
    this.kind = kind;
    this.#codec = stream.codec;
    this.index = stream.index;
    this.#startSeconds = stream.startSeconds;
    this.#endSeconds = endSeconds;
    this.#joints = joints;
    this.#startsLate = stream.undecodedSeconds !== undefined;
  }

  /** ffmpeg names the decoder at the start of the line, or the stream in its text. */
  isAbout(line: string): boolean {
    return (
      line.startsWith(`[${this.#codec}`) ||
      line.includes(`stream #0:${this.index}`) ||
      line.includes(`(stream = ${this.index},`) ||
      line.includes(`in stream ${this.index}`)
    );
  }

  complaint(): void {
    this.#damagedFrom ??= this.#lastSeconds;
    this.#framesSinceComplaint = 0;
  }

  /** Perhaps a packet is missing: then a frame is missing, or its decoder complains. */
  suspicion(): void {
    this.#suspected = FRAMES_SUSPECTED[this.kind];
  }

  /** Damage spreads to the frames that refer to it, until a later key frame. */
  frame(seconds: number, isKey: boolean): void {
    this.#framesSinceComplaint++;
    const isWholeAgain = this.#hasBegun
      ? this.#framesSinceComplaint > FRAMES_HELD_BACK[this.kind]
      : this.#startsLate || seconds > this.#startSeconds + LATE_START_SECONDS;
    this.#lookForMissing(seconds);
    if (isKey && isWholeAgain) this.#close(seconds);
    this.#hasBegun = true;
    this.#lastSeconds = Math.max(this.#lastSeconds, seconds);
  }

  /** Looks for frames further apart than usual where a loss is suspected. */
  #lookForMissing(seconds: number): void {
    const gap = seconds - this.#lastSeconds;
    if (!this.#hasBegun || gap <= 0) return;
    const isJoint = this.#joints.some(
      (at) => at > this.#lastSeconds - gap && at < seconds + gap,
    );
    const isMissing = gap > MISSING_FRAMES * this.#gapSeconds && !isJoint;
    if (this.#suspected > 0 && isMissing && this.#damagedFrom === undefined) {
      this.#damagedFrom = this.#lastSeconds + this.#gapSeconds;
      this.#close(seconds);
    }
    this.#suspected = Math.max(0, this.#suspected - 1);
    this.#gapSeconds = Math.min(this.#gapSeconds, gap);
  }

  end(): LostTime[] {
    const isCutOff = this.#endSeconds - this.#lastSeconds > MISSING_END_SECONDS;
    if (isCutOff) this.#damagedFrom ??= this.#lastSeconds;
    this.#close(Math.max(this.#endSeconds, this.#lastSeconds));
    return this.#lost;
  }

  #close(toSeconds: number): void {
    const fromSeconds = this.#damagedFrom;
    this.#damagedFrom = undefined;
    // A loss without length is no loss, such as bytes behind the last frame.
    if (fromSeconds === undefined || toSeconds - fromSeconds < NO_TIME) return;
    const last = this.#lost.at(-1);
    if (last !== undefined && last.toSeconds >= fromSeconds)
      this.#lost.splice(-1, 1, { ...last, toSeconds });
    else this.#lost.push({ stream: this.kind, fromSeconds, toSeconds });
  }
}

interface DamageFindings {
  readonly lost: readonly LostTime[];
  readonly notes: readonly string[];
  /** ffmpeg complained in this run too. */
  readonly isConfirmed: boolean;
}

/**
 * Finds the damaged times of a source. Decodes it once more, on one thread, so that
 * ffmpeg's complaints stand between the frames that they are about.
 *
 * @returns the times that are lost or damaged, in order, each stream by itself, and
 * notes about losses that are usual for recordings
 */
export async function findDamage(
  source: SourceInfo,
  tools: Tools,
  signal?: AbortSignal,
): Promise<DamageFindings> {
  const log = new DamageLog(source);
  const { clock } = source;
  const [video, sounds] = [videoIn(source), audioIn(source)];
  const chain = (streamKey: StreamKey, show: string) =>
    [...clockFilters(clock, streamKey), show].join(",");
  // Each stream that is joined into one sound.
  const parts = sounds.flatMap((sound) =>
    indexesOf(sound).map((part) => ({ sound, part })),
  );
  const args = [
    ...["-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+info"],
    ...["-threads", "1", ...clockOptions(clock)],
    // Filters remember times, so ffmpeg must not build them anew for a part of another
    // size.
    ...["-reinit_filter", "0"],
    ...readingOptions(source.path, source.container),
    ...["-i", source.path],
    ...(video
      ? ["-map", `0:${video.index}`, "-vf", chain("video", SHOW_PICTURES)]
      : []),
    ...parts.flatMap(({ sound, part }, i) => [
      ...["-map", `0:${part}`, `-filter:a:${i}`],
      chain(streamKeyOf(source, sound), `ashowinfo@s${sound.index}`),
    ]),
    ...["-f", "null", "-"],
  ];
  const run = await runTool(tools.ffmpeg.path, args, {
    signal,
    task: taskOf(tools, source.path, "input"),
    onErrorLine: (line) => log.read(line),
  });
  requireNotKilled(run, "ffmpeg");
  return {
    ...withoutEdges(log.end(), source),
    isConfirmed: log.complaints > 0,
  };
}

/** showinfo sums up every pixel, so the picture is made small. */
const SHOW_PICTURES = "scale=16:16:flags=neighbor,showinfo";

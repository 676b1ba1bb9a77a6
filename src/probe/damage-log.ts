import { isComplaint } from "../tools/complaints.js";
import type { SourceInfo } from "./source-info.js";

/** A time of the source that cannot be decoded, in seconds from its begin. */
export interface LostTime {
  readonly stream: "video" | "audio";
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** Reads the lines of ffmpeg's showinfo and ashowinfo, and the complaints between them. */
export class DamageLog {
  readonly #streams: readonly StreamLog[];
  #hasBegun = false;

  constructor({ video, audio, durationSeconds }: SourceInfo) {
    const videoEnd = video ? video.startSeconds + video.durationSeconds : 0;
    const audioEnd = audio ? audio.startSeconds + audio.durationSeconds : 0;
    this.#streams = [
      ...(video
        ? [new StreamLog("video", video, Math.min(videoEnd, durationSeconds))]
        : []),
      ...(audio
        ? [new StreamLog("audio", audio, Math.min(audioEnd, durationSeconds))]
        : []),
    ];
  }

  read(line: string): void {
    // What is said while ffmpeg looks into the file is said again when it decodes.
    this.#hasBegun ||= line.includes("Input #0");
    if (!this.#hasBegun) return;
    const seconds = Number(/ pts_time:([\d.]+)/.exec(line)?.[1]);
    const filter = /Parsed_(a?)showinfo/.exec(line);
    if (filter !== null) {
      const kind = filter[1] === "a" ? "audio" : "video";
      const stream = this.#streams.find((each) => each.kind === kind);
      if (!Number.isNaN(seconds))
        stream?.frame(seconds, kind === "audio" || /iskey:1/.test(line));
    } else if (isComplaint(line)) {
      const known = this.#streams.filter((each) => each.isAbout(line));
      // What a demuxer cannot read may be missing in both.
      for (const stream of known.length > 0 ? known : this.#streams)
        stream.complaint();
    }
  }

  end(): LostTime[] {
    return this.#streams.flatMap((stream) => stream.end());
  }
}

/** So many frames a decoder may hold back: a complaint is about one of them. H.264: at most 16 */
const FRAMES_HELD_BACK = { video: 16, audio: 1 } as const;

/** A recording that begins between two key frames shows its first one later than its first packet. */
const LATE_START_SECONDS = 0.05;

/** Streams that end so much before their header's word are cut off. */
const MISSING_END_SECONDS = 1;

class StreamLog {
  readonly kind: "video" | "audio";
  readonly #codec: string;
  readonly #index: number;
  readonly #startSeconds: number;
  readonly #endSeconds: number;
  readonly #lost: LostTime[] = [];
  #lastSeconds = 0;
  #damagedFrom: number | undefined;
  #framesSinceComplaint = 0;
  #hasBegun = false;

  constructor(
    kind: "video" | "audio",
    stream: { codec: string; index: number; startSeconds: number },
    endSeconds: number,
  ) {
    this.kind = kind;
    this.#codec = stream.codec;
    this.#index = stream.index;
    this.#startSeconds = stream.startSeconds;
    this.#endSeconds = endSeconds;
  }

  /** ffmpeg names the decoder at the line's begin, or the stream in its text. */
  isAbout(line: string): boolean {
    return (
      line.startsWith(`[${this.#codec}`) ||
      line.includes(`stream #0:${this.#index}`) ||
      line.includes(`(stream = ${this.#index},`) ||
      line.includes(`in stream ${this.#index}`)
    );
  }

  complaint(): void {
    this.#damagedFrom ??= this.#lastSeconds;
    this.#framesSinceComplaint = 0;
  }

  /** Damage goes on in the frames that refer to it: until a key frame that came after. */
  frame(seconds: number, isKey: boolean): void {
    this.#framesSinceComplaint++;
    const isWholeAgain = this.#hasBegun
      ? this.#framesSinceComplaint > FRAMES_HELD_BACK[this.kind]
      : seconds > this.#startSeconds + LATE_START_SECONDS;
    if (isKey && isWholeAgain) this.#close(seconds);
    this.#hasBegun = true;
    this.#lastSeconds = Math.max(this.#lastSeconds, seconds);
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
    if (fromSeconds === undefined) return;
    const last = this.#lost.at(-1);
    if (last !== undefined && last.toSeconds >= fromSeconds)
      this.#lost.splice(-1, 1, { ...last, toSeconds });
    else this.#lost.push({ stream: this.kind, fromSeconds, toSeconds });
  }
}

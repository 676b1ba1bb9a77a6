import type { PackageStream } from "../shared/api.js";
import { TICKS_PER_SECOND, lastAtOrBefore } from "../shared/format.js";
import { cuesOf, cueText, type Caption } from "./cues.js";
import { documentOf, cuesOfTtml } from "./ttml.js";

/** Captions load this far ahead, in seconds. */
const AHEAD = 30;
const RETRY_MS = 5000;

/**
 * One stream of captions as a text track of the video. dash.js 5 does not read captions of Smooth
 * Streaming (its module refuses the codec), so this class does.
 */
export class CaptionTrack {
  readonly #video: HTMLVideoElement;
  readonly #track: TextTrack;
  readonly #stream: PackageStream;
  readonly #address: (time: number) => string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #requested = new Set<number>();

  constructor(
    video: HTMLVideoElement,
    manifest: string,
    stream: PackageStream,
    playbackId: string,
  ) {
    const { name, language, levels } = stream;
    this.#video = video;
    this.#stream = stream;
    this.#track = video.addTextTrack("captions", name, language);
    this.#track.mode = "disabled";
    const folder = manifest.replace(/[^/]*$/, "");
    const bitrate = levels[0]?.bitrate ?? 0;
    this.#address = (time) =>
      `${folder}QualityLevels(${bitrate})/Fragments(${name}=${time})`;
    this.#headers = { "CMCD-Session": `sid="${playbackId}"` };
    video.addEventListener("timeupdate", () => this.#loadAhead());
    video.addEventListener("seeking", () => this.#loadAhead());
  }

  show(isShown: boolean): void {
    this.#track.mode = isShown ? "showing" : "disabled";
    this.#loadAhead();
  }

  #loadAhead(): void {
    if (this.#track.mode !== "showing") return;
    const { times } = this.#stream;
    const now = this.#video.currentTime;
    const from = lastAtOrBefore(times, now * TICKS_PER_SECOND);
    const to = lastAtOrBefore(times, (now + AHEAD) * TICKS_PER_SECOND);
    for (let i = Math.max(0, from); i <= to; i++)
      if (!this.#requested.has(i)) void this.#load(i);
  }

  /** Repeats a failed request a little later. The film goes on without captions. */
  async #load(index: number): Promise<void> {
    this.#requested.add(index);
    try {
      const time = this.#stream.times[index] ?? 0;
      const headers = this.#headers;
      const reply = await fetch(this.#address(time), { headers });
      if (!reply.ok) throw new Error(reply.statusText);
      const captions = cuesOfTtml(documentOf(await reply.arrayBuffer()));
      this.#add(captions, index);
    } catch {
      setTimeout(() => this.#requested.delete(index), RETRY_MS);
    }
  }

  #add(captions: readonly Caption[], index: number): void {
    const start = (this.#stream.times[index] ?? 0) / TICKS_PER_SECOND;
    const length = (this.#stream.durations[index] ?? 0) / TICKS_PER_SECOND;
    for (const { begin, end, text } of cuesOf(captions, start, length))
      this.#track.addCue(new VTTCue(begin, end, cueText(text)));
  }
}

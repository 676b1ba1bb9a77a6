import type { MediaPlayerClass } from "dashjs";
import type { PlayedRung } from "./rung.js";
import { applyStreaming } from "./settings.js";

/** The highest bitrate of the first rung, before any measurement. */
const FIRST_BITRATE = 2_500_000;

/** Null means no limit. */
interface Limit {
  readonly rung: { readonly bitrate: number } | null;
}

/**
 * The viewer's choices. They are kept for the next source: after a reload the film begins with all
 * of them, and the viewer need not choose again.
 */
export class Preferences {
  /** Null leaves the choice to the rules. */
  rung: PlayedRung | null = null;
  /** The rules choose no higher rung. */
  cap: PlayedRung | null = null;
  /** Name of the stream of sound; undefined for a film without sound. */
  sound: string | undefined;

  readonly #size: Limit;

  /** @param size the limit that the rules need not exceed */
  constructor(sound: string | undefined, size: Limit) {
    this.sound = sound;
    this.#size = size;
  }

  /** Settings that dash.js itself keeps from source to source. */
  set(player: MediaPlayerClass): void {
    const { rung } = this;
    applyStreaming(player, {
      abr: {
        autoSwitchBitrate: { video: rung === null },
        initialBitrate: { video: limit(rung?.bitrate ?? FIRST_BITRATE) },
        maxBitrate: { video: this.#highest() },
      },
    });
  }

  /** The limit for the rules. The viewer's choice is played, however high it is. */
  #highest(): number {
    if (this.rung !== null) return -1;
    const caps = [this.cap, this.#size.rung].flatMap((one) => one ?? []);
    if (caps.length === 0) return -1;
    return limit(Math.min(...caps.map(({ bitrate }) => bitrate)));
  }

  /** The setting that dash.js forgets with each source. */
  setForSource(player: MediaPlayerClass): void {
    const { sound } = this;
    if (sound !== undefined)
      player.setInitialMediaSettingsFor("audio", { id: sound });
  }
}

/** dash.js compares whole rungs with it. Half a bit more, so that rounding excludes none. */
function limit(bitrate: number): number {
  return (bitrate + 0.5) / 1000;
}

/** The Smooth module of dash.js takes AAC, and drops the levels of all other sound. */
export function isPlayed({ codec }: { readonly codec: string }): boolean {
  return codec === "mp4a" || codec === "";
}

/**
 * The stream of sound that plays first: the first of these languages that the film has, otherwise
 * the manifest's first. dash.js would take the one with the lowest bitrate.
 *
 * @param languages as in `navigator.languages`
 */
export function firstAudio<Stream extends { readonly language: string }>(
  streams: readonly Stream[],
  languages: readonly string[],
): Stream | undefined {
  for (const language of languages.map(twoLetters)) {
    const match = streams.find((one) => twoLetters(one.language) === language);
    if (match !== undefined) return match;
  }
  return streams[0];
}

/** `deu`, `ger` and `de-AT` are all `de`. RFC 5646 2.2.1 */
function twoLetters(tag: string): string {
  try {
    return new Intl.Locale(tag).language;
  } catch {
    return tag;
  }
}

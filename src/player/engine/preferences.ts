import type { MediaPlayerClass } from "dashjs";
import type { PlayedRung } from "./rung.js";
import { applyStreaming } from "./settings.js";

/** Bits per second that the first rung may have, before anything was measured. */
const FIRST_BITRATE = 2_500_000;

/** Null sets none. */
interface Limit {
  readonly rung: { readonly bitrate: number } | null;
}

/**
 * What the viewer asked for. It outlives a source: when the film is loaded anew,
 * it begins with all of this, and nothing has to be asked for again.
 */
export class Preferences {
  /** Null leaves it to the rules. */
  rung: PlayedRung | null = null;
  /** The rules go no higher. */
  cap: PlayedRung | null = null;
  /** Name of the stream of sound; undefined in a film without. */
  sound: string | undefined;

  readonly #size: Limit;

  /** @param size what the rules need not exceed */
  constructor(sound: string | undefined, size: Limit) {
    this.sound = sound;
    this.#size = size;
  }

  /** What dash.js keeps itself, whatever it plays. */
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

  /** For the rules. What the viewer chose is played, however high it is. */
  #highest(): number {
    if (this.rung !== null) return -1;
    const caps = [this.cap, this.#size.rung].flatMap((one) => one ?? []);
    if (caps.length === 0) return -1;
    return limit(Math.min(...caps.map(({ bitrate }) => bitrate)));
  }

  /** What dash.js forgets with each source. */
  setForSource(player: MediaPlayerClass): void {
    const { sound } = this;
    if (sound !== undefined)
      player.setInitialMediaSettingsFor("audio", { id: sound });
  }
}

/** dash.js compares whole rungs with it: half a bit more, so that rounding excludes none. */
function limit(bitrate: number): number {
  return (bitrate + 0.5) / 1000;
}

/**
 * The stream of sound that is heard first: that of the first of these languages
 * that the film has, else the manifest's first. dash.js would take the one with the
 * fewest bits.
 *
 * @param wanted as in `navigator.languages`
 */
export function firstAudio<Stream extends { readonly language: string }>(
  streams: readonly Stream[],
  wanted: readonly string[],
): Stream | undefined {
  for (const language of wanted.map(twoLetters)) {
    const found = streams.find((one) => twoLetters(one.language) === language);
    if (found !== undefined) return found;
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

import type { MediaPlayerClass } from "dashjs";
import type { Rung } from "./rung.js";
import { applySettings } from "./settings.js";

/** Bits per second that the first rung may have, before anything was measured. */
const FIRST_BITRATE = 2_500_000;

/**
 * What the viewer asked for. It outlives a source: when the film is loaded anew,
 * it begins with all of this, and nothing has to be asked for again.
 */
export class Wishes {
  /** Null leaves it to the rules. */
  rung: Rung | null = null;
  /** The rules go no higher. */
  cap: Rung | null = null;
  /** Name of the stream of sound; undefined in a film without. */
  sound: string | undefined;

  constructor(sound: string | undefined) {
    this.sound = sound;
  }

  /** What dash.js keeps itself, whatever it plays. */
  set(player: MediaPlayerClass): void {
    const { rung, cap } = this;
    applySettings(player, {
      abr: {
        autoSwitchBitrate: { video: rung === null },
        initialBitrate: { video: limit(rung?.bitrate ?? FIRST_BITRATE) },
        maxBitrate: { video: cap === null ? -1 : limit(cap.bitrate) },
      },
    });
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

import type { TrackKind, Track } from "../media/track.js";

/** A finished file to package, with the user's words about it. */
export interface MuxInput {
  readonly path: string;
  /**
   * The tracks to take, by track ID, in this order; default: all. A file may come several
   * times with different tracks.
   */
  readonly trackIds?: readonly number[] | undefined;
  /** ISO 639-2/T language of its sound; default: the file's own. */
  readonly language?: string | undefined;
  /** Bitrate of its only track, in bits per second; default: the measured average. */
  readonly bitrate?: number | undefined;
  /** The same for single tracks, by track ID. */
  readonly tracks?: Readonly<Record<number, TrackChoice>> | undefined;
}

export interface TrackChoice {
  readonly language?: string | undefined;
  readonly bitrate?: number | undefined;
}

/** A track of a finished file, on the 10 MHz clock. */
export interface SourceTrack {
  /** Absolute path of the file. */
  readonly path: string;
  readonly trackId: number;
  /** Its name in messages: the file's name, with the track's number where there are several. */
  readonly label: string;
  readonly kind: TrackKind;
  readonly track: Track;
  /** The user's value; undefined when it must be measured. */
  readonly bitrate: number | undefined;
}

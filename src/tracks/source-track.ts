import type { TrackKind, Track } from "../media/track.js";

/** A finished file to package, and what is to be said of it. */
export interface MuxInput {
  readonly path: string;
  /** ISO 639-2/T of its sound; default: what the file says. */
  readonly language?: string | undefined;
  /** Of its only track, in bits per second; default: the measured average. */
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
  /** What messages call it: the file's name, and the track's number where there are several. */
  readonly label: string;
  readonly kind: TrackKind;
  readonly track: Track;
  /** As the user says; undefined: to be measured. */
  readonly bitrate: number | undefined;
}

import type { SourceAudio } from "../probe/source-info.js";
import type { FilmClock } from "../media/film-clock.js";
import { clockFilters } from "../media/clock-filters.js";

/** What is decided about the sound. */
export interface SoundShape {
  readonly sampleRate: number;
  readonly channels: number;
  /** Filter that gives mono sound its second channel; missing where there is no need. */
  readonly spread?: string | undefined;
  /** Added to all times: what the picture is shifted by. */
  readonly shiftSeconds: number;
  /** How long it must be at least; undefined when it ends by itself. */
  readonly endSeconds: number | undefined;
  /** Where the source's clock jumps. */
  readonly clock?: FilmClock | undefined;
}

/** Filters that give sound from time 0 without holes. */
export function audioFilters(shape: SoundShape): string[] {
  const { sampleRate, shiftSeconds, endSeconds, spread, clock } = shape;
  const sign = shiftSeconds < 0 ? "-" : "+";
  const shift = `asetpts=PTS${sign}${Math.abs(shiftSeconds).toFixed(6)}/TB`;
  return [
    ...clockFilters(clock, "audio"),
    ...(shiftSeconds === 0 ? [] : [shift]),
    // async=1 fills holes with silence; first_pts=0 fills or trims the start.
    // Left alone it takes no notice of holes below a tenth of a second, which make all that follows early;
    // below a twentieth it would cut into whole sound whose times tremble by 10 ms, and click.
    `aresample=${sampleRate}:async=1:first_pts=0:min_hard_comp=0.05`,
    ...(spread === undefined ? [] : [spread]),
    ...(endSeconds === undefined ? [] : [padding(endSeconds, sampleRate)]),
  ];
}

/**
 * Mono sound in both channels as loud as it is: ffmpeg's own way from one channel
 * to two takes 3 dB off. Told by names of channels where it can be, for a broadcast
 * that begins in mono may go on in stereo; but a lone left channel has no centre.
 */
export function spreadFilter(
  { channels, layout = "mono" }: SourceAudio,
  wanted: number,
): string | undefined {
  if (channels !== 1 || wanted !== 2) return undefined;
  return layout === "mono"
    ? "pan=stereo|FL<FL+FC|FR<FR+FC"
    : "pan=stereo|c0=c0|c1=c0";
}

/** Silence after the end. */
function padding(endSeconds: number, sampleRate: number): string {
  return `apad=whole_len=${Math.ceil(endSeconds * sampleRate)}`;
}

/** What a listener should know about the sound's way. */
export function audioNotes(source: SourceAudio, shape: SoundShape): string[] {
  const { channels } = shape;
  return [
    ...(source.channels > channels
      ? [`sound: ${source.channels} channels mixed down to ${channels}`]
      : []),
    ...(source.startSeconds > 0.1
      ? [
          `sound begins ${source.startSeconds.toFixed(2)} s late: filled with silence`,
        ]
      : []),
  ];
}

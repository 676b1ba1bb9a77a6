import { toLanguage } from "../media/language.js";
import { sideRole } from "./best-stream.js";
import { numberOr, type FfprobeStream } from "./ffprobe-json.js";
import { secondsOf } from "./stream-facts.js";

/**
 * The streams that are the channels of one sound: cameras and editing programs
 * write a mono stream for each. Two are stereo, six are 5.1; of four or eight
 * the first pair is the film's mix. Where the main sound is not the first of
 * them the file tells them apart, and where there are three nobody knows.
 *
 * @param main of these sounds
 */
export function channelsOf(
  main: FfprobeStream,
  sounds: readonly FfprobeStream[],
): readonly FfprobeStream[] {
  const alike = sounds.filter((each) => each === main || isAlike(each, main));
  if (alike[0] !== main || alike.length % 2 === 1) return [main];
  return alike.length === 6 ? alike : alike.slice(0, 2);
}

/** Nothing tells these two mono streams apart. */
function isAlike(a: FfprobeStream, b: FfprobeStream): boolean {
  return (
    [a, b].every(
      (each) =>
        each.channels === 1 &&
        toLanguage(each.tags?.["language"]) === "und" &&
        sideRole(each) === 0,
    ) &&
    a.codec_name === b.codec_name &&
    a.sample_rate === b.sample_rate &&
    isNear(numberOr(a.start_time, 0), numberOr(b.start_time, 0)) &&
    isNear(secondsOf(a), secondsOf(b)) &&
    isOneName(a.tags?.["title"] ?? "", b.tags?.["title"] ?? "")
  );
}

/** Lengths of one sound's channels differ by a frame at most. */
const NEAR_SECONDS = 0.1;

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) < NEAR_SECONDS;
}

function isOneName(a: string, b: string): boolean {
  return a === b || [a, b].every((name) => CHANNEL_NAME.test(name));
}

/** Such as "Left", "Ls", "Ch 2", "Audio 1". */
const CHANNEL_NAME =
  /^(?:[lrc]|[lr][st]|lfe|(?:(?:front|back|side|surround) )?(?:left|right|cent(?:er|re))(?: surround)?|(?:audio|track|channel|ch|mono|a)?[ ._-]*\d*)$/i;

/** A caption. Times are seconds by the document's own clock. */
export interface Caption {
  readonly begin: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The captions of a fragment by the clock of the film. A caption that goes on in the next fragment
 * is in both, and is cut where they meet. ISO/IEC 14496-30 5.2
 *
 * @param start of the fragment, in seconds
 * @param length of the fragment, in seconds
 */
export function cuesOf(
  captions: readonly Caption[],
  start: number,
  length: number,
): Caption[] {
  const shift = isOfFragment(captions, start, length) ? start : 0;
  return captions
    .map(({ begin, end, text }) => ({
      begin: Math.max(start, begin + shift),
      end: Math.min(start + length, end + shift),
      text,
    }))
    .filter(({ begin, end }) => begin < end);
}

/**
 * Azure and ffmpeg count from the start of the fragment, Unified from the start of the film, and no
 * box gives which. By the film's clock each caption reaches into the fragment, or the document
 * covers the whole film.
 */
function isOfFragment(
  captions: readonly Caption[],
  start: number,
  length: number,
): boolean {
  return (
    captions.every(({ begin }) => begin < length) &&
    captions.some(({ end }) => end <= start)
  );
}

/** Escapes the text for a cue, in which WebVTT has tags and character references. WebVTT 4.2.2 */
export function cueText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

import { PackError } from "../errors.js";
import { at, sampleDuration, type SampleTable } from "../media/track.js";
import type { KeptSamples, ShownPart } from "./shown-part.js";

/**
 * The pictures that an edit list shows. Pictures depend on one another: those
 * before the edit's begin can be dropped only when it begins with a sync sample
 * that is decoded after all of them, those behind its end only when nothing
 * decoded later is shown.
 *
 * @throws PackError `mux` when a picture that is not shown is needed
 */
export function keptPictures(
  samples: SampleTable,
  { begin, end, tolerance }: ShownPart,
  where: string,
): KeptSamples {
  const first = firstShown(samples, begin);
  if (first > 0 && !isFreshStart(samples, first)) {
    throw cannot(
      `${where}: the edit list begins at ${begin}, inside a group of pictures (frame ${first + 1} is no key frame).`,
    );
  }
  const isWhole = end >= lastEnd(samples) - tolerance;
  const kept = isWhole ? samples.count : endOfShown(samples, end - tolerance);
  const needed = isWhole ? -1 : firstAfter(samples, first, kept, end);
  if (needed >= 0 || kept <= first) {
    throw cannot(
      `${where}: the edit list ends at ${end}, among frames that depend on one another (frame ${needed + 1} is shown later).`,
    );
  }
  return { first, end: kept };
}

/** The sample that is on the screen at a time; the first one when there is none yet. */
function firstShown(samples: SampleTable, time: number): number {
  let shown = 0;
  let latest = -Infinity;
  for (let i = 0; i < samples.count; i++) {
    const presented = presentedAt(samples, i);
    if (presented > time || presented < latest) continue;
    shown = i;
    latest = presented;
  }
  return shown;
}

/** Everything decoded before is shown before, and the rest after. */
function isFreshStart(samples: SampleTable, sample: number): boolean {
  const time = presentedAt(samples, sample);
  if (samples.sync[sample] !== 1) return false;
  for (let i = 0; i < samples.count; i++) {
    const isBefore = presentedAt(samples, i) < time;
    if (i !== sample && isBefore !== i < sample) return false;
  }
  return true;
}

/** When the last picture that is shown ends. */
function lastEnd(samples: SampleTable): number {
  let latest = -Infinity;
  for (let i = 0; i < samples.count; i++)
    latest = Math.max(
      latest,
      presentedAt(samples, i) + sampleDuration(samples, i),
    );
  return latest;
}

/** One past the last sample, in decoding order, that is shown before a time. */
function endOfShown(samples: SampleTable, time: number): number {
  let end = samples.count;
  while (end > 0 && presentedAt(samples, end - 1) >= time) end--;
  return end;
}

/** A kept sample that is shown only after the end; -1 when there is none. */
function firstAfter(
  samples: SampleTable,
  first: number,
  end: number,
  time: number,
): number {
  for (let i = first; i < end; i++)
    if (presentedAt(samples, i) >= time) return i;
  return -1;
}

function presentedAt(samples: SampleTable, i: number): number {
  return at(samples.decodeTime, i) + at(samples.compositionOffset, i);
}

function cannot(message: string): PackError {
  return new PackError(
    "mux",
    `${message} Expected a cut that needs no encoding.`,
    {
      hint: "Without encoding anew this cannot be packaged. mss-pack FILE -o FOLDER encodes it.",
    },
  );
}

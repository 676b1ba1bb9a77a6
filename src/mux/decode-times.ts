import { PackError } from "../errors.js";
import { at, sampleDuration, type SampleTable } from "../media/track.js";
import { requireOffset } from "./composition.js";

/**
 * Decodes pictures at the times at which pictures are shown: the first to be
 * decoded when the first is shown, and so on; when each is shown stays as it is.
 * Sources say when to decode by their own rounded clocks (HandBrake's 90 kHz,
 * Matroska's milliseconds), so that a key frame would be decoded some ticks before
 * it is shown and could not begin a fragment; and a film cut short may have
 * pictures that are shown after its decoder's end. Columns are changed in place.
 *
 * @throws PackError `mux` when two pictures are shown at the same time
 */
export function decodeAsShown(samples: SampleTable, where: string): void {
  const { count, decodeTime, compositionOffset } = samples;
  const shown = new Float64Array(count);
  for (let i = 0; i < count; i++)
    shown[i] = at(decodeTime, i) + at(compositionOffset, i);
  const inOrder = shown.slice();
  if (compositionOffset.some((offset) => offset !== 0)) inOrder.sort();
  requireGrowing(inOrder, where);
  const end = endOf(samples, shown, inOrder);
  decodeTime.set(inOrder);
  decodeTime[count] = end;
  for (let i = 0; i < count; i++)
    compositionOffset[i] = requireOffset(at(shown, i) - at(inOrder, i), where);
}

/** The decoder's end, or where that comes too early, the end of the last picture. */
function endOf(
  samples: SampleTable,
  shown: Float64Array,
  inOrder: Float64Array,
): number {
  const last = samples.count - 1;
  const end = at(samples.decodeTime, samples.count);
  const latest = at(inOrder, last);
  if (end > latest) return end;
  const own = sampleDuration(samples, shown.indexOf(latest));
  // Some writers do not know how long the last one lasts: as long as the one before.
  return latest + (own || latest - (inOrder[last - 1] ?? latest));
}

function requireGrowing(shown: Float64Array, where: string): void {
  for (let i = 1; i < shown.length; i++) {
    if (at(shown, i) > at(shown, i - 1)) continue;
    throw new PackError(
      "mux",
      `${where}: pictures ${i} and ${i + 1}, in the order in which they are shown, are shown at the same time. Expected one at a time.`,
      { hint: "mss-pack FILE -o FOLDER encodes it anew." },
    );
  }
}

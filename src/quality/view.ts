import type { FrameSize } from "../plan/colour-filters.js";
import type { VideoPlan } from "../plan/encode-plan.js";
import { rungFilters } from "../plan/filters.js";
import type { SourceVideo } from "../probe/source-info.js";

/** What a viewer of the film would see of the source. */
export interface View extends FrameSize {
  /** Filters behind the plan's own. */
  readonly filters: readonly string[];
}

/** VMAF's model was made of people before a screen of this size. */
const SCREEN = { long: 1920, short: 1080 };

/** The source's own size, as far as a screen shows it, in the colours of the rungs. */
export function viewOfFilm(
  source: SourceVideo,
  { rungs }: Pick<VideoPlan, "rungs">,
): View {
  const [long, short] = [
    Math.max(source.width, source.height),
    Math.min(source.width, source.height),
  ];
  const share = Math.min(1, SCREEN.long / long, SCREEN.short / short);
  const even = (side: number) =>
    Math.max(2, 2 * Math.floor((side * share) / 2));
  const size = { width: even(source.width), height: even(source.height) };
  const largest = rungs[0] ?? source;
  return { ...size, filters: rungFilters(source, size, largest) };
}

/** The flags are written out: with others the same picture has up to 20 points less. */
export function scaledTo({ width, height }: FrameSize): string {
  return `scale=w=${width}:h=${height}:flags=bicubic`;
}

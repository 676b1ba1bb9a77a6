import type { SampleFlags } from "../codecs/index.js";
import type { SampleTable } from "../media/track.js";
import type { Fragment } from "../media/fragments.js";

type SampleInterval = Pick<Fragment, "firstSample" | "endSample">;

/** The flags in a trun beside the tfhd's default: of the first sample only, or of each. */
export interface RunFlags {
  readonly first?: number | undefined;
  readonly each?: Uint32Array | undefined;
}

/**
 * Only the first sample of a fragment needs flags of its own. With sync samples inside,
 * each sample has flags, because a trun cannot give them for single samples. ISO/IEC
 * 14496-12 8.8.8.1
 */
export function runFlags(
  samples: SampleTable,
  span: SampleInterval,
  { default: other, first, inner }: SampleFlags,
): RunFlags {
  if (inner === undefined || !hasInnerSync(samples, span)) return { first };
  const { firstSample, endSample } = span;
  const sync = samples.sync.subarray(firstSample, endSample);
  return { each: Uint32Array.from(sync, (is) => (is === 1 ? inner : other)) };
}

/** How many more bytes flags of each sample take than flags of the first sample. */
export function innerFlagsSize(
  samples: SampleTable,
  span: SampleInterval,
  { inner }: SampleFlags,
): number {
  if (inner === undefined || !hasInnerSync(samples, span)) return 0;
  return FLAGS_SIZE * (span.endSample - span.firstSample - 1);
}

const FLAGS_SIZE = 4;

function hasInnerSync(
  { sync }: SampleTable,
  { firstSample, endSample }: SampleInterval,
): boolean {
  const inner = sync.subarray(firstSample + 1, endSample);
  return inner.includes(1);
}

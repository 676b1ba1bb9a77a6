import {
  mfhd,
  moof,
  tfdt,
  tfhd,
  traf,
  trun,
  TFXD_UUID,
} from "../isobmff/boxes/fragment.js";
import type { FragmentRun } from "../isobmff/fragment-runs.js";
import {
  childBox,
  numberField,
  type ParsedBox,
} from "../isobmff/parsed-box.js";

/** A fragment of one run. */
export interface Source {
  readonly moof: ParsedBox;
  readonly traf: ParsedBox;
  /** Offsets count from the fragment's first byte. */
  readonly run: FragmentRun;
}

/** The sync samples of a fragment. */
export interface KeySamples {
  readonly durations: number[];
  readonly sizes: number[];
  readonly compositionOffsets: number[];
  /** Where in the fragment they stand; those that follow one another are one. */
  readonly places: { begin: number; end: number }[];
}

/** Finds them: each lasts until the next begins. */
export function keySamples({ run }: Source): KeySamples {
  const keys: KeySamples = {
    ...{ durations: [], sizes: [], compositionOffsets: [], places: [] },
  };
  let at = run.offset;
  for (const [i, size] of run.size.entries()) {
    const isKey = run.sync[i] === 1;
    const duration = run.duration[i] ?? 0;
    // What comes before the first sync sample cannot be shown; its time is the first's.
    if (isKey) {
      keys.sizes.push(size);
      keys.durations.push(duration);
      keys.compositionOffsets.push(run.compositionOffset[i] ?? 0);
      const before = keys.places.at(-1);
      if (before?.end === at) before.end = at + size;
      else keys.places.push({ begin: at, end: at + size });
    } else if (keys.durations.length > 0) {
      const last = keys.durations.length - 1;
      keys.durations[last] = (keys.durations[last] ?? 0) + duration;
    }
    at += size;
  }
  return keys;
}

/** All samples are sync samples that depend on no other. ISO/IEC 14496-12 8.8.3.1 */
const SYNC_FLAGS = 0x02000000;

/** The moof of a fragment that has them alone. */
export function moofWith(
  { moof: was, traf: wasTraf, run }: Source,
  keys: KeySamples,
  dataOffset: number,
): Uint8Array {
  const number = childBox(was, "mfhd");
  const time = childBox(wasTraf, "tfdt");
  const tfxd = childBox(wasTraf, TFXD_UUID.replaceAll("-", ""));
  return moof(
    mfhd(number ? numberField(number, "sequence_number") : 0),
    traf(
      tfhd(run.trackId, SYNC_FLAGS),
      ...(time ? [tfdt(numberField(time, "baseMediaDecodeTime"))] : []),
      trun({ ...keys, dataOffset }),
      ...(tfxd ? [copyOf(tfxd)] : []),
    ),
  );
}

function copyOf({ bytes, start, size }: ParsedBox): Uint8Array {
  return bytes.subarray(start, start + size);
}

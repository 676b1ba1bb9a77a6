import { readFileSync } from "node:fs";
import { only, readBoxes } from "./boxes.js";

/** A track of a package of ours, taken apart. */
export interface SourceTrack {
  readonly kind: "video" | "audio";
  readonly ftyp: Buffer;
  readonly mvhd: Buffer;
  readonly trak: Buffer;
  readonly fragments: readonly SourceFragment[];
}

export interface SourceFragment {
  readonly time: bigint;
  readonly samples: readonly SourceSample[];
}

export interface SourceSample {
  readonly bytes: Buffer;
  readonly duration: number;
  readonly compositionOffset: number;
  readonly flags: number;
}

/** @param path of a track file in our standard layout */
export function readSource(path: string): SourceTrack {
  const file = readFileSync(path);
  const top = readBoxes(file);
  const moov = readBoxes(only(top, "moov").body);
  const fragments: SourceFragment[] = [];
  for (const [i, { type, bytes }] of top.entries()) {
    const mdat = top[i + 1];
    if (type === "moof" && mdat) fragments.push(readFragment(bytes, mdat.body));
  }
  return {
    kind: path.endsWith("v") ? "video" : "audio",
    ftyp: only(top, "ftyp").bytes,
    mvhd: only(moov, "mvhd").bytes,
    trak: only(moov, "trak").bytes,
    fragments,
  };
}

function readFragment(moof: Buffer, media: Buffer): SourceFragment {
  const traf = readBoxes(only(readBoxes(moof.subarray(8)), "traf").body);
  const defaultFlags = only(traf, "tfhd").body.readUInt32BE(8);
  const tfxd = only(traf, "uuid").body;
  const trun = only(traf, "trun").body;
  const has = (flag: number) => (trun.readUInt32BE(0) & flag) !== 0;
  const first = has(4) ? trun.readUInt32BE(12) : defaultFlags;
  const offsetAt = has(0x400) ? 12 : 8;
  const width = offsetAt + (has(0x800) ? 4 : 0);
  const samples: SourceSample[] = [];
  let at = 0;
  for (let row = has(4) ? 16 : 12; row < trun.length; row += width) {
    const size = trun.readUInt32BE(row + 4);
    samples.push({
      bytes: media.subarray(at, (at += size)),
      duration: trun.readUInt32BE(row),
      compositionOffset: has(0x800) ? trun.readInt32BE(row + offsetAt) : 0,
      flags: has(0x400)
        ? trun.readUInt32BE(row + 8)
        : samples.length === 0
          ? first
          : defaultFlags,
    });
  }
  return { time: tfxd.readBigInt64BE(20), samples };
}

import { box, longs, uuidBox, words } from "./boxes.js";
import {
  encryptedTrak,
  encryptSamples,
  numbered,
  piffPssh,
  type Encryption,
} from "./encrypt.js";
import type { SourceFragment, SourceSample, SourceTrack } from "./source.js";

/** How a maker laid out a file. Left out: as Expression Encoder did. */
export interface Layout {
  /** Fragments of all tracks in turn, or those of one track after those of another. */
  readonly order?: "in turn" | "apart";
  /** Where the time of a fragment is told, beside the index. */
  readonly time?: "tfxd" | "tfdt";
  readonly trunVersion?: 0 | 1;
  /** Where the durations of samples are told, when they are all alike. */
  readonly durations?: "trun" | "tfhd" | "trex" | undefined;
  /** A base-data-offset: the moof, the media, or the begin of the file. */
  readonly base?: "moof" | "media" | "file";
  /** The first trun has no data offset; needs the base `media`. */
  readonly noOffset?: boolean;
  readonly truns?: number;
  /** Only the first trun has a data offset. */
  readonly oneOffset?: boolean;
  /** A box between moof and mdat. */
  readonly between?: boolean;
  /** The size of mdat has 64 bits. */
  readonly longMdat?: boolean;
  readonly index?: "long" | "short" | "none";
  readonly encryption?: Encryption;
  /** Which tracks are encrypted; left out: all. */
  readonly isEncrypted?: (track: SourceTrack) => boolean;
  /** The system's header, in the moov. */
  readonly header?: Buffer;
}

/** All tracks in one file; the first has the number 1. Durations that differ stand in each trun. */
export function writeFile(
  tracks: readonly SourceTrack[],
  layout: Layout,
): Buffer {
  const { encryption, isEncrypted = () => true } = layout;
  const of = (track: SourceTrack) =>
    isEncrypted(track) ? encryption : undefined;
  const header = headerOf(tracks, layout, of);
  const parts = [header];
  const rows: Row[][] = tracks.map(() => []);
  const used = tracks.map((_, i) => BigInt(i + 1) << 40n);
  let position = header.length;
  for (const [sequence, { i, k }] of inOrder(tracks, layout).entries()) {
    const [track, fragment] = [tracks[i], tracks[i]?.fragments[k]];
    if (!track || !fragment) continue;
    const own = of(track);
    const iv = used[i] ?? 0n;
    used[i] = iv + BigInt(fragment.samples.length);
    const encrypted =
      own && encryptSamples(fragment.samples, track, own, iv, k === 0);
    const durations = areAlike(track) ? layout.durations : "trun";
    const bytes = fragmentOf(
      fragment,
      { ...layout, durations },
      {
        ...{ sequence: sequence + 1, trackId: i + 1, position },
        senc: encrypted?.senc ?? Buffer.alloc(0),
        media: encrypted?.samples ?? fragment.samples.map((one) => one.bytes),
      },
    );
    rows[i]?.push({ time: fragment.time, position });
    parts.push(bytes);
    position += bytes.length;
  }
  return Buffer.concat([...parts, ...indexOf(rows, layout)]);
}

interface Row {
  readonly time: bigint;
  readonly position: number;
}

/** Track and fragment, in the order of the file. */
function inOrder(
  tracks: readonly SourceTrack[],
  { order = "in turn" }: Layout,
): { i: number; k: number }[] {
  const all = tracks.flatMap(({ fragments }, i) =>
    fragments.map((_, k) => ({ i, k })),
  );
  return order === "apart" ? all : all.sort((a, b) => a.k - b.k || a.i - b.i);
}

function headerOf(
  tracks: readonly SourceTrack[],
  { durations = "trun", header }: Layout,
  of: (track: SourceTrack) => Encryption | undefined,
): Buffer {
  const [first] = tracks;
  if (first === undefined) throw new Error("no track");
  const traks = tracks.map((track, i) => {
    const encryption = of(track);
    const trak = encryption ? encryptedTrak(track, encryption) : track.trak;
    return numbered(trak, i + 1);
  });
  const trex = tracks.map((track, i) => {
    const isTold = durations === "trex" && areAlike(track);
    const duration = isTold ? durationOf(track.fragments[0]) : 0;
    return box("trex", words(0, i + 1, 1, duration, 0, 0));
  });
  const ticks = first.fragments.flatMap(({ samples }) =>
    samples.map(({ duration }) => duration),
  );
  const length = ticks.reduce((sum, duration) => sum + duration, 0);
  const mehd = box("mehd", words(0x01000000), longs(length));
  return Buffer.concat([
    first.ftyp,
    box(
      "moov",
      first.mvhd,
      ...(header ? [piffPssh(header)] : []),
      ...traks,
      box("mvex", mehd, ...trex),
    ),
  ]);
}

function areAlike({ fragments }: SourceTrack): boolean {
  const samples = fragments.flatMap((fragment) => fragment.samples);
  return new Set(samples.map(({ duration }) => duration)).size === 1;
}

function durationOf(fragment: SourceFragment | undefined): number {
  return fragment?.samples[0]?.duration ?? 0;
}

interface Place {
  readonly sequence: number;
  readonly trackId: number;
  readonly position: number;
  readonly senc: Buffer;
  readonly media: readonly Buffer[];
}

const TFXD = "6d1d9b0542d544e680e2141daff757b2";

function fragmentOf(
  { time, samples }: SourceFragment,
  layout: Layout,
  { sequence, trackId, position, senc, media }: Place,
): Buffer {
  const { between, longMdat, time: told } = layout;
  const bytes = Buffer.concat(media);
  const mdat = longMdat
    ? Buffer.concat([words(1), Buffer.from("mdat"), longs(16 + bytes.length)])
    : Buffer.concat([words(8 + bytes.length), Buffer.from("mdat")]);
  const gap = between
    ? box("free", Buffer.from("between moof and mdat"))
    : EMPTY;
  const duration = samples.reduce((sum, sample) => sum + sample.duration, 0);
  const moofOf = (mediaAt: number) =>
    box(
      "moof",
      box("mfhd", words(0, sequence)),
      box(
        "traf",
        tfhd(trackId, samples, layout, position, mediaAt),
        ...(told === "tfdt"
          ? [box("tfdt", words(0x01000000), longs(time))]
          : []),
        ...truns(samples, layout, position, mediaAt),
        ...(told === "tfxd"
          ? [uuidBox(TFXD, words(0x01000000), longs(time, duration))]
          : []),
        senc,
      ),
    );
  const mediaAt = moofOf(0).length + gap.length + mdat.length;
  return Buffer.concat([moofOf(mediaAt), gap, mdat, bytes]);
}

const EMPTY = Buffer.alloc(0);

function baseOf({ base }: Layout, position: number, mediaAt: number): number {
  if (base === "file") return 0;
  return base === "media" ? position + mediaAt : position;
}

function tfhd(
  trackId: number,
  samples: readonly SourceSample[],
  layout: Layout,
  position: number,
  mediaAt: number,
): Buffer {
  const { base, durations = "trun" } = layout;
  const flags = (base ? 1 : 0) | (durations === "tfhd" ? 8 : 0);
  return box(
    "tfhd",
    words(flags, trackId),
    ...(base ? [longs(baseOf(layout, position, mediaAt))] : []),
    ...(durations === "tfhd" ? [words(samples[0]?.duration ?? 0)] : []),
  );
}

function truns(
  samples: readonly SourceSample[],
  layout: Layout,
  position: number,
  mediaAt: number,
): Buffer[] {
  const { truns: count = 1, trunVersion = 0, durations = "trun" } = layout;
  const each = Math.ceil(samples.length / count);
  const list: Buffer[] = [];
  let at = position + mediaAt - baseOf(layout, position, mediaAt);
  for (let i = 0; i < samples.length; i += each) {
    const own = samples.slice(i, i + each);
    const hasOffset = i === 0 ? !layout.noOffset : !layout.oneOffset;
    // Duration, unless a default; size; flags; composition offset.
    const flags = (hasOffset ? 1 : 0) | (durations === "trun" ? 0xf00 : 0xe00);
    const rows = own.map((sample) =>
      words(
        ...(durations === "trun" ? [sample.duration] : []),
        sample.bytes.length,
        sample.flags,
        sample.compositionOffset,
      ),
    );
    const head = words(trunVersion * 2 ** 24 + flags, own.length);
    list.push(box("trun", head, ...(hasOffset ? [words(at)] : []), ...rows));
    at += own.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
  return list;
}

function indexOf(
  tracks: readonly (readonly Row[])[],
  { index = "short" }: Layout,
): Buffer[] {
  if (index === "none") return [];
  const tables = tracks.map((rows, i) => {
    const isLong = index === "long";
    const head = words(isLong ? 0x01000000 : 0, i + 1, 0, rows.length);
    const ones = Buffer.from([1, 1, 1]);
    const numbers = rows.map(({ time, position }) =>
      isLong ? longs(time, position) : words(Number(time), position),
    );
    return box("tfra", head, ...numbers.flatMap((row) => [row, ones]));
  });
  const size = tables.reduce((sum, { length }) => sum + length, 8 + 16);
  return [box("mfra", ...tables, box("mfro", words(0, size)))];
}

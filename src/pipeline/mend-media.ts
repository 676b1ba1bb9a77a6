import { open } from "node:fs/promises";
import { join } from "node:path";
import { requireHeld } from "../drm/finished/map-file.js";
import {
  mendFragment,
  type MendedFragment,
} from "../drm/finished/mend-fragment.js";
import {
  mendHeader,
  type SystemHeaderBytes,
} from "../drm/finished/mend-header.js";
import { readEncryptions } from "../drm/finished/header.js";
import { sampleDefaults } from "../drm/finished/header-boxes.js";
import { inFragment } from "../drm/finished/rewrite-file.js";
import { throwIfAborted } from "../errors.js";
import { mfra, tfra } from "../isobmff/boxes/fragment.js";
import { concat } from "../isobmff/bytes.js";
import type { MediaSource } from "../isobmff/fragment-folder.js";
import { openForReading } from "../isobmff/media-source.js";
import { readAt, scanBoxes } from "../isobmff/scan.js";
import { measured, type Measured } from "../media/declared-bitrate.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { writing } from "../output/errors.js";
import { endOf, type TrackToMend } from "./mend-tracks.js";
import { readable, type WriteOptions } from "./rewrite-package.js";

/** A track in its new file. */
export interface MendedTrack {
  readonly track: TrackToMend;
  readonly end: Ticks;
  readonly samples: number;
  readonly measured: Measured;
}

/**
 * Writes a track into a file of its own, sound by the rules of Smooth Streaming: each sample, and all that tells how it
 * is encrypted, stays to the byte.
 *
 * @param system whose header the file must have
 * @throws PackError `input` for a file that is damaged, `output` when the disk refuses, `aborted`
 */
export async function mendTrack(
  track: TrackToMend,
  system: SystemHeaderBytes | undefined,
  to: WriteOptions,
): Promise<MendedTrack> {
  const source = await openForReading(track.path);
  try {
    const path = join(to.folder, track.file);
    const output = await writing(path, () => open(path, "wx"));
    try {
      const write = async (bytes: Uint8Array) => {
        await writing(path, () => output.writeFile(bytes));
        to.onWritten(bytes.length);
      };
      const made = await writeTrack(track, source, system, to, write);
      if (to.fsync) await writing(path, () => output.sync());
      return made;
    } finally {
      await output.close();
    }
  } finally {
    await source.close();
  }
}

async function writeTrack(
  track: TrackToMend,
  source: MediaSource,
  system: SystemHeaderBytes | undefined,
  { signal }: WriteOptions,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<MendedTrack> {
  const { own, path, begins } = track;
  const { trackId } = own.track;
  const [old, header] = await readable(path, async () => {
    const bytes = await movieHeader(source);
    return [bytes, mendHeader(bytes, trackId, endOf(track), system)] as const;
  });
  await write(header);
  const rows: { time: Ticks; moofOffset: number }[] = [];
  const sizes: number[] = [];
  const seconds: number[] = [];
  let [position, samples, end] = [header.length, 0, 0];
  for await (const made of mendedFragments(track, source, old)) {
    throwIfAborted(signal);
    await write(made.bytes);
    const time = begins[rows.length] ?? 0;
    rows.push({ time, moofOffset: position });
    sizes.push(made.sampleBytes);
    seconds.push((made.end - time) / SMOOTH_TIMESCALE);
    position += made.bytes.length;
    samples += made.samples;
    end = made.end;
  }
  await write(mfra(tfra(trackId, rows)));
  return { track, end, samples, measured: measured(sizes, seconds) };
}

async function* mendedFragments(
  { own, path, places, begins, count }: TrackToMend,
  source: MediaSource,
  header: Uint8Array,
): AsyncGenerator<MendedFragment, void> {
  const { trackId } = own.track;
  const common = {
    defaults: sampleDefaults(header),
    encryption: readEncryptions(header).find((one) => one.trackId === trackId),
    timescale: own.timescale ?? SMOOTH_TIMESCALE,
    firstOffset: own.heads[0]?.firstOffset ?? 0,
  };
  for (let i = 0; i < count; i++) {
    const [start = 0, end = 0] = [places.offset[i], places.end[i]];
    const next = i + 1 < count ? begins[i + 1] : undefined;
    const place = { start, begin: begins[i] ?? 0, next, sequence: i + 1 };
    yield await readable(path, async () => {
      requireHeld("fragment", start, end - start);
      const bytes = await readAt(source, start, end - start);
      return inFragment(start, () =>
        mendFragment({ bytes, ...common, ...place }),
      );
    });
  }
}

/** Its ftyp and moov, wherever they stand: other boxes mean nothing to a client of Smooth Streaming. */
export async function movieHeader(source: MediaSource): Promise<Uint8Array> {
  const { size: all } = await source.stat();
  const parts: Uint8Array[] = [];
  for await (const { type, start, size } of scanBoxes(source, all)) {
    if (type !== "ftyp" && type !== "moov") continue;
    requireHeld(type, start, size);
    parts.push(await readAt(source, start, size));
    if (type === "moov") return concat(parts);
  }
  throw new Error("has no moov");
}

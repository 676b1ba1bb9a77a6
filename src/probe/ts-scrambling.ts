import { open, type FileHandle } from "node:fs/promises";
import { readAt } from "../isobmff/scan.js";
import type { SourceFile } from "./source-file.js";

/** Where in the file is looked, and how far: a recording may begin or end with clear adverts. */
const PLACES = [0.05, 0.35, 0.65, 0.95];
const LOOK_BYTES = 512 * 1024;

/** Plain packets, with a clock in front (M2TS), with error correction behind. ISO/IEC 13818-1 2.4.3 */
const PACKET_SIZES = [188, 192, 204];

/** Fewer packets with content tell nothing. */
const FEWEST_PACKETS = 4;

/**
 * The PIDs of an MPEG-TS most of whose packets are scrambled: by their
 * transport_scrambling_control, which ffmpeg does not look at. ISO/IEC 13818-1 2.4.3.3
 */
export async function scrambledPids({
  path,
  sizeBytes,
}: SourceFile): Promise<ReadonlySet<number>> {
  const file = await open(path, "r");
  const counts = new Map<number, Counts>();
  try {
    for (const place of PLACES)
      count(await lookAt(file, sizeBytes, place), counts);
  } finally {
    await file.close();
  }
  const scrambled = [...counts].filter(
    ([, { clear, hidden }]) =>
      clear + hidden >= FEWEST_PACKETS && hidden > clear,
  );
  return new Set(scrambled.map(([pid]) => pid));
}

interface Counts {
  clear: number;
  hidden: number;
}

function lookAt(file: FileHandle, size: number, place: number) {
  const from = Math.max(0, Math.floor(size * place) - LOOK_BYTES / 2);
  return readAt(file, from, LOOK_BYTES);
}

function count(bytes: Uint8Array, counts: Map<number, Counts>): void {
  const grid = packetGrid(bytes);
  if (grid === undefined) return;
  for (let at = grid.first; at + 4 <= bytes.length; at += grid.size) {
    if (bytes[at] !== SYNC) continue;
    const [, high = 0, low = 0, control = 0] = bytes.subarray(at, at + 4);
    if ((control & 0x10) === 0) continue; // no content
    const pid = ((high & 0x1f) << 8) | low;
    const row = counts.get(pid) ?? { clear: 0, hidden: 0 };
    counts.set(pid, row);
    if ((control & 0xc0) === 0) row.clear++;
    else row.hidden++;
  }
}

const SYNC = 0x47;

/** Where packets begin: five sync bytes in a row, equally far apart. */
function packetGrid(bytes: Uint8Array) {
  for (let first = 0; first < Math.min(bytes.length, 1024); first++)
    for (const size of PACKET_SIZES)
      if ([0, 1, 2, 3, 4].every((i) => bytes[first + i * size] === SYNC))
        return { first, size };
  return undefined;
}

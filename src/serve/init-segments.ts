import { messageOf } from "../errors.js";
import { initSegment, timescaleIn } from "../isobmff/init-segment.js";
import { NoPlaceForTfdt, readFirstMoof } from "../isobmff/put-tfdt.js";
import { readAt, scanBoxes } from "../isobmff/scan.js";
import { inItsFile } from "./fragment-file.js";
import type { OpenFile, OpenFiles } from "./open-files.js";
import { PackageProblem, type ServedLevel } from "./package.js";
import { headOf } from "./send-fragment.js";

/** What a client of DASH and HLS needs before the first segment, and what segments need of it. */
export interface LevelInit {
  readonly bytes: Buffer;
  /** Ticks per second of the track in its file. */
  readonly timescale: number;
  /** The composition offset that the edit list takes off; 0 when fragments have a tfdt. */
  readonly firstOffset: number;
}

/** A moov of fragments has no tables of samples. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Initialization segments, kept as long as their packages are. */
export class InitSegments {
  readonly #kept = new WeakMap<ServedLevel, LevelInit>();

  /** The segment, if it was made before: it does not wait. */
  peek(level: ServedLevel): LevelInit | undefined {
    return this.#kept.get(level);
  }

  /** @throws PackageProblem when the file has no usable moov, FileChanged, NoFragment */
  async get(level: ServedLevel, files: OpenFiles): Promise<LevelInit> {
    const kept = this.#kept.get(level);
    if (kept !== undefined) return kept;
    const open = files.takeOpen(level.file) ?? (await files.take(level.file));
    try {
      const made = await makeInit(level, open, files);
      this.#kept.set(level, made);
      return made;
    } finally {
      files.release(open);
    }
  }
}

async function makeInit(
  level: ServedLevel,
  open: OpenFile,
  files: OpenFiles,
): Promise<LevelInit> {
  const { trackId, stream, file } = level;
  const moov = await readMoov(open, file.size, stream.name);
  const isStpp = level.sampleEntry === "dfxp";
  const first = isStpp ? NO_OFFSET : await firstMoof(level, files);
  const { hasTfdt, firstOffset } = first;
  try {
    const own = hasTfdt ? undefined : firstOffset;
    const changes = { isStpp, firstOffset: own };
    return {
      bytes: Buffer.from(initSegment(moov, trackId, changes)),
      timescale: timescaleIn(moov, trackId),
      firstOffset: own ?? 0,
    };
  } catch (error) {
    throw new PackageProblem(`${stream.name}: ${messageOf(error)}.`);
  }
}

const NO_OFFSET = { hasTfdt: false, firstOffset: 0 };

async function firstMoof(level: ServedLevel, files: OpenFiles) {
  const found = { level, number: 0, duration: undefined };
  const fragment = await inItsFile(found);
  const open = await files.take(fragment.level.file);
  try {
    const { moofSize } = await headOf(fragment, open);
    const begin = fragment.level.fragments.offset[0] ?? 0;
    const bytes = await readAt(open.handle, begin, moofSize);
    return readFirstMoof(Buffer.from(bytes));
  } catch (error) {
    if (!(error instanceof NoPlaceForTfdt || error instanceof RangeError))
      throw error;
    throw new PackageProblem(
      `${level.stream.name}: its fragments cannot be given times (${messageOf(error)}).`,
    );
  } finally {
    files.release(open);
  }
}

async function readMoov(
  { handle }: OpenFile,
  size: number,
  name: string,
): Promise<Uint8Array> {
  for await (const span of scanBoxes(handle, size)) {
    if (span.type === "moof") break;
    if (span.type !== "moov") continue;
    if (span.size > MOST_BYTES)
      throw new PackageProblem(`${name}: its moov has ${span.size} bytes.`);
    return readAt(handle, span.start, span.size);
  }
  throw new PackageProblem(`${name}: its file has no moov before its media.`);
}

import { closeSync, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { codecNamed } from "../codecs/index.js";
import { messageOf, PackError } from "../errors.js";
import { type Ticks, secondsText } from "../media/time.js";
import { at, type SampleTable } from "../media/track.js";
import type { SourceTrack } from "./source-track.js";

/** A sample at which a fragment can begin. */
export interface KeyFrame {
  readonly sample: number;
  readonly time: Ticks;
}

export interface KeyFrames {
  readonly list: readonly KeyFrame[];
  /** Why the first key frame that is none was left out; undefined when all are good. */
  readonly fault: string | undefined;
}

/**
 * The samples of a picture track at which decoding can begin with nothing lost:
 * sync samples by the file's word whose pictures are all shown later, and IDR by
 * the stream's own. The first bytes of each are read.
 *
 * @throws PackError `mux` when the parameter sets change on the way, or the first picture is no such sample
 */
export async function keyFrames(source: SourceTrack): Promise<KeyFrames> {
  const { track, label, path } = source;
  const codec = codecNamed(track.codec);
  const list: KeyFrame[] = [];
  const { closed, open } = groupStarts(track.samples);
  let fault = open === undefined ? undefined : openFault(track.samples, open);
  const read = openHeads(path);
  try {
    for (const [i, sample] of closed.entries()) {
      if (i % SAMPLES_A_TURN === 0) await setImmediate();
      const time = at(track.samples.decodeTime, sample);
      const head = read.head(track.samples, sample, (bytes) =>
        codec.firstSampleFault(bytes),
      );
      const change = codec.configChange(head, track.config);
      if (change !== undefined) throw changed(label, sample, time, change);
      const why = codec.firstSampleFault(head);
      if (why === undefined) list.push({ sample, time });
      else fault ??= `frame ${sample + 1} (${secondsText(time)}): ${why}`;
    }
  } finally {
    read.close();
  }
  if (list[0]?.sample !== 0) throw noStart(label, fault);
  return { list, fault };
}

/** After so many samples other work gets its turn. */
const SAMPLES_A_TURN = 256;

/** Parameter sets and messages before a picture rarely take more; where they do, more is read. */
const HEAD_SIZE = 4096;
const LONGEST_HEAD = 1024 * 1024;

function openHeads(path: string) {
  const fd = reading(path, () => openSync(path, "r"));
  const buffer = Buffer.allocUnsafe(HEAD_SIZE);
  const readInto = (bytes: Buffer, length: number, offset: number) =>
    bytes.subarray(
      0,
      reading(path, () => readSync(fd, bytes, 0, length, offset)),
    );
  return {
    head(
      samples: SampleTable,
      sample: number,
      faultOf: (bytes: Uint8Array) => string | undefined,
    ): Uint8Array {
      const [offset, size] = [
        at(samples.offset, sample),
        at(samples.size, sample),
      ];
      const head = readInto(buffer, Math.min(size, HEAD_SIZE), offset);
      if (size <= HEAD_SIZE || faultOf(head) === undefined) return head;
      const length = Math.min(size, LONGEST_HEAD);
      return readInto(Buffer.allocUnsafe(length), length, offset);
    },
    close: () => closeSync(fd),
  };
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new PackError(
      "input",
      `${path}: cannot be read (${messageOf(cause)}).`,
      { cause },
    );
  }
}

interface GroupStarts {
  readonly closed: readonly number[];
  /** The first sync sample that begins no closed group. */
  readonly open: number | undefined;
}

/**
 * Sync samples that begin a closed group: all decoded before is shown before, all
 * after it later. As pictures are decoded at the times at which pictures are shown,
 * one that is shown when it is decoded has as many before it in both orders.
 */
function groupStarts(samples: SampleTable): GroupStarts {
  const closed: number[] = [];
  let open: number | undefined;
  let latest = -Infinity;
  for (let i = 0; i < samples.count; i++) {
    const offset = at(samples.compositionOffset, i);
    const shown = at(samples.decodeTime, i) + offset;
    if (samples.sync[i] === 1) {
      if (offset === 0 && latest < shown) closed.push(i);
      else open ??= i;
    }
    latest = Math.max(latest, shown);
  }
  return { closed, open };
}

function openFault(samples: SampleTable, sample: number): string {
  const time = secondsText(at(samples.decodeTime, sample));
  return `frame ${sample + 1} (${time}): pictures before it in the file are shown after it, or the other way round (an open GOP)`;
}

function changed(
  label: string,
  sample: number,
  time: Ticks,
  change: string,
): PackError {
  return new PackError(
    "mux",
    `${label}: frame ${sample + 1} (${secondsText(time)}) brings ${change}. Expected the same parameter sets throughout: a Smooth client gets them once.`,
    { hint: "mss-pack FILE -o FOLDER encodes it anew." },
  );
}

function noStart(label: string, fault: string | undefined): PackError {
  const why = fault === undefined ? "" : `: ${fault}`;
  return new PackError(
    "mux",
    `${label}: does not begin with a closed group of pictures${why}. Expected an IDR picture that is shown first.`,
    {
      hint: "Encode it with closed GOPs, or let mss-pack FILE -o FOLDER encode it.",
    },
  );
}

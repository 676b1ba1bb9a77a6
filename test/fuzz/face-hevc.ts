import { parseHevcConfig } from "../../src/codecs/hevc-units.js";
import { hevc } from "../../src/codecs/hevc.js";
import { fullBox } from "../../src/isobmff/box.js";
import { u32 } from "../../src/isobmff/bytes.js";
import type { ParsedBox } from "../../src/isobmff/parsed-box.js";
import { parseBoxes } from "../../src/isobmff/source.js";
import { hevc1 } from "../../src/isobmff/boxes/sample-table.js";
import { PackError } from "../../src/errors.js";
import type { Verdict } from "./face.js";
import { Random } from "./random.js";

/** A decoder configuration record of libx265 4.1, for 160x90: VPS, SPS and PPS. */
const HVCC = Buffer.from(
  "0101600000009000000000001ef000fcfdf8f800000f03a00001001840010c01ffff01600000030090000003000003001e959409a10001002a42010101600000030090000003000003001ea0142061f26595952930bc05a02000000300200000030321a2000100064401c073c189",
  "hex",
);

/** The begin of its first key picture (IDR_N_LP), behind a message of orientation and the parameter sets. */
const SAMPLE = Buffer.concat(
  [
    "4e012f034000018080",
    "40010c01ffff01600000030090000003000003001e959409",
    "42010101600000030090000003000003001ea0142061f26595952930bc05a02000000300200000030321",
    "4401c073c189",
    "2801ac758ba12beea0f5bd8fc4b9330ca71b8d03d7da0a5e",
  ].flatMap((hex) => {
    const unit = Buffer.from(hex, "hex");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(unit.length);
    return [length, unit];
  }),
);

/** Lets the codec face a damaged record and a damaged sample. Throws whatever is no PackError. */
export function faceHevc(seed: number, number: number): Verdict {
  const random = new Random(seed, number);
  const damagedConfig = random.below(4) > 0 ? damaged(HVCC, random) : HVCC;
  const sample = random.below(2) > 0 ? damaged(SAMPLE, random) : SAMPLE;
  const type = random.pick(["hvc1", "hev1"] as const);
  requireRange(damagedConfig);
  try {
    const entry = entryOf(hevc1(type, 160, 90, damagedConfig));
    const config = hevc.readConfig(entry, "track 1");
    const format = hevc.readFormat(entry, config);
    const level = hevc.qualityLevel({ config, format, bitrate: 1 });
    requireSound(String(level["CodecPrivateData"]));
    const { width, height } = hevc.codedPicture(config) ?? {};
    if (!Number.isSafeInteger(width) || !Number.isSafeInteger(height))
      throw new Error(`accepted a picture of ${width}x${height}`);
    const told = [
      ...[hevc.firstSampleError(sample), hevc.configChange(sample, config)],
      hevc.turnOf(sample),
    ];
    return told.every((one) => one === undefined) ? "accepted" : "findings";
  } catch (error) {
    if (!(error instanceof PackError)) throw error;
    if (/[\n\r]|undefined|NaN/.test(error.message))
      throw new Error(`not a sentence: ${error.message}`, { cause: error });
    return "refused";
  }
}

/** As the reader of a file does, which tells of a damaged box in a sentence. */
function entryOf(bytes: Uint8Array): ParsedBox {
  const refuse = (message: string) => {
    throw new PackError("input", message);
  };
  const [stsd] = parseBoxes(fullBox("stsd", 0, 0, u32(1), bytes), refuse);
  const [entry] = stsd?.children ?? [];
  if (entry === undefined) throw new Error("no sample entry");
  return entry;
}

/** Reports read the record without a reader of boxes before them. */
function requireRange(config: Uint8Array): void {
  try {
    parseHevcConfig(config);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}

/** One of each parameter set, each behind a start code. */
function requireSound(codecData: string): void {
  if (codecData.split("00000001").length < 4 || codecData.length > 2048)
    throw new Error(`accepted with ${codecData}`);
}

const WORDS = [0, 1, 2, 31, 32, 39, 127, 128, 254, 255] as const;

/** Bytes with some other bits, words, ends or repeats. */
function damaged(right: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(right);
  for (let i = 1 + random.below(4); i > 0; i--) {
    const at = random.below(bytes.length + 1);
    const rest = bytes.subarray(at);
    const changed: readonly (() => Buffer)[] = [
      () => Buffer.concat([bytes.subarray(0, at), flipped(rest, random)]),
      () =>
        Buffer.concat([bytes.subarray(0, at), word(random), rest.subarray(1)]),
      () => Buffer.concat([bytes.subarray(0, at), word(random), rest]),
      () => bytes.subarray(0, at),
      () => Buffer.concat([bytes, rest]),
      () =>
        Buffer.concat([
          bytes.subarray(0, at),
          Buffer.alloc(random.below(3000)),
        ]),
    ];
    bytes = random.pick([
      ...changed,
      ...changed.slice(0, 2),
      ...changed.slice(0, 2),
    ])();
  }
  return bytes;
}

function word(random: Random): Buffer {
  return Buffer.from([random.pick(WORDS)]);
}

function flipped(bytes: Buffer, random: Random): Buffer {
  const [first = 0] = bytes;
  return Buffer.concat([
    Buffer.from([first ^ (1 << random.below(8))]),
    bytes.subarray(1),
  ]);
}

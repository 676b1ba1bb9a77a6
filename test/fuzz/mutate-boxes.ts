import { boxesOf, enlarge } from "./places.js";
import type { Random } from "./random.js";

/** Changes a file of boxes; gives new bytes or the same, changed. */
type Mutation = (bytes: Buffer, random: Random) => Buffer;

/** Numbers at which readers go wrong. */
const TRAPS = [
  0, 1, 2, 7, 8, 15, 16, 255, 256, 0xffff, 0x10000, 100_000, 1_000_000,
  10_000_000, 0x3fffffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff,
] as const;

/** Boxes that have no business where they are put, or hurt where they stand. */
// prettier-ignore
const TYPES = [
  "moov", "trak", "mdia", "minf", "stbl", "dinf", "dref", "stsd", "stts", "ctts", "stsc", "stsz",
  "stz2", "stco", "co64", "stss", "elst", "sgpd", "sbgp", "saio", "saiz", "senc", "uuid", "meta",
  "ilst", "keys", "iloc", "ipma", "subs", "ssix", "avcC", "esds", "mp4a", "avc1", "wave", "moof",
  "traf", "tfhd", "trun", "tfdt", "mfra", "tfra", "mfro", "mdat", "free", "sidx", "pssh", "udta",
  "\0\0\0\0", "\xa9nam", "size", "type",
] as const;

const flipBits: Mutation = (bytes, random) => {
  for (let i = 1 + random.below(8); i > 0; i--) {
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  }
  return bytes;
};

/** Flips within the boxes that are not media, where readers read. */
const flipBytesOfBox: Mutation = (bytes, random) => {
  const { start, size } = random.pick(boxesOf(bytes));
  for (let i = 1 + random.below(4); i > 0; i--) {
    const at = start + random.below(Math.min(size, 256));
    if (at < bytes.length) bytes[at] = random.below(256);
  }
  return bytes;
};

const cutTail: Mutation = (bytes, random) =>
  bytes.subarray(0, random.below(bytes.length + 1));

const lieAboutSize: Mutation = (bytes, random) => {
  const { start, size } = random.pick(boxesOf(bytes));
  const near = size + random.below(33) - 16;
  const lie = random.below(2) === 0 ? random.pick(TRAPS) : near;
  bytes.writeUInt32BE(lie >>> 0, start);
  return bytes;
};

/** A size of 64 bits, right or wrong; eight bytes are put in for it. */
const useLongSize: Mutation = (bytes, random) => {
  const place = random.pick(boxesOf(bytes));
  const long = Buffer.alloc(8);
  const lies = [
    BigInt(place.size + 8),
    0n,
    15n,
    16n,
    2n ** 32n,
    2n ** 53n,
    2n ** 63n,
    2n ** 64n - 1n,
  ];
  long.writeBigUInt64BE(random.pick(lies));
  bytes.writeUInt32BE(1, place.start);
  const mutant = insert(bytes, place.start + 8, long);
  enlarge(mutant, place.parents, 8);
  return mutant;
};

/** Words at the begin of a box: counts, flags, defaults; the tables' first rows. */
const lieAboutNumber: Mutation = (bytes, random) => {
  const { start, size } = random.pick(boxesOf(bytes));
  const words = Math.min(Math.floor((size - 8) / 4), 40);
  if (words < 1) return bytes;
  const at = start + 8 + 4 * random.below(words);
  if (at + 4 > bytes.length) return bytes;
  const before = bytes.readUInt32BE(at);
  const lies = [random.pick(TRAPS), random.pick(TRAPS), before + 1, before - 1];
  bytes.writeUInt32BE(random.pick(lies) >>> 0, at);
  return bytes;
};

const renameBox: Mutation = (bytes, random) => {
  const { start } = random.pick(boxesOf(bytes));
  bytes.write(random.pick(TYPES), start + 4, "latin1");
  return bytes;
};

/** A box again, behind itself or elsewhere; the boxes around it know or do not. */
const doubleBox: Mutation = (bytes, random) => {
  const places = boxesOf(bytes);
  const { start, size } = random.pick(places);
  const copy = Buffer.from(
    bytes.subarray(start, Math.min(start + size, start + 4096)),
  );
  const target = random.pick(places);
  const mutant = insert(bytes, target.start, copy);
  if (random.below(4) > 0) enlarge(mutant, target.parents, copy.length);
  return mutant;
};

const dropBox: Mutation = (bytes, random) => {
  const { start, size, parents } = random.pick(boxesOf(bytes));
  const mutant = Buffer.concat([
    bytes.subarray(0, start),
    bytes.subarray(Math.min(start + size, bytes.length)),
  ]);
  if (random.below(4) > 0) enlarge(mutant, parents, -size);
  return mutant;
};

/** Boxes in one another, up to thousands deep; some count their children. */
const nestDeeply: Mutation = (bytes, random) => {
  const target = random.pick(boxesOf(bytes));
  const depth = random.pick([2, 10, 17, 18, 19, 60, 3000]);
  const type = random.pick([
    "udta",
    "moov",
    "trak",
    "dref",
    "stsd",
    "meta",
    "mdia",
    "esds",
  ]);
  const head = type === "dref" || type === "stsd" ? 16 : 8;
  const nest = Buffer.alloc(depth * head);
  for (let i = 0; i < depth; i++) {
    nest.writeUInt32BE((depth - i) * head, i * head);
    nest.write(type, i * head + 4, "latin1");
    if (head === 16)
      nest.writeUInt32BE(random.pick([0, 1, 2, 60]), i * head + 12);
  }
  const mutant = insert(bytes, target.start, nest);
  enlarge(mutant, target.parents, nest.length);
  return mutant;
};

/** Small boxes in a row that count children which they do not have. */
const lineUpLiars: Mutation = (bytes, random) => {
  const target = random.pick(boxesOf(bytes));
  const type = random.pick([
    "dref",
    "stsd",
    "avcC",
    "stsz",
    "trun",
    "sgpd",
    "saio",
    "elst",
    "esds",
    "keys",
    "iloc",
  ]);
  const count = random.pick([3, 60, 1000]);
  const one = Buffer.alloc(random.pick([16, 20, 24]));
  one.writeUInt32BE(one.length);
  one.write(type, 4, "latin1");
  for (let at = 8; at + 4 <= one.length; at += 4)
    one.writeUInt32BE(random.pick(TRAPS), at);
  const row = Buffer.concat(Array.from({ length: count }, () => one));
  const mutant = insert(bytes, target.start, row);
  enlarge(mutant, target.parents, row.length);
  return mutant;
};

const putInNoise: Mutation = (bytes, random) => {
  const { start, size } = random.pick(boxesOf(bytes));
  const noise = Buffer.from(
    Array.from({ length: 1 + random.below(64) }, () => random.below(256)),
  );
  return insert(
    bytes,
    Math.min(start + random.below(size + 1), bytes.length),
    noise,
  );
};

const MUTATIONS: readonly Mutation[] = [
  flipBits,
  flipBytesOfBox,
  flipBytesOfBox,
  cutTail,
  lieAboutSize,
  lieAboutSize,
  useLongSize,
  lieAboutNumber,
  lieAboutNumber,
  lieAboutNumber,
  renameBox,
  doubleBox,
  dropBox,
  nestDeeply,
  lineUpLiars,
  putInNoise,
];

/** A damaged copy of a file made of boxes. */
export function mutateBoxes(seed: Buffer, random: Random): Buffer {
  let mutant: Buffer = Buffer.from(seed);
  for (let i = 1 + random.below(3); i > 0 && mutant.length > 16; i--)
    mutant = random.pick(MUTATIONS)(mutant, random);
  return mutant;
}

function insert(bytes: Buffer, at: number, part: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
}

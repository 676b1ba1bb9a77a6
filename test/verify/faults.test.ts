import {
  appendFileSync,
  copyFileSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import {
  describeFinding,
  faultsIn,
  type Finding,
} from "../../src/verify/finding.js";
import { verify } from "../../src/verify/verify.js";
import {
  writeFixturePackage,
  type WrittenPackage,
} from "../support/fixtures.js";
import {
  add32,
  add64,
  patchFile,
  payloadOf,
  replaceText,
} from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();
const VIDEO = "clip_60.ismv";
const LOW = "clip_25.ismv";
const AUDIO = "clip_eng_48.isma";
let written: WrittenPackage;

beforeEach(async () => {
  written = await writeFixturePackage(parent, "clip", { tfdt: true });
});

/** What verify calls faults of the package, each as `rule: sentence`. */
async function faultsFound(isOurs = false): Promise<string[]> {
  const { findings } = await verify(written.ism, { isOurs });
  return faultsIn(findings).map(sentence);
}

/** What verify only notes. */
async function notesFound(): Promise<string[]> {
  const { findings } = await verify(written.ism);
  return findings.filter(({ level }) => level === "note").map(sentence);
}

function sentence(finding: Finding): string {
  return `${finding.rule}: ${describeFinding(finding)}`;
}

const inIsmc = (from: string | RegExp, to: string) => () =>
  replaceText(join(written.folder, "clip.ismc"), from, to);
const inIsm = (from: string | RegExp, to: string) => () =>
  replaceText(written.ism, from, to);
const inFile = (file: string, change: (bytes: Buffer) => void) => () =>
  patchFile(join(written.folder, file), change);

type Fault = readonly [what: string, plant: () => void, expected: RegExp];

/** Offsets inside boxes, counted from behind the four characters of the type. */
const TFXD_UUID = Buffer.from("6d1d9b0542d544e680e2141daff757b2", "hex");
const tfxdAt = (bytes: Buffer, nth: number) => {
  let at = -1;
  for (let i = 0; i < nth; i++) at = bytes.indexOf(TFXD_UUID, at + 1);
  return at;
};
const TRUN_COUNT = 4;
const TRUN_DATA_OFFSET = 8;
const TRUN_VIDEO_ROWS = 16;

const manifestFaults: Fault[] = [
  [
    "no Type on a stream",
    inIsmc(' Type="audio"', ""),
    /StreamIndex audio Type is nothing, expected video, audio or text/,
  ],
  [
    "sound that calls itself video",
    inIsmc('Type="audio"', 'Type="video"'),
    /StreamIndex audio Type is video, expected audio/,
  ],
  [
    "a MinorVersion that nobody knows",
    inIsmc('MinorVersion="0"', 'MinorVersion="7"'),
    /MinorVersion is 7, expected 0, 1 or 2/,
  ],
  [
    "a live presentation",
    inIsmc("MajorVersion", 'IsLive="TRUE" MajorVersion'),
    /IsLive is TRUE, expected nothing/,
  ],
  [
    "levels without an Index",
    inIsmc(' Index="1"', ""),
    /StreamIndex video Index is nothing, expected 1/,
  ],
  [
    "a MaxHeight that is not the largest",
    inIsmc('MaxHeight="180"', 'MaxHeight="90"'),
    /StreamIndex video MaxHeight is 90, expected 180/,
  ],
  [
    "a wrong number on a fragment",
    inIsmc('<c d="20000000"/>', '<c n="7" d="20000000"/>'),
    /clip.ismc, fragment 1: StreamIndex video c n is 7, expected 0/,
  ],
  [
    "a timescale on a level",
    inIsmc(" Index=", ' TimeScale="1" Index='),
    /QualityLevel TimeScale is 1, expected 10000000/,
  ],
  [
    "no BitsPerSample",
    inIsmc(' BitsPerSample="16"', ""),
    /QualityLevel \d+ BitsPerSample is nothing, expected 16/,
  ],
  [
    "no tracks at all",
    () => {
      inIsm(/<switch>[^]*<\/switch>/, "<switch/>")();
      inIsmc(/<StreamIndex[^]*<\/StreamIndex>/, "")();
    },
    /clip.ismc: has no StreamIndex[^]*server-manifest: clip.ism: names no track/,
  ],
  [
    "a fragment's duration a tick off in the client manifest",
    inIsmc('<c d="20000000"/>', '<c d="20000001"/>'),
    /timeline: clip_60.ismv, fragment 2: time in the index is 20000000, expected 20000001/,
  ],
  [
    "a fragment's time a tick off",
    inIsmc('<c d="11200000"/>', '<c t="40000001" d="11200000"/>'),
    /timeline: clip_60.ismv, fragment 3: time in the index is 40000000, expected 40000001/,
  ],
  [
    "another timescale on a stream",
    inIsmc('Type="video"', 'Type="video" TimeScale="90000"'),
    /client-manifest: clip.ismc: StreamIndex TimeScale is 90000, expected 10000000/,
  ],
  [
    "another timescale on the root",
    inIsmc("MajorVersion", 'TimeScale="1000" MajorVersion'),
    /SmoothStreamingMedia TimeScale is 1000/,
  ],
  [
    "a placeholder in another spelling",
    inIsmc("{start time}", "{start_time}"),
    /StreamIndex video Url is .*start_time/,
  ],
  [
    "a capital placeholder",
    inIsmc("{bitrate}", "{Bitrate}"),
    /StreamIndex video Url is .*\{Bitrate\}/,
  ],
  [
    "sound without codec private data",
    inIsmc(/ CodecPrivateData="119056E500"/, ""),
    /quality-level: clip.ismc: QualityLevel \d+ CodecPrivateData is nothing, expected 119056E500/,
  ],
  [
    "three-byte start codes",
    inIsmc(
      /CodecPrivateData="00000001(67[0-9A-F]+)00000001(68)/,
      'CodecPrivateData="000001$1000001$2',
    ),
    /quality-level: clip.ismc: QualityLevel \d+ CodecPrivateData is 00000167/,
  ],
  [
    "a second PPS",
    inIsmc(/(0000000168[0-9A-F]+)"/, '$1$1"'),
    /quality-level: .* CodecPrivateData/,
  ],
  [
    "sound under another FourCC",
    inIsmc('FourCC="AACL"', 'FourCC="AACH"'),
    /quality-level: .* FourCC is AACH, expected AACL/,
  ],
  [
    "sound without a FourCC",
    inIsmc('FourCC="AACL"', 'FourCC=""'),
    /quality-level: .* FourCC is , expected AACL/,
  ],
  [
    "a Duration that is too short",
    inIsmc('Duration="51200000"', 'Duration="41200000"'),
    /duration: clip.ismc: Duration is 41200000, expected 51200000/,
  ],
  [
    "times instead of durations",
    inIsmc('<c d="11200000"/>', '<c t="40000000"/>'),
    /client-manifest: clip.ismc, fragment 3: StreamIndex video c d is NaN, expected a duration/,
  ],
  [
    "r in a manifest of version 2.0",
    inIsmc(
      '<c d="20000000"/>\n    <c d="20000000"/>',
      '<c d="20000000" r="2"/>',
    ),
    /MinorVersion of a manifest with r is 0, expected 2/,
  ],
  [
    "Chunks that is not true",
    inIsmc('Chunks="3"', 'Chunks="4"'),
    /StreamIndex video Chunks is 4, expected 3/,
  ],
  [
    "QualityLevels that is not true",
    inIsmc('QualityLevels="2"', 'QualityLevels="3"'),
    /StreamIndex video QualityLevels is 3, expected 2/,
  ],
  [
    "two streams of one name",
    inIsmc('Name="audio"', 'Name="video"'),
    /StreamIndex Name is video twice, expected unique/,
  ],
  [
    "two levels of one bitrate",
    inIsmc(
      /(Index="0" Bitrate=")(\d+)([^]*Index="1" Bitrate=")\d+/,
      "$1$2$3$2",
    ),
    /StreamIndex video Bitrate is \d+ twice, expected unique/,
  ],
  [
    "a bitrate that differs between the manifests",
    inIsm(/systemBitrate="(\d+)"/, 'systemBitrate="1$1"'),
    /address: clip.ism: number of tracks that answer to .* is 0, expected 1/,
  ],
  [
    "a bitrate that is not the measured one",
    () => {
      inIsm(/systemBitrate="\d+"/, 'systemBitrate="770000"')();
      inIsmc(/Bitrate="\d+"/, 'Bitrate="770000"')();
    },
    /bitrate: clip_60.ismv: measured average is \d+, expected 770000/,
  ],
  [
    "a bitrate that 32 bits cannot hold",
    inIsmc(/ Bitrate="\d+"/, ' Bitrate="2147483648"'),
    /StreamIndex video Bitrate is 2147483648, expected a whole number/,
  ],
  [
    "a language of two letters",
    inIsmc('Language="eng"', 'Language="en"'),
    /StreamIndex audio Language is en, expected three letters/,
  ],
  [
    "codec private data over 1024 bytes",
    inIsmc(/CodecPrivateData="/, `CodecPrivateData="${"00".repeat(1024)}`),
    /CodecPrivateData is \d+, expected at most 1024 bytes/,
  ],
  [
    "a file outside the folder",
    inIsm(`src="${VIDEO}"`, 'src="../secret.ismv"'),
    /server-manifest: clip.ism: src is "..\/secret.ismv", expected the name of a file in the same folder/,
  ],
  [
    "a track that the file does not have",
    inIsm('value="1"', 'value="2"'),
    /index: clip_60.ismv: no mfra at the end of the file with entries for track 2/,
  ],
  [
    "a client manifest that is not there",
    () => rmSync(join(written.folder, "clip.ismc")),
    /file: clip.ismc: cannot be read/,
  ],
  [
    "a client manifest that is not XML",
    inIsmc("</SmoothStreamingMedia>", ""),
    /file: clip.ismc: is not a/,
  ],
];

const fileFaults: Fault[] = [
  [
    "a first sample flagged as no sync sample",
    inFile(VIDEO, (bytes) => {
      bytes.writeUInt32BE(0x01010000, payloadOf(bytes, "trun") + 12);
    }),
    /random-access: clip_60.ismv, fragment 1: first sample is flagged as no sync sample/,
  ],
  [
    "sequence numbers that stand still",
    inFile(AUDIO, (bytes) => {
      bytes.writeUInt32BE(1, payloadOf(bytes, "mfhd", 2) + 4);
    }),
    /sequence: clip_eng_48.isma, fragment 2: sequence_number in mfhd is 1, expected 2/,
  ],
  [
    "an index entry that points at a later traf",
    inFile(AUDIO, (bytes) => {
      bytes[payloadOf(bytes, "tfra") + 16 + 16] = 7;
    }),
    /index: clip_eng_48.isma, fragment 1: traf, trun and sample number is 7 1 1/,
  ],
  [
    "a movie timescale of 1000",
    inFile(VIDEO, (bytes) => {
      bytes.writeUInt32BE(1000, payloadOf(bytes, "mvhd") + 20);
    }),
    /header: clip_60.ismv: timescale in mvhd is 1000/,
  ],
  [
    "a fragment duration in mehd that is not true",
    inFile(VIDEO, (bytes) => add64(bytes, payloadOf(bytes, "mehd") + 4, 1)),
    /header: clip_60.ismv: duration in mehd is 51200001/,
  ],
  [
    "defaults for another track",
    inFile(VIDEO, (bytes) => {
      bytes.writeUInt32BE(9, payloadOf(bytes, "trex") + 4);
    }),
    /header: clip_60.ismv: track_ID in trex is 9, expected 1/,
  ],
  [
    "a level that is not aligned",
    () => copyFileSync(join(written.folder, AUDIO), join(written.folder, LOW)),
    /timeline: clip_25.ismv, fragment 2: time in the index is 20053333, expected 20000000/,
  ],
  [
    "a fragment that does not begin with an IDR picture",
    inFile(VIDEO, (bytes) => {
      const at = payloadOf(bytes, "mdat", 2);
      bytes[at + 4] = 0x41;
    }),
    /random-access: clip_60.ismv, fragment 2: first picture is NAL unit type 1, expected 5/,
  ],
  [
    "a tfdt of 0 in a later fragment",
    inFile(VIDEO, (bytes) => {
      bytes.writeBigUInt64BE(0n, payloadOf(bytes, "tfdt", 2) + 4);
    }),
    /fragment-time: clip_60.ismv, fragment 2: time in tfdt is 0, expected 20000000/,
  ],
  [
    "a tfxd a tick off",
    inFile(VIDEO, (bytes) => add64(bytes, tfxdAt(bytes, 2) + 20, 1)),
    /fragment-time: clip_60.ismv, fragment 2: time in tfxd is 20000001, expected 20000000/,
  ],
  [
    "a tfxd with another duration",
    inFile(AUDIO, (bytes) => add64(bytes, tfxdAt(bytes, 1) + 28, 1)),
    /fragment-time: clip_eng_48.isma, fragment 1: duration in tfxd is 20053334/,
  ],
  [
    "a tfxd of 32 bits a tick off",
    inFile(VIDEO, (bytes) => {
      shortenTfxd(bytes, 2);
      add32(bytes, tfxdAt(bytes, 2) + 20, 1);
    }),
    /^fragment-time: clip_60.ismv, fragment 2: time in tfxd is 20000001, expected 20000000\.$/,
  ],
  [
    "no tfxd",
    inFile(VIDEO, (bytes) => {
      bytes.writeUInt8(0, tfxdAt(bytes, 1));
    }),
    /tfxd: clip_60.ismv, fragment 1: no tfxd box/,
  ],
  [
    "an index time a tick off",
    inFile(AUDIO, (bytes) =>
      add64(bytes, payloadOf(bytes, "tfra") + 16 + 19, 1),
    ),
    /timeline: clip_eng_48.isma, fragment 2: time in the index is \d+, expected \d+/,
  ],
  [
    "an index that points beside the fragment",
    inFile(VIDEO, (bytes) =>
      add64(bytes, payloadOf(bytes, "tfra") + 16 + 19 + 8, 4),
    ),
    /fragment: clip_60.ismv, fragment 2: no moof with tfhd and trun/,
  ],
  [
    "base-data-offset in tfhd",
    inFile(VIDEO, (bytes) => addBaseDataOffset(bytes)),
    /base-data-offset: clip_60.ismv, fragment 1: base-data-offset flag is 1, expected 0/,
  ],
  [
    "a data_offset from the mdat instead of the moof",
    inFile(VIDEO, (bytes) =>
      add32(bytes, payloadOf(bytes, "trun") + TRUN_DATA_OFFSET, -8),
    ),
    /data-offset: clip_60.ismv, fragment 1: data_offset is \d+, expected \d+/,
  ],
  [
    "another track id in a fragment",
    inFile(VIDEO, (bytes) => {
      bytes.writeUInt32BE(7, payloadOf(bytes, "tfhd") + 4);
    }),
    /track-id: clip_60.ismv, fragment 1: track_ID in tfhd is 7, expected 1/,
  ],
  [
    "composition offsets made all positive",
    inFile(VIDEO, (bytes) => {
      const rows = payloadOf(bytes, "trun") + TRUN_VIDEO_ROWS;
      const count = bytes.readUInt32BE(payloadOf(bytes, "trun") + TRUN_COUNT);
      for (let i = 0; i < count; i++) add32(bytes, rows + 12 * i + 8, 400_000);
    }),
    /composition: clip_60.ismv, fragment 1: composition offset of the first sample is 400000, expected 0/,
  ],
  [
    "a picture shown behind its fragment's end",
    inFile(VIDEO, (bytes) => {
      const rows = payloadOf(bytes, "trun") + TRUN_VIDEO_ROWS;
      add32(bytes, rows + 12 * 49 + 8, 800_000);
    }),
    /composition: clip_60.ismv, fragment 1: latest presentation end in the fragment is \d+, expected 20000000/,
  ],
  [
    "pictures of a fragment that are shown two ticks behind its end",
    inFile(VIDEO, (bytes) => {
      const rows = payloadOf(bytes, "trun") + TRUN_VIDEO_ROWS;
      const count = bytes.readUInt32BE(payloadOf(bytes, "trun") + TRUN_COUNT);
      // All but the first, so that the one that is shown last is among them.
      for (let i = 1; i < count; i++) add32(bytes, rows + 12 * i + 8, 2);
    }),
    /^composition: clip_60.ismv, fragment 1: latest presentation end in the fragment is 20000002, expected 20000000\.$/,
  ],
  [
    "a sample duration that drifts by a tick",
    inFile(VIDEO, (bytes) =>
      add32(bytes, payloadOf(bytes, "trun") + TRUN_VIDEO_ROWS + 12, 1),
    ),
    /timeline: clip_60.ismv, fragment 1: sum of its sample durations is 20000001/,
  ],
  [
    "a track that ends more than a frame of sound before another",
    inFile(VIDEO, (bytes) => holdPicture(bytes, 320_001)),
    /duration: clip_25.ismv: end of the track is 51200000, expected 51520001/,
  ],
  [
    "a sample size that is not true",
    inFile(AUDIO, (bytes) =>
      add32(bytes, payloadOf(bytes, "trun") + 12 + 4, 1),
    ),
    /mdat: clip_eng_48.isma, fragment 1: size of mdat/,
  ],
  [
    "two truns",
    inFile(VIDEO, (bytes) => splitTrun(bytes)),
    /one-trun: clip_60.ismv, fragment 1: number of trun boxes is 2, expected 1/,
  ],
  [
    "two trafs",
    inFile(VIDEO, (bytes) => addTraf(bytes)),
    /one-traf: clip_60.ismv, fragment 1: number of traf boxes is 2, expected 1/,
  ],
  [
    "a timescale of 90000 in the header",
    inFile(VIDEO, (bytes) => {
      bytes.writeUInt32BE(90_000, payloadOf(bytes, "mdhd") + 20);
    }),
    /header: clip_60.ismv: timescale in mdhd is 90000, expected 10000000/,
  ],
  [
    "a header duration that is not true",
    inFile(VIDEO, (bytes) => add64(bytes, payloadOf(bytes, "mdhd") + 24, 1)),
    /header: clip_60.ismv: duration in mdhd is 51200001, expected 51200000/,
  ],
  [
    "a file cut off at its end",
    () =>
      truncateSync(
        join(written.folder, VIDEO),
        statSync(join(written.folder, VIDEO)).size - 5,
      ),
    /file: clip_60.ismv: is cut off: mfra at \d+ claims/,
  ],
  [
    "bytes behind its end that could be a box but for their type",
    () =>
      appendFileSync(
        join(written.folder, VIDEO),
        Buffer.from("7fffffff4d0accc20000000000000000", "hex"),
      ),
    /file: clip_60.ismv: is cut off: 0x4d0accc2 at \d+ claims/,
  ],
  [
    "an mfro of the wrong size",
    inFile(VIDEO, (bytes) => add32(bytes, bytes.length - 4, 1)),
    /^index: clip_60.ismv: cannot be parsed: [^\n]*\nindex: clip_60.ismv: its mfra has no entries for the track, or its mfro does not lead there/,
  ],
  [
    "an mfra that is shorter than mfro says",
    inFile(VIDEO, (bytes) => {
      const size = bytes.readUInt32BE(bytes.length - 4);
      bytes.writeUInt32BE(size - 16, bytes.length - size);
    }),
    /^index: clip_60.ismv: size in mfro is nothing, expected \d+\.$/,
  ],
  [
    "bytes between two fragments",
    inFile(VIDEO, (bytes) => {
      add32(bytes, payloadOf(bytes, "mdat") - 8, -1);
    }),
    /index: clip_60.ismv, fragment 1: bytes up to the next fragment/,
  ],
  [
    "a media file that is not there",
    () => rmSync(join(written.folder, LOW)),
    /file: clip_25.ismv: cannot be opened/,
  ],
];

/** Layouts of other makers: notes, and faults only in a package that we have just written. */
const HABITS: ReadonlySet<string> = new Set([
  "a MinorVersion that nobody knows",
  "a live presentation",
  "levels without an Index",
  "a MaxHeight that is not the largest",
  "a wrong number on a fragment",
  "a timescale on a level",
  "no BitsPerSample",
  "another timescale on a stream",
  "another timescale on the root",
  "sound under another FourCC",
  "times instead of durations",
  "r in a manifest of version 2.0",
  "Chunks that is not true",
  "QualityLevels that is not true",
  "a bitrate that is not the measured one",
  "a language of two letters",
  "codec private data over 1024 bytes",
  "a movie timescale of 1000",
  "a fragment duration in mehd that is not true",
  "defaults for another track",
  "a tfxd with another duration",
  "base-data-offset in tfhd",
  "a sample duration that drifts by a tick",
  "a track that ends more than a frame of sound before another",
  "two truns",
  "a timescale of 90000 in the header",
  "a header duration that is not true",
]);

test("a right package has no findings", async () => {
  expect((await verify(written.ism)).findings).toEqual([]);
});

test("a tfxd of 32 bits is as good as one of 64", async () => {
  patchFile(join(written.folder, VIDEO), (bytes) => shortenTfxd(bytes, 2));
  expect(await faultsFound()).toEqual([]);
});

test("a track may end a frame of sound before another", async () => {
  patchFile(join(written.folder, VIDEO), (bytes) =>
    holdPicture(bytes, 320_000),
  );
  const faults = await faultsFound();
  expect(faults.filter((fault) => fault.includes("end of the track"))).toEqual(
    [],
  );
});

describe.each([
  ["in a manifest", manifestFaults],
  ["in a media file", fileFaults],
])("a fault %s is named:", (_, faults) => {
  const ours = faults.filter(([what]) => !HABITS.has(what));
  test.each(ours)("%s", async (_what, plant, expected) => {
    plant();
    expect((await faultsFound()).join("\n")).toMatch(expected);
  });
});

describe("of another maker it is a habit, and of ours a fault:", () => {
  const habits = [...manifestFaults, ...fileFaults].filter(([what]) =>
    HABITS.has(what),
  );
  test.each(habits)("%s", async (_what, plant, expected) => {
    plant();
    expect((await notesFound()).join("\n")).toMatch(expected);
    expect((await faultsFound(true)).join("\n")).toMatch(expected);
  });
});

/** Makes a fragment's tfxd one of version 0, and a free box of the room that it leaves. */
function shortenTfxd(bytes: Buffer, nth: number): void {
  const at = tfxdAt(bytes, nth);
  const [time, duration] = [20, 28].map((field) =>
    Number(bytes.readBigUInt64BE(at + field)),
  );
  bytes.writeUInt32BE(36, at - 8);
  bytes.writeUInt8(0, at + 16);
  bytes.writeUInt32BE(time ?? 0, at + 20);
  bytes.writeUInt32BE(duration ?? 0, at + 24);
  bytes.write("\u0000\u0000\u0000\u0008free", at + 28, "latin1");
}

/** Lengthens a picture of the last fragment. */
function holdPicture(bytes: Buffer, ticks: number): void {
  add32(bytes, payloadOf(bytes, "trun", 3) + TRUN_VIDEO_ROWS, ticks);
}

/** Gives the first tfhd a base data offset instead of flags, taking the room from the tfdt behind it. */
function addBaseDataOffset(bytes: Buffer): void {
  const at = payloadOf(bytes, "tfhd");
  bytes.writeUInt32BE(24, at - 8);
  bytes.writeUInt32BE(0x000001, at);
  bytes.fill(0, at + 8, at + 32);
  bytes.write("\u0000\u0000\u0000\u0010free", at + 16, "latin1");
}

/** Turns the first trun into two, taking the room from the tfxd behind it. */
function splitTrun(bytes: Buffer): void {
  const start = payloadOf(bytes, "trun") - 8;
  const size = bytes.readUInt32BE(start);
  const count = bytes.readUInt32BE(start + 12);
  const rows = Buffer.from(bytes.subarray(start + 24, start + size));
  const head = Buffer.from(bytes.subarray(start, start + 24));
  const first = Buffer.concat([head, rows.subarray(0, 12 * (count - 1))]);
  const second = Buffer.concat([head, rows.subarray(12 * (count - 1))]);
  [first, second].forEach((run, i) => {
    run.writeUInt32BE(run.length, 0);
    run.writeUInt32BE(i === 0 ? count - 1 : 1, 12);
  });
  const free = Buffer.from("0000001466726565", "hex");
  Buffer.concat([first, second, free, Buffer.alloc(12)]).copy(bytes, start);
}

/** Moves the tfxd out of the first traf and makes a second traf of it. */
function addTraf(bytes: Buffer): void {
  const traf = payloadOf(bytes, "traf") - 8;
  const tfxd = tfxdAt(bytes, 1) - 8;
  add32(bytes, traf, -44);
  bytes.write("traf", tfxd + 4, "latin1");
  bytes.copy(
    bytes,
    tfxd + 8,
    payloadOf(bytes, "tfhd") - 8,
    payloadOf(bytes, "tfhd") + 12,
  );
  bytes.write("\u0000\u0000\u0000\u0010free", tfxd + 28, "latin1");
}

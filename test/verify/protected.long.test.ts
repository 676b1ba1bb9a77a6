import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  contentKey,
  mux,
  verify,
  type VerifyOptions,
} from "../../src/index.js";
import { KEY, KID, protectedClip, REQUEST } from "../drm/package.js";
import { tempFolder } from "../support/temp.js";
import { tools } from "../support/programs.js";

const root = tempFolder();
const film = await protectedClip(join(root, "film.mp4"));
const right = join(root, "right");
await mux([film], { output: right, name: "clip", protection: REQUEST });
const clear = join(root, "clear");
await mux([film], { output: clear, name: "clip" });

const VIDEO = readdirSync(right).find((name) => name.endsWith(".ismv")) ?? "";
const AUDIO = readdirSync(right).find((name) => name.endsWith(".isma")) ?? "";
const MANIFEST = "clip.ismc";
const SENC = Buffer.from("a2394f525a9b4f14a2446c427c648df4", "hex");
const TENC = Buffer.from("8974dbce7be74c5184f97148f9882554", "hex");
const PSSH = Buffer.from("d08a4f1810f34a82b6c832d8aba183d3", "hex");

let copies = 0;

/** What verify finds in the package after a file of it was changed. */
async function findingsOf(
  file: string,
  change: (bytes: Buffer) => unknown,
  options: VerifyOptions = {},
): Promise<string[]> {
  const folder = join(root, `copy-${(copies += 1)}`);
  await cp(right, folder, { recursive: true });
  const bytes = readFileSync(join(folder, file));
  const changed = change(bytes);
  const content = changed instanceof Buffer ? changed : bytes;
  writeFileSync(join(folder, file), content);
  const { findings } = await verify(join(folder, "clip.ism"), options);
  return findings.map(
    ({ rule, file: where, message }) => `${where} ${rule}: ${message}`,
  );
}

const text = (change: (manifest: string) => string) => (bytes: Buffer) =>
  Buffer.from(change(bytes.toString("utf8")));

/** The header of the client manifest, changed as bytes. */
const header = (change: (object: Buffer) => Buffer) =>
  text((manifest) =>
    manifest.replace(
      /(SystemID="[^"]*">)([^<]*)/,
      (_, before: string, data: string) =>
        before + change(Buffer.from(data, "base64")).toString("base64"),
    ),
  );

/** The text in it, of the same length. */
const headerText = (from: RegExp, to: string) =>
  header((object) => {
    const xml = object.subarray(10).toString("utf16le");
    const changed = xml.replace(from, to);
    const whole = Buffer.concat([
      object.subarray(0, 10),
      Buffer.from(changed, "utf16le"),
    ]);
    whole.writeUInt32LE(whole.length, 0);
    whole.writeUInt16LE(whole.length - 10, 8);
    return whole;
  });

test("a protected package is right, told as protected, without a key and with it", async () => {
  const decodeWith = await tools();
  for (const options of [
    {},
    { decodeWith },
    { decodeWith, contentKey: REQUEST.contentKey },
  ]) {
    const { findings, tracks } = await verify(join(right, "clip.ism"), options);
    expect(findings).toEqual([]);
    expect(tracks.map(({ isProtected }) => isProtected)).toEqual([true, true]);
  }
});

describe("what its client manifest says of the protection is checked", () => {
  test.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    [
      "a SystemID in braces",
      text((manifest) =>
        manifest.replace(/SystemID="([^"]*)"/, 'SystemID="{$1}"'),
      ),
      /SystemID$/,
    ],
    [
      "another system first",
      text((manifest) =>
        manifest.replace(
          /SystemID="[^"]*"/,
          'SystemID="edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"',
        ),
      ),
      /SystemID of the first ProtectionHeader/,
    ],
    [
      "blanks in the header",
      text((manifest) => manifest.replace(/(SystemID="[^"]*">.{20})/, "$1 ")),
      /blanks in it/,
    ],
    [
      "no base64",
      text((manifest) => manifest.replace(/(SystemID="[^"]*">)[^<]*/, "$1*")),
      /is not base64/,
    ],
    [
      "a header that is cut off",
      header((object) => object.subarray(0, 100)),
      /says \d+ bytes and has 100/,
    ],
    [
      "another KID",
      headerText(/q5HgCTj40kGeNVhTH9Gexw==/, "q5HgCTj40kGeNVhTH9Geyw=="),
      /KID in tenc/,
    ],
    [
      "a checksum of seven bytes",
      headerText(/w\+OZVr8vzrQ=/, "w+OZVr8vzg=="),
      /CHECKSUM/,
    ],
    ["another cipher", headerText(/AESCTR/, "AESCBC"), /ALGID/],
    [
      "a licence address that is none",
      headerText(/https:\/\//, "file:///"),
      /LA_URL/,
    ],
  ])("%s", async (_, change, finding) => {
    expect(await findingsOf(MANIFEST, change)).toContainEqual(
      expect.stringMatching(finding),
    );
  });

  test("a manifest that tells of none over files that are encrypted", async () => {
    const without = text((manifest) =>
      manifest.replace(/<Protection>[^]*<\/Protection>/, ""),
    );
    expect(await findingsOf(MANIFEST, without)).toEqual([
      `${VIDEO} protection: samples`,
      `${AUDIO} protection: samples`,
    ]);
  });

  test("a Protection element that no client finds, for it stands in a comment", async () => {
    const commented = text((manifest) =>
      manifest.replace(/<Protection>[^]*<\/Protection>/, "<!-- $& -->"),
    );
    const options = { contentKey: REQUEST.contentKey };
    expect(await findingsOf(MANIFEST, commented, options)).toEqual([
      `${VIDEO} protection: samples`,
      `${AUDIO} protection: samples`,
    ]);
  });

  test("a Protection element with nothing in it, at which dash.js stops", async () => {
    const emptied = text((manifest) =>
      manifest.replace(/<ProtectionHeader[^]*<\/ProtectionHeader>/, ""),
    );
    expect(await findingsOf(MANIFEST, emptied)).toContain(
      `${MANIFEST} protection: Protection has no ProtectionHeader in it`,
    );
  });

  test("a clear file in a package that claims protection", async () => {
    const found = await findingsOf(AUDIO, () =>
      readFileSync(join(clear, AUDIO)),
    );
    expect(found).toContain(`${AUDIO} protection: samples`);
  });
});

describe("what files say of the protection is checked", () => {
  const at =
    (mark: Buffer, offset: number, value: number, width = 1) =>
    (bytes: Buffer) => {
      bytes.writeUIntBE(value, bytes.indexOf(mark) + offset, width);
    };
  const box = (type: string) => Buffer.from(type, "latin1");

  test.each<[string, (bytes: Buffer) => void, RegExp]>([
    ["another KID in the tenc", at(TENC, 25, 1), /KID in tenc/],
    [
      "vectors of another size",
      at(TENC, 23, 16),
      /size of initialization vectors/,
    ],
    ["another scheme", at(box("schm"), 8, 0x78, 1), /scheme in schm/],
    ["no sinf", at(box("sinf"), 0, 0x66726565, 4), /has no sinf/],
    [
      "another header in the pssh",
      at(PSSH, 60, 0x78),
      /no pssh in the moov holds/,
    ],
    [
      "a senc without a sample",
      at(SENC, 20, 0, 4),
      /senc has \d+ bytes behind its samples/,
    ],
    [
      "a senc of too many samples",
      at(SENC, 20, 0xffffff, 4),
      /senc claims 16777215 samples/,
    ],
    [
      "the flag that ExoPlayer stops at",
      at(SENC, 19, 3),
      /algorithm and key of its own/,
    ],
    [
      "subsamples that do not fill the sample",
      (bytes) => {
        const clearBytes = bytes.indexOf(SENC) + 34;
        bytes.writeUInt16BE(bytes.readUInt16BE(clearBytes) - 1, clearBytes);
      },
      /bytes in the subsamples of sample 1/,
    ],
    [
      "a saiz that tells another size",
      at(box("saiz"), 13, 1),
      /size of row 1 in saiz/,
    ],
    [
      "a saiz of another count",
      at(box("saiz"), 9, 7, 4),
      /number of samples in saiz/,
    ],
    [
      "a saio that leads elsewhere",
      at(box("saio"), 12, 12, 4),
      /offset in saio/,
    ],
    ["no saio", at(box("saio"), 0, 0x66726565, 4), /no saiz and saio/],
    [
      "no senc",
      (bytes) =>
        void bytes.fill(0x11, bytes.indexOf(SENC), bytes.indexOf(SENC) + 16),
      /no senc/,
    ],
  ])("%s", async (_, change, finding) => {
    expect(await findingsOf(VIDEO, change)).toContainEqual(
      expect.stringMatching(finding),
    );
  });

  test("a vector that comes twice within a track", async () => {
    const found = await findingsOf(VIDEO, (bytes) => {
      const first = bytes.indexOf(SENC);
      const second = bytes.indexOf(SENC, first + 1);
      bytes.copy(bytes, second + 24, first + 24, first + 32);
    });
    expect(found).toEqual([`${MANIFEST} protection: ${TWICE}`]);
  });

  test("a vector that comes in two tracks", async () => {
    const video = readFileSync(join(right, VIDEO));
    const iv = video.subarray(
      video.indexOf(SENC) + 24,
      video.indexOf(SENC) + 32,
    );
    const found = await findingsOf(
      AUDIO,
      (bytes) => void iv.copy(bytes, bytes.indexOf(SENC) + 24),
    );
    expect(found).toEqual([`${MANIFEST} protection: ${TWICE}`]);
  });

  const TWICE =
    "an initialization vector comes twice under one key: everybody who has both samples can read them";
});

describe("what only claims to be encrypted", () => {
  /** A file with all boxes of a protected one, around samples in the clear: of all fragments, or of one. */
  const bare = (name: string, only?: number) => (bytes: Buffer) => {
    const plain = readFileSync(join(clear, name));
    let [from, to] = [0, 0];
    for (let i = 1; ; i++) {
      from = plain.indexOf("mdat", from + 4);
      to = bytes.indexOf("mdat", to + 4);
      if (from === -1) return;
      if (only !== undefined && only !== i) continue;
      plain.copy(bytes, to, from, from + plain.readUInt32BE(from - 4) - 4);
    }
  };

  test.each([
    ["a picture", VIDEO],
    ["sound", AUDIO],
  ])("is found without a key, by decoding it: %s", async (_, name) => {
    const decodeWith = await tools();
    expect(await findingsOf(name, bare(name), { decodeWith })).toEqual(
      Array<string>(3).fill(
        `${name} protection: decodes without a key: its samples are not encrypted`,
      ),
    );
  });

  test.each([2, 3])(
    "is found in the middle and at the end, behind a begin that is encrypted: fragment %i",
    async (fragment) => {
      const decodeWith = await tools();
      const found = await findingsOf(VIDEO, bare(VIDEO, fragment), {
        decodeWith,
      });
      expect(found).toHaveLength(1);
      expect(found).toContainEqual(
        expect.stringMatching(/decodes without a key/),
      );
    },
  );

  test("is found with the key: what is decrypted then is no picture", async () => {
    const options = {
      decodeWith: await tools(),
      contentKey: REQUEST.contentKey,
    };
    expect(await findingsOf(VIDEO, bare(VIDEO), options)).toContainEqual(
      expect.stringMatching(/decode: ffmpeg complains/),
    );
  });
});

test("with a key of the same KID that is not the right one, decoding finds it", async () => {
  const wrong = contentKey(
    KID,
    KEY.map((byte) => byte ^ 0x5a),
  );
  const options = { decodeWith: await tools(), contentKey: wrong };
  const { findings } = await verify(join(right, "clip.ism"), options);
  const rules = findings.map(({ rule, file }) => `${file} ${rule}`);
  expect(rules).toEqual(
    expect.arrayContaining([`${VIDEO} decode`, `${AUDIO} decode`]),
  );
});

test("a damaged fragment on the way to the decoder is a finding, with its place", async () => {
  const options = { decodeWith: await tools(), contentKey: REQUEST.contentKey };
  const found = await findingsOf(
    VIDEO,
    (bytes) => void bytes.writeUInt32BE(1, bytes.lastIndexOf(SENC) + 20),
    options,
  );
  expect(found).toContainEqual(
    expect.stringMatching(/protection: fragment at byte \d+: senc has/),
  );
});

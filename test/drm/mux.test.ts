import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LayoutName } from "../../src/mux/layouts.js";
import { makeClip } from "../support/clip.js";
import { tempFolder } from "../support/temp.js";
import {
  KEY,
  KID,
  protectedClip,
  readMuxed,
  REQUEST,
  samplesOf,
  type ReadPackage,
} from "./package.js";

const folder = tempFolder();
const clip = await protectedClip(join(folder, "clip.mp4"));
const small = await makeClip(join(folder, "small.mp4"), {
  ...{ size: "320x180", seconds: 6, audio: null },
  // Four slices a picture: units of many sizes, some too small to hide.
  options: ["-x264-params", "keyint=50:min-keyint=50:scenecut=0:slices=4"],
});
const FILMS = [clip, small];
const AUDIO = /\.isma$/;

let count = 0;
const newOutput = () => join(folder, `out-${(count += 1)}`);

const clear = await readMuxed(FILMS, newOutput());
const piff = await readMuxed(FILMS, newOutput(), { protection: REQUEST });

function clearBytes({ decrypted }: ReadPackage): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(decrypted).map(([name, file]) => [
      name,
      samplesOf(file).map((sample) => sample.clear.toString("base64")),
    ]),
  );
}

describe.each(["piff", "cenc"] as const)("with %s boxes", (boxes) => {
  test.each(["standard", "expression-encoder"] as const)(
    "and the %s layout every sample is that of the clear package, once it is decrypted",
    async (layout: LayoutName) => {
      const protection = { ...REQUEST, encryption: boxes };
      const made = await readMuxed(FILMS, newOutput(), { protection, layout });
      expect(Object.keys(made.files)).toEqual(Object.keys(clear.files));
      expect(clearBytes(made)).toEqual(clearBytes(clear));
    },
  );

  test("a file tells its scheme, its key ID and what its entry was", async () => {
    const protection = { ...REQUEST, encryption: boxes };
    const { decrypted } = await readMuxed(FILMS, newOutput(), { protection });
    for (const [name, file] of Object.entries(decrypted)) {
      const [entry, original] = AUDIO.test(name)
        ? ["enca", "mp4a"]
        : ["encv", "avc1"];
      const kid = Buffer.from(KID).toString("hex");
      expect(file).toMatchObject({ entry, original, scheme: boxes, kid });
    }
  });
});

test("another key gives other bytes than the clear package's", async () => {
  const other = await readMuxed(
    FILMS,
    newOutput(),
    { protection: REQUEST },
    Buffer.from(KEY).reverse(),
  );
  for (const [name, samples] of Object.entries(clearBytes(other))) {
    const expected = new Set(clearBytes(clear)[name]);
    const same = samples.filter((bytes) => expected.has(bytes));
    // Pictures of a few bytes have no slice that is worth hiding.
    expect(same.length).toBeLessThan(samples.length / 3);
  }
});

describe("what is protected", () => {
  test("is more than 95 % of the bytes of a usual picture, and all sound", () => {
    for (const [name, file] of Object.entries(piff.decrypted)) {
      const samples = samplesOf(file);
      if (samples.some(({ subsamples = [] }) => subsamples.length > 3))
        continue; // many slices
      const bytes = samples.reduce((sum, { stored }) => sum + stored.length, 0);
      const hidden = samples.reduce(
        (sum, { stored, subsamples }) =>
          sum +
          (subsamples?.reduce((all, [, one]) => all + one, 0) ?? stored.length),
        0,
      );
      if (AUDIO.test(name)) expect(hidden).toBe(bytes);
      else expect(hidden / bytes).toBeGreaterThan(0.95);
    }
  });

  test("is whole blocks, and of every unit neither the length nor the first 96 bytes", () => {
    for (const [name, file] of Object.entries(piff.decrypted)) {
      if (AUDIO.test(name)) continue;
      for (const { clear, stored, subsamples = [] } of samplesOf(file)) {
        expect(subsamples.every(([, hidden]) => hidden % 16 === 0)).toBe(true);
        expect(subsamples.length).toBeLessThanOrEqual(40);
        for (let at = 0; at < clear.length;) {
          const length = clear.readUInt32BE(at);
          const head = Math.min(4 + length, 100);
          expect(stored.subarray(at, at + head)).toEqual(
            clear.subarray(at, at + head),
          );
          const type = clear.readUInt8(at + 4) & 0x1f;
          const unit = [at, at + 4 + length] as const;
          if (type > 5)
            expect(stored.subarray(...unit)).toEqual(clear.subarray(...unit));
          at += 4 + length;
        }
      }
    }
  });
});

describe("the boxes of a fragment", () => {
  const TRAFS = {
    piff: ["tfhd", "trun", "6d1d9b05", "a2394f52", "saiz", "saio"],
    cenc: ["tfhd", "trun", "6d1d9b05", "senc", "saiz", "saio"],
  };

  test.each(["piff", "cenc"] as const)("are in order (%s)", async (boxes) => {
    const protection = { ...REQUEST, encryption: boxes };
    const { decrypted } = await readMuxed(FILMS, newOutput(), { protection });
    for (const { fragments } of Object.values(decrypted))
      for (const fragment of fragments)
        expect(fragment.boxes).toEqual(TRAFS[boxes]);
  });

  test("of Expression Encoder's layout come behind the sdtp", async () => {
    const { decrypted } = await readMuxed(FILMS, newOutput(), {
      ...{ protection: REQUEST, layout: "expression-encoder", tfdt: true },
    });
    for (const { fragments } of Object.values(decrypted))
      for (const { boxes } of fragments)
        expect(boxes).toEqual([
          "tfhd",
          "tfdt",
          "trun",
          "sdtp",
          "a2394f52",
          "saiz",
          "saio",
        ]);
  });
});

describe("the manifest", () => {
  const header = /<ProtectionHeader SystemID="([^"]*)">([^<]*)<\/Pro/;

  test("has one header: the one that is in every file, without braces and blanks", () => {
    const [, systemId, base64 = ""] = header.exec(piff.manifest) ?? [];
    expect(systemId).toBe("9a04f079-9840-4286-ab92-e65be0885f95");
    expect(base64).toMatch(/^[\w+/]+=*$/);
    expect(piff.manifest.match(/<Protection>/g)).toHaveLength(1);
    expect(piff.manifest.match(/<ProtectionHeader/g)).toHaveLength(1);
    for (const { systemData } of Object.values(piff.decrypted))
      expect(systemData.toString("base64")).toBe(base64);
    const xml = Buffer.from(base64, "base64").toString("utf16le", 10);
    expect(xml).toContain("a=1&amp;b=2</LA_URL>");
  });

  test("of a clear package has none", () => {
    expect(clear.manifest).not.toContain("Protection");
    for (const { entry, systemData } of Object.values(clear.decrypted)) {
      expect(entry).toMatch(/avc1|mp4a/);
      expect(systemData).toHaveLength(0);
    }
  });

  test("but for that is the same", () => {
    const without = piff.manifest.replace(
      /\s*<Protection>.*<\/Protection>/s,
      "",
    );
    expect(without).toBe(clear.manifest);
  });
});

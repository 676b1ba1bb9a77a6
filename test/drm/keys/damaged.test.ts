import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { readHeaderText } from "../../../src/drm/read-header.js";
import { HeaderError } from "../../../src/drm/system.js";
import type { KeyOptions } from "../../../src/drm/keys/options.js";
import { PackError } from "../../../src/errors.js";
import { mutateText } from "../../fuzz/mutate-text.js";
import { Random } from "../../fuzz/random.js";
import { makeRecipient } from "./certificate.js";
import {
  clearCpix,
  drmSystem,
  encryptedCpix,
  header40,
  proOf,
} from "./cpix-maker.js";
import { load, secretFile } from "./load.js";
import { PRIVATE, PRIVATE_FORMS } from "./vectors.js";

const { kid, key } = PRIVATE;
const MUTANTS = 400;
const me = makeRecipient();
const cpixPrivateKey = secretFile(me.pem);
const header = proOf([1, header40(kid, "<CHECKSUM>F2AA4xbPYo0=</CHECKSUM>")]);
const more = drmSystem(
  kid,
  `<cpix:SmoothStreamingProtectionHeaderData>${header.toString("base64")}</cpix:SmoothStreamingProtectionHeaderData>`,
);

/** Lets the reader of a source face damaged copies of a right one. */
async function face(
  right: string,
  options: (content: Buffer) => KeyOptions,
  judge: (hex: string) => void,
): Promise<number> {
  let refused = 0;
  for (let i = 0; i < MUTANTS; i++) {
    const content = mutateText(Buffer.from(right), new Random(20_261, i));
    try {
      const { readStdin, ...from } = {
        ...options(content),
        readStdin: () => Readable.from([content]),
      };
      const { contentKey } = await load(from, { readStdin });
      judge(contentKey.key.export().toString("hex"));
    } catch (error) {
      if (!(error instanceof PackError)) throw error;
      refused += 1;
      const said = `${error.message} ${error.hint ?? ""} ${JSON.stringify(error.facts)} ${String(error.cause)}`;
      expect(said.length).toBeLessThan(2000);
      for (const form of PRIVATE_FORMS) expect(said).not.toContain(form);
    }
  }
  return refused;
}

const anything = () => undefined;
const itself = (hex: string) => expect(hex).toBe(key);

describe("damaged sources of keys are refused with a PackError that tells nothing of the key", () => {
  test.each<[string, string, KeyOptions, (hex: string) => void]>([
    ["lines", `# ours\n${kid}:${key}\n`, { keyFile: "-" }, anything],
    [
      "JSON",
      JSON.stringify({ keys: [{ kid, key }] }, undefined, 1),
      { keyFile: "-" },
      anything,
    ],
    [
      "CPIX in the clear",
      clearCpix({ keys: [PRIVATE] }),
      { cpix: "-" },
      anything,
    ],
    // The checksum of the header tells a key that was changed.
    [
      "CPIX in the clear, with a header",
      clearCpix({ keys: [PRIVATE], more }),
      { cpix: "-" },
      anything,
    ],
    // The MAC does: whatever else was damaged, the key is the right one.
    [
      "encrypted CPIX",
      encryptedCpix({ keys: [PRIVATE], more }, [me]),
      { cpix: "-", cpixPrivateKey },
      itself,
    ],
  ])("%s", async (_, right, options, judge) => {
    const refused = await face(right, () => options, judge);
    // Neither all hopeless nor all harmless, or nothing deep was tried.
    expect(refused).toBeGreaterThan(MUTANTS / 10);
    expect(refused).toBeLessThan(MUTANTS);
  });

  test("a PlayReady object, bit by bit", () => {
    for (let bit = 0; bit < header.length * 8; bit++) {
      const bytes = Buffer.from(header);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      try {
        readHeaderText(bytes.toString("base64"));
      } catch (error) {
        if (!(error instanceof HeaderError)) throw error;
        expect(error.message).not.toMatch(/\n/);
      }
    }
  });
});

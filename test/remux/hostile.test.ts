import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { planMux } from "../../src/remux/plan.js";
import { readInputs } from "../../src/remux/read-inputs.js";
import { fixture } from "../support/fixtures.js";
import { patchFile, payloadOf } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();

/** Plans a package of a damaged copy of a fixture. */
async function planOf(name: string, damage: (bytes: Buffer) => void) {
  const path = join(folder, name);
  copyFileSync(fixture(name), path);
  patchFile(path, damage);
  return planMux(await readInputs([{ path }], undefined), "film", 2);
}

/** Each of these once filled the memory, or was told as a bug. */
describe("a film with a damaged index is refused:", () => {
  test.each([
    [
      "a picture fragment that begins days later (mutants 1694 and 7665 of seed 1)",
      "fragments.mp4",
      (bytes: Buffer) => {
        const tfdt = payloadOf(bytes, "tfdt", 5);
        bytes.writeUInt32BE(1, tfdt + 4);
      },
      /of silence are missing beside the other tracks\. Expected at most 21600\.000 s\./,
    ],
    [
      "samples before the begin of the file",
      "fragments.mp4",
      (bytes: Buffer) => {
        bytes.writeInt32BE(-100_000, payloadOf(bytes, "trun") + 8);
      },
      /track 1: sample 1 lies at bytes -98663 to -\d+, the file has \d+\./,
    ],
    [
      "an edit list of milliards",
      "film.mp4",
      (bytes: Buffer) => {
        bytes.writeUInt32BE(0xffffffff, payloadOf(bytes, "elst") + 4);
      },
      /elst claims 4294967295 edits and has \d+ bytes\./,
    ],
  ])("%s", async (_, name, damage, message) => {
    await expect(planOf(name, damage)).rejects.toMatchObject({
      name: "PackError",
      message: expect.stringMatching(message) as string,
    });
  });
});

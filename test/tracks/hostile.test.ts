import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { planMux } from "../../src/pipeline/mux-plan.js";
import { alignTracks } from "../../src/tracks/align-tracks.js";
import { readInputs } from "../../src/pipeline/mux-inputs.js";
import { fixture } from "../support/fixtures.js";
import { patchFile, payloadOf } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();

/** Plans a package of a damaged copy of a fixture. */
async function planOf(name: string, damage: (bytes: Buffer) => void) {
  const path = join(folder, name);
  copyFileSync(fixture(name), path);
  patchFile(path, damage);
  return planMux(
    alignTracks(await readInputs([{ path }], undefined)),
    "film",
    2,
  );
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
      /sound is missing for [0-9.]+ s\. Expected at most 21600\.000 s/,
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

/** Writes another box in the place of pasp, of its eight bytes. */
function insteadOfPasp(type: string, payload: string) {
  return (bytes: Buffer) => {
    const at = payloadOf(bytes, "pasp");
    bytes.write(type, at - 4, "latin1");
    bytes.write(payload.padEnd(8, "\0"), at, "latin1");
  };
}

describe("a film with a damaged box", () => {
  test.each([
    ["colours that are too short", "colr", "nclx"],
    ["a clean aperture that is too short", "clap", ""],
  ])("that nobody needs is packaged: %s", async (_, type, payload) => {
    const plan = await planOf("film.mp4", insteadOfPasp(type, payload));
    expect(plan.tracks).toHaveLength(2);
  });

  test("whose boxes about its author are none is packaged", async () => {
    const plan = await planOf("film.mp4", (bytes) => {
      bytes.writeUInt32BE(0xffff, payloadOf(bytes, "udta"));
    });
    expect(plan.tracks).toHaveLength(2);
  });

  test("that is needed is refused in words, with the box and its place", async () => {
    const damaged = planOf("film.mp4", (bytes) => {
      insteadOfPasp("mdhd", "")(bytes);
    });
    await expect(damaged).rejects.toThrow(
      /film\.mp4: moov cannot be parsed \(mdhd at 48411 is damaged \(its 16 bytes do not hold the fields that it should have\)\)\./,
    );
  });
});

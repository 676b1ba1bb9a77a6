import { join } from "node:path";
import { describe, expect } from "vitest";
import { describeFinding, verify } from "../../src/index.js";
import { makeClip } from "../support/clip.js";
import { test } from "../support/scratch-folder.js";

/** A picture as x264 makes it, in fragments that ffmpeg cuts at what it takes for key frames. */
async function faultsOf(scratch: string, x264: string): Promise<string[]> {
  const path = join(scratch, "clip.ismv");
  const options = ["-x264-params", x264, "-f", "ismv"];
  const clip = { seconds: 3, size: "160x90", audio: null, options };
  const { findings } = await verify(await makeClip(path, clip));
  return findings.filter(({ level }) => level === "fault").map(describeFinding);
}

const NOT_IDR = [2, 3].map(
  (fragment) =>
    `clip.ismv, fragment ${fragment}: first picture is NAL unit type 1, expected 5 (IDR).`,
);

describe("the groups of pictures that an encoder made", () => {
  test("begin with an IDR picture: an open group is a fault", async ({
    scratch,
  }) => {
    const faults = await faultsOf(
      scratch,
      "open-gop=1:keyint=25:scenecut=0:bframes=2:b-adapt=0",
    );
    expect(faults).toEqual(NOT_IDR);
  });

  test("nor does a refresh without key frames begin one", async ({
    scratch,
  }) => {
    const faults = await faultsOf(
      scratch,
      "intra-refresh=1:keyint=25:scenecut=0",
    );
    expect(faults).toEqual(NOT_IDR);
  });

  test("may be short, deep and many: closed ones are no fault", async ({
    scratch,
  }) => {
    const faults = await faultsOf(
      scratch,
      "keyint=25:min-keyint=1:scenecut=100:bframes=5:b-adapt=0:b-pyramid=normal",
    );
    expect(faults).toEqual([]);
  });
});

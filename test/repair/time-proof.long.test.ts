import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { findTools, type Tools } from "../../src/ffmpeg/find.js";
import { TFXD_UUID } from "../../src/isobmff/boxes/fragment.js";
import { proveFrames } from "../../src/pipeline/frame-proof.js";
import { muxChecked } from "../../src/pipeline/mux.js";
import {
  beginsAt,
  foreign,
  plainFiles,
  untold,
  type Layout,
} from "../foreign/layouts.js";
import { patchFile } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();
let tools: Tools;
let number = 0;
const newOut = () => join(parent, `out-${(number += 1)}`);

beforeAll(async () => {
  tools = await findTools({});
});

/** Moves fragments of the new sound in its tfxds, as a writer with a fault would. */
function moved(by: bigint, isMoved: (i: number) => boolean) {
  return (work: string) => {
    const file = readdirSync(work).find((name) => name.endsWith(".isma"));
    patchFile(join(work, file ?? ""), (bytes) => {
      const tfxd = Buffer.from(TFXD_UUID.replaceAll("-", ""), "hex");
      for (let at = bytes.indexOf(tfxd), i = 0; at > 0; i++) {
        const time = at + 20;
        const old = bytes.readBigUInt64BE(time);
        if (isMoved(i)) bytes.writeBigUInt64BE(old + by, time);
        at = bytes.indexOf(tfxd, time);
      }
    });
  };
}

const all: (i: number) => boolean = () => true;

describe("frames at other times are no proof:", () => {
  const MOVED: [
    what: string,
    layouts: Layout[],
    is: typeof all,
    words: RegExp,
  ][] = [
    [
      "a fragment",
      [untold],
      (i) => i === 2,
      /frame \d+ of the old ones is shown/,
    ],
    ["sound against picture", [untold], all, /is moved by -?500000 ticks/],
    ["the same of plain files", [plainFiles], all, /is moved by -?\d+ ticks/],
    [
      "the same of a wall clock",
      [beginsAt(15_589_466_996_501_875n)],
      all,
      /is moved by -?500000 ticks/,
    ],
  ];

  test.for(MOVED)("%s", async ([, layouts, isMoved, words]) => {
    const { ism } = await foreign(parent, ...layouts);
    const options = { output: newOut(), fsync: false };
    const prove = (change: (work: string) => void) =>
      muxChecked([ism], options, {
        async check(plan, work) {
          change(work);
          await proveFrames(plan, work, { tools, signal: undefined });
        },
      });
    await expect(prove(moved(500_000n, isMoved))).rejects.toMatchObject({
      code: "verify",
      message: expect.stringMatching(words) as string,
    });
    await prove(moved(0n, all));
  });
});

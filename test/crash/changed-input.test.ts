import { appendFileSync, copyFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { pack } from "../../src/index.js";
import { makeClip } from "../support/clip.js";
import { namesIn } from "../support/crashes.js";
import { test } from "../support/scratch-folder.js";
import { tempFolder } from "../support/temp.js";

const clip = await makeClip(join(tempFolder(), "clip.mp4"), { seconds: 1 });

test.for<[string, (input: string) => void]>([
  ["grows", (input) => appendFileSync(input, "more")],
  [
    "is replaced",
    (input) => {
      copyFileSync(input, `${input}.new`);
      renameSync(`${input}.new`, input);
    },
  ],
])(
  "an input that %s while it is encoded is refused, and nothing is published",
  async ([, change], { scratch }) => {
    const input = join(scratch, "clip.mp4");
    copyFileSync(clip, input);
    const output = join(scratch, "out");
    const run = pack(input, {
      ...{ output, rungs: ["160x90:60k"], encoderPreset: "ultrafast" },
      resume: true,
      onPlan: () => change(input),
    });
    await expect(run).rejects.toMatchObject({
      code: "input",
      message: `${input}: changed while it was read.`,
    });
    expect(namesIn(output)).toEqual([]);
  },
);

import { join } from "node:path";
import { expect } from "vitest";
import { localEngine } from "../../src/encode/local.js";
import { makePlan } from "../../src/plan/plan.js";
import { CANNOT_FAKE, fakeProgram, test } from "../support/scratch-folder.js";
import { encodeAll } from "../support/encode-all.js";
import { LADDER, sourceVideo, source } from "../support/sources.js";

test.skipIf(CANNOT_FAKE)(
  "an early complaint is heard behind any number of later warnings",
  async ({ scratch }) => {
    const ffmpeg = await fakeProgram(
      scratch,
      "ffmpeg",
      'echo "[h264 @ 0x1] [error] error while decoding MB 3 4" >&2',
      'i=0; while [ $i -lt 3000 ]; do echo "[mpegts @ 0x2] [warning] DTS discontinuity in stream 0: packet 7 with DTS 1" >&2; i=$((i+1)); done',
    );
    const found = { version: "5.1", origin: "given" } as const;
    const tools = {
      ffmpeg: { path: ffmpeg, ...found },
      ffprobe: { path: join(scratch, "none"), ...found },
    };
    const plan = makePlan(source({ video: sourceVideo() }), LADDER);
    const context = { folder: scratch, tools };
    const { complaints } = await encodeAll(localEngine, plan, context);
    expect(complaints).toEqual(["error while decoding MB 3 4"]);
  },
);

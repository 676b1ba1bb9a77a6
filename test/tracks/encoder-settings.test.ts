import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { leaveOutSettings } from "../../src/tracks/encoder-settings.js";
import { test } from "../support/scratch-folder.js";
import { table, videoTrack } from "../support/track.js";

const X264 = "dc45e9bde6d948b7962cd820d923eeef";
const CAPTIONS = "b5003147413934" + "00".repeat(9);
const IDR = "00000004" + "65888040";

/** A unit of supplemental information, ISO/IEC 14496-10 7.3.2.3: type, size, payload, stop bit. */
function sei(type: string, payload: string): string {
  const size = payload.length / 2;
  const sizes = "ff".repeat(Math.floor(size / 255)) + hex(size % 255, 1);
  const body = `06${type}${sizes}${payload}80`;
  return hex(body.length / 2, 4) + body;
}

function hex(value: number, bytes: number): string {
  return value.toString(16).padStart(2 * bytes, "0");
}

const SETTINGS = sei("05", X264 + "78".repeat(600));

describe("x264's settings in front of a piece's first picture", () => {
  for (const [title, sample, left] of [
    ["are left out", SETTINGS + IDR, IDR],
    ["are left out when they are short", sei("05", X264) + IDR, IDR],
    ["are not there: the picture stays whole", IDR, IDR],
    [
      "are another maker's: they stay",
      sei("05", "00".repeat(16)) + IDR,
      sei("05", "00".repeat(16)) + IDR,
    ],
    [
      "are captions: they stay",
      sei("04", CAPTIONS) + IDR,
      sei("04", CAPTIONS) + IDR,
    ],
    ["are all that there is: they stay", SETTINGS, SETTINGS],
  ] as const)
    test(title, async ({ scratch }) => {
      const path = join(scratch, "piece");
      const bytes = Buffer.from(`00112233${sample}${IDR}`, "hex");
      await writeFile(path, bytes);
      const sizes = [sample.length / 2, IDR.length / 2];
      const samples = table([1, 1], { sizes });
      samples.offset.set([4, 4 + sample.length / 2]);
      const track = {
        ...videoTrack(samples),
        files: [{ path, firstSample: 0 }],
      };
      await leaveOutSettings(track, path);
      const [offset = 0, size = 0] = [samples.offset[0], samples.size[0]];
      expect(bytes.subarray(offset, offset + size).toString("hex")).toBe(left);
      expect(samples.offset[1]).toBe(4 + sample.length / 2);
    });
});

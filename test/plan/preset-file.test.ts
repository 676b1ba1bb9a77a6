import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { DEFAULT_PRESET } from "../../src/plan/preset.js";
import { listPresets, loadPreset } from "../../src/plan/read-preset.js";
import { test } from "../support/scratch-folder.js";

describe("the presets that come with mss-pack", () => {
  test("are all sound, and the default is one of them", async () => {
    const names = (await listPresets()).map((preset) => preset.name);
    expect(names).toContain(DEFAULT_PRESET);
    expect(new Set(names).size).toBe(names.length);
  });

  test("are described, and have rungs that differ by more than 10 kbit/s", async () => {
    for (const { name, description, rungs } of await listPresets()) {
      expect(description, name).not.toBe("");
      const bitrates = rungs.map((rung) => rung.bitrate);
      const steps = bitrates.slice(1).map((low, i) => (bitrates[i] ?? 0) - low);
      expect(Math.min(...steps, Infinity), name).toBeGreaterThan(10_000);
    }
  });

  test("are loaded by name", async () => {
    const preset = await loadPreset(DEFAULT_PRESET);
    expect(preset.name).toBe(DEFAULT_PRESET);
  });
});

describe("a preset of the user's own", () => {
  const json = {
    rungs: [{ name: "360p", width: 640, height: 360, bitrate: "700k" }],
    audio: { bitrate: "96k" },
  };

  test("is loaded by its path, and named after its file", async ({
    scratch,
  }) => {
    const path = join(scratch, "mine.json");
    await writeFile(path, JSON.stringify(json));
    const preset = await loadPreset(path);
    expect(preset.name).toBe("mine");
    expect(preset.rungs[0]?.bitrate).toBe(700_000);
  });

  test("that is not there, or is not JSON, is refused with its path", async ({
    scratch,
  }) => {
    const missing = join(scratch, "none.json");
    await expect(loadPreset(missing)).rejects.toMatchObject({
      code: "preset",
      message: expect.stringContaining(
        `Preset ${missing}: cannot be read (no such file`,
      ) as string,
    });
    const broken = join(scratch, "broken.json");
    await writeFile(broken, "{ rungs: }");
    await expect(loadPreset(broken)).rejects.toMatchObject({
      code: "preset",
      message: expect.stringContaining(
        `Preset ${broken}: is not JSON (`,
      ) as string,
    });
  });
});

test("a name that no preset has is refused with the names there are", async () => {
  const names = (await listPresets()).map((preset) => preset.name).join(", ");
  await expect(loadPreset("smoth-1080p")).rejects.toMatchObject({
    code: "preset",
    message: `No preset "smoth-1080p". Known: ${names}.`,
    hint: "Give one of these names, or the path of a .json file.",
  });
});

import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { makeClip } from "../support/clip.js";
import {
  changesOf,
  expectNoFalsePackage,
  namesIn,
  stoppedRun,
  successful,
} from "../support/crashes.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const before = join(folder, "before");
const captions = join(folder, "de.srt");

const addTo = (out: string) => [
  ...["add", join(out, "clip.ism"), "--captions", `${captions}=deu`],
  "--quiet",
];
const removeFrom = (out: string) => [
  ...["remove", join(out, "clip.ism"), "text_deu", "--quiet"],
];

beforeAll(async () => {
  const clip = join(folder, "clip.mp4");
  await makeClip(clip, { size: "160x90", seconds: 1 });
  await successful(["mux", clip, "-o", before, "--quiet"]);
  writeFileSync(captions, "1\n00:00:00,200 --> 00:00:00,800\nHallo\n");
});

/** A copy of the package, with the captions or without. */
async function packageIn(name: string, isAdded: boolean): Promise<string> {
  const out = join(folder, name);
  cpSync(before, out, { recursive: true });
  if (isAdded) await successful(addTo(out));
  return out;
}

const hasText = (out: string) =>
  ["clip.ism", "clip.ismc"].map((name) =>
    readFileSync(join(out, name), "utf8").includes("text_deu"),
  );

describe.each([
  { what: "add", args: addTo, isAdded: false },
  { what: "remove", args: removeFrom, isAdded: true },
])("$what killed before any change on the disk", ({ what, args, isAdded }) => {
  test("leaves the package as it was, or as it will be; the same command ends the work", async () => {
    const counted = await packageIn(`${what}-counted`, isAdded);
    const log = join(folder, `${what}-changes.txt`);
    const changes = await changesOf(args(counted), log);
    const ended = namesIn(counted);
    expect(changes.length).toBeGreaterThan(15);
    // To open a file changes nothing yet; writing is tried once.
    const moments = changes.flatMap((name, i) =>
      name === "open" || (name === "write" && changes[i - 1] === "write")
        ? []
        : [i + 1],
    );
    // All moments of the publication, and some before it.
    const begin = changes.lastIndexOf(
      "mkdir",
      changes.lastIndexOf("mkdir") - 1,
    );
    const chosen = moments.filter((at) => at > begin || at % 12 === 0);
    for (const at of chosen) {
      const out = await packageIn(`${what}-${at}`, isAdded);
      const media = mediaOf(out);
      await stoppedRun(args(out), { at, with: "SIGKILL" });
      expect(mediaOf(out), `killed before ${at}`).toMatchObject(media);
      await expectNoFalsePackage(out);
      await stoppedRun(args(out), { at: 0, with: "SIGKILL" });
      expect(await expectNoFalsePackage(out)).toBe(true);
      expect(namesIn(out)).toEqual(ended);
      expect(hasText(out)).toEqual([!isAdded, !isAdded]);
    }
  });
});

/** Of the film itself. */
function mediaOf(out: string): Record<string, string> {
  const names = namesIn(out).filter((name) => /\.ism[va]$/.test(name));
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(out, name), "base64")]),
  );
}

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { textFiles } from "../../src/pipeline/text-files.js";
import { planCaptions } from "../../src/pipeline/text-streams.js";
import { test } from "../support/scratch-folder.js";

const SECOND = 10_000_000;

const SRT = `1
00:00:01,000 --> 00:00:02,000
First

2
00:00:08,500 --> 00:00:11,000
Last
`;

/** Plans captions of a film, and gives the times in their documents for a film of another length. */
async function timesOf(
  scratch: string,
  planned: number,
  written: number,
  between?: (file: string) => Promise<void>,
): Promise<string[]> {
  const file = join(scratch, "film.srt");
  await writeFile(file, SRT);
  const film = { path: "film.mp4", name: "film", seconds: planned };
  const { streams } = await planCaptions([`${file}=eng`], undefined, film);
  await between?.(file);
  const cuts = { times: [0, 8 * SECOND], end: written * SECOND };
  await textFiles(streams, cuts, scratch, scratch);
  const text = await readFile(join(scratch, "text_eng.ttml"), "utf8");
  return Array.from(text.matchAll(/begin="(\S+)" end="(\S+)"/g), (found) =>
    found.slice(1).join(" "),
  );
}

test("cues are cut to the film as it became, not to the film as it was planned", async ({
  scratch,
}) => {
  const first = "00:00:01.000 00:00:02.000";
  const lastOf = (end: string) => [first, `00:00:00.500 00:00:0${end}`];
  expect(await timesOf(scratch, 12, 12)).toEqual(lastOf("3.000"));
  expect(await timesOf(scratch, 10, 10)).toEqual(lastOf("2.000"));
  expect(await timesOf(scratch, 10, 12)).toEqual(lastOf("3.000"));
  expect(await timesOf(scratch, 12, 10)).toEqual(lastOf("2.000"));
  expect(await timesOf(scratch, 8, 12)).toEqual(lastOf("3.000"));
});

test("a caption file that changes after it was planned is refused", async ({
  scratch,
}) => {
  const made = timesOf(scratch, 12, 12, (file) => writeFile(file, `${SRT}\n`));
  await expect(made).rejects.toMatchObject({ code: "input" });
  await expect(made).rejects.toThrow("film.srt: changed during the run.");
});

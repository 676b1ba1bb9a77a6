import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { readTtml } from "../../src/captions/ttml.js";
import { TextTracks } from "../../src/mux/text-track.js";
import { writeTrackFiles } from "../../src/mux/track-file.js";
import { readTtmlTrack } from "../../src/pipeline/ttml-tracks.js";
import { cutFragments } from "../../src/tracks/cut-fragments.js";
import { textOf } from "../../src/captions/cue.js";
import { test } from "../support/scratch-folder.js";
import { bytesOf } from "../support/utf8.js";

const SECOND = 10_000_000;
const CUTS = [0, 2, 4, 6].map((seconds) => seconds * SECOND);

const tt = (...cues: string[]) =>
  `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling"><body><div>${cues.join("")}</div></body></tt>`;

const p = (begin: string, end: string, text: string) =>
  `<p begin="${begin}s" end="${end}s">${text}</p>`;

/** A file in fragments of two seconds, one document in each, whose times are the track's. */
async function fileOf(documents: readonly string[], scratch: string) {
  const track = await new TextTracks(CUTS, 8 * SECOND).make(
    bytesOf(documents),
    { language: "eng", subtype: "SUBT" },
    join(scratch, "a"),
  );
  const path = join(scratch, "text.mp4");
  await writeTrackFiles([
    {
      ...{ path, file: "text.mp4", track, bitrate: 1000 },
      fragments: cutFragments(track, CUTS, "eng"),
    },
  ]);
  const bytes = (await readFile(path)).toString("latin1");
  await writeFile(path, bytes.replace("dfxp", "stpp"), "latin1");
  return path;
}

/** The cues of the file, for a film that begins at this time of it. */
async function cuesOf(documents: string[], scratch: string, zero = 0) {
  const path = await fileOf(documents, scratch);
  const clock = (time: number) => time - zero * SECOND;
  const { bytes, isEmpty } = await readTtmlTrack(path, 0, clock, undefined);
  const { cues } = await readTtml(Buffer.from(bytes).toString());
  expect(isEmpty).toBe(cues.length === 0);
  return cues.map((cue) => [
    ...[cue.begin / SECOND, cue.end / SECOND],
    textOf(cue),
  ]);
}

const DOCUMENTS = [
  tt(p("0.5", "9", "over two")),
  tt(p("0.5", "4", "over two"), p("3", "3.5", "<span>bold</span>")),
  tt(),
  tt(p("6.25", "7", "last"), p("1", "2", "of another time")),
];

test("documents count from the begin of the track, each in its own time; a cue that goes on is one", async ({
  scratch,
}) => {
  expect(await cuesOf(DOCUMENTS, scratch)).toEqual([
    [0.5, 4, "over two"],
    [3, 3.5, "bold"],
    [6.25, 7, "last"],
  ]);
});

test("cues move with the film, and those before it are left out", async ({
  scratch,
}) => {
  expect(await cuesOf(DOCUMENTS, scratch, 3.75)).toEqual([
    [0, 0.25, "over two"],
    [2.5, 3.25, "last"],
  ]);
});

test("a track that says nothing is empty", async ({ scratch }) => {
  const silent = [tt(), tt(), tt(), tt()];
  expect(await cuesOf(silent, scratch)).toEqual([]);
});

test("a document that is no TTML is told with its file", async ({
  scratch,
}) => {
  const broken = [tt(), "<tt><body>", tt(), tt()];
  await expect(cuesOf(broken, scratch)).rejects.toMatchObject({
    code: "input",
    message: expect.stringMatching(/text\.mp4: it is not TTML/) as string,
  });
});

test("a track that is not there is told", async ({ scratch }) => {
  const path = await fileOf(DOCUMENTS, scratch);
  const read = readTtmlTrack(path, 1, (time) => time, undefined);
  await expect(read).rejects.toMatchObject({ code: "input" });
});

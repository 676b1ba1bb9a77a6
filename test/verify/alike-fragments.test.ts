import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { TextTracks } from "../../src/mux/text-track.js";
import { writeTrackFiles } from "../../src/mux/track-file.js";
import type { LayoutName } from "../../src/mux/layouts.js";
import { cutFragments } from "../../src/tracks/cut-fragments.js";
import { AlikeFragments } from "../../src/verify/alike-fragments.js";
import { Findings } from "../../src/verify/finding.js";
import { checkFragment } from "../../src/verify/fragment-check.js";
import {
  fragmentSpan,
  openTrack,
  type TrackReader,
} from "../../src/verify/track-reader.js";
import { test } from "../support/scratch-folder.js";
import { bytesOf } from "../support/utf8.js";

const CUTS = [0, 20_000_000, 45_000_000];
const END = 60_000_000;
const DOCUMENTS = ["first", "the second", "a third one"];

/** A file of captions, and the bytes of its fragments. */
async function captions(
  scratch: string,
  options: { tfdt?: boolean; layout?: LayoutName },
): Promise<{ reader: TrackReader; heads: Buffer[] }> {
  const english = { language: "eng", subtype: "SUBT" } as const;
  const documents = join(scratch, "eng.ttml");
  const track = await new TextTracks(CUTS, END).make(
    bytesOf(DOCUMENTS),
    english,
    documents,
  );
  const path = join(scratch, "a.ismt");
  const fragments = cutFragments(track, CUTS, "eng");
  const file = { path, file: "a.ismt", track, fragments, bitrate: 1000 };
  await writeTrackFiles([file], options);
  const reader = await openTrack(scratch, "a.ismt", 1, new Findings());
  if (reader === undefined) throw new Error("no index");
  await reader.file.close();
  const bytes = await readFile(path);
  const heads = CUTS.map((_, i) => {
    const { begin, end } = fragmentSpan(reader, i);
    return bytes.subarray(begin, end);
  });
  return { reader, heads };
}

/** The general check, with the number of its findings. */
function generally(reader: TrackReader, i: number, head: Uint8Array) {
  const findings = new Findings();
  const run = checkFragment(reader, i, head, "dfxp", findings);
  return { run, count: findings.list().length };
}

for (const options of [{}, { tfdt: true }])
  test(`a fragment is known to be right only when the general check says so: ${JSON.stringify(options)}`, async ({
    scratch,
  }) => {
    const { reader, heads } = await captions(scratch, options);
    const alike = new AlikeFragments(reader, "dfxp");
    const [first = Buffer.alloc(0), ...others] = heads;
    expect(alike.check(0, first)).toBeUndefined();
    alike.learn(0, first, generally(reader, 0, first).run);
    // A tfdt is not known by its place.
    const isKnown = options.tfdt !== true;
    for (const [i, head] of [...others.entries()]) {
      const { run } = generally(reader, i + 1, head);
      expect(run?.samples).toBe(1);
      expect(alike.check(i + 1, head)).toEqual(isKnown ? run : undefined);
      expect(alike.check(i, head)).toBeUndefined();
    }
    for (const [i, head] of heads.entries())
      for (const changed of changes(head)) {
        const known = alike.check(i, changed);
        if (known === undefined) continue;
        expect({ run: known, count: 0 }).toEqual(generally(reader, i, changed));
      }
  });

/** Each bit of boxes and header turned, each length. */
function* changes(head: Buffer): Generator<Buffer> {
  const boxes = head.readUInt32BE(0) + 8;
  for (let bit = 0; bit < 8 * boxes; bit++) {
    const changed = Buffer.from(head);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    yield changed;
  }
  for (let length = 0; length < head.length; length++)
    yield head.subarray(0, length);
}

test("what the general check complains of is no pattern", async ({
  scratch,
}) => {
  const { reader, heads } = await captions(scratch, {});
  const bad = heads.map((head) => {
    const changed = Buffer.from(head);
    // track_ID in tfhd.
    const tfhd = changed.indexOf("tfhd");
    changed.writeUInt32BE(7, tfhd + 8);
    return changed;
  });
  const alike = new AlikeFragments(reader, "dfxp");
  for (const [i, head] of bad.entries()) {
    expect(generally(reader, i, head).count).toBe(1);
    alike.learn(i, head, generally(reader, i, head).run);
    expect(alike.check(i, head)).toBeUndefined();
  }
});

test("the layout of Expression Encoder is left to the general check, or known as it is", async ({
  scratch,
}) => {
  const { reader, heads } = await captions(scratch, {
    layout: "expression-encoder",
  });
  const alike = new AlikeFragments(reader, "dfxp");
  for (const [i, head] of heads.entries()) {
    const { run } = generally(reader, i, head);
    const known = alike.check(i, head);
    expect(known ?? run).toEqual(run);
    alike.learn(i, head, run);
  }
});

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { TextTracks } from "../../src/mux/text-track.js";
import { writeTrackFiles } from "../../src/mux/track-file.js";
import { cutFragments } from "../../src/tracks/cut-fragments.js";
import { hex } from "../support/hex-bytes.js";
import { test } from "../support/scratch-folder.js";
import { bytesOf } from "../support/utf8.js";

const CUTS = [0, 20_000_000];
const END = 30_000_000;
const ENGLISH = { language: "eng", subtype: "SUBT" } as const;

const documents = bytesOf(["first", "the second"]);

test("a text track has one document to a fragment, in boxes that players of captions know", async ({
  scratch,
}) => {
  const track = await new TextTracks(CUTS, END).make(
    documents,
    ENGLISH,
    join(scratch, "eng.ttml"),
  );
  const [file] = await writeTrackFiles([
    {
      ...{ path: join(scratch, "a.ismt"), file: "a.ismt", track },
      fragments: cutFragments(track, CUTS, "eng"),
      bitrate: 1000,
    },
  ]);
  const bytes = await readFile(join(scratch, "a.ismt"));
  for (const box of [HANDLER, NULL_MEDIA_HEADER, SAMPLE_ENTRY, FRAGMENT])
    expect(
      bytes.includes(Buffer.from(box)),
      Buffer.from(box).toString("hex"),
    ).toBe(true);
  const times = Float64Array.of(0, 20_000_000, 30_000_000);
  expect(file?.fragments).toMatchObject({ count: 2, time: times });
  expect(file).toMatchObject({ duration: END, bitrate: 1000, language: "eng" });
});

const HANDLER = hex`00000025 'hdlr' 00 000000 00000000 'text' 00000000 00000000 00000000 'Text' 00`;
const NULL_MEDIA_HEADER = hex`0000000C 'nmhd' 00 000000`;
const SAMPLE_ENTRY = hex`00000020 'stsd' 00 000000 00000001 00000010 'dfxp' 000000000000 0001`;

/** The second one: a tfxd of version 1, a sample as long as the fragment, the document whole. */
const FRAGMENT = hex`
  0000007C 'moof'
    00000010 'mfhd' 00 000000 00000002
    00000064 'traf'
      00000014 'tfhd' 00 000020 00000001 02000000
      0000001C 'trun' 01 000301 00000001 00000084 00989680 0000000A
      0000002C 'uuid' 6D1D9B05 42D544E6 80E2141D AFF757B2 01 000000
        0000000001312D00 0000000000989680
  00000012 'mdat' 'the second'
`;

test("fewer documents than fragments are no track", async ({ scratch }) => {
  const path = join(scratch, "eng.ttml");
  const made = new TextTracks(CUTS, END).make(
    documents.slice(1),
    ENGLISH,
    path,
  );
  await expect(made).rejects.toThrow("1 documents for 2 fragments");
});

test("what the disk refuses is an output error with the path", async ({
  scratch,
}) => {
  const path = join(scratch, "missing", "eng.ttml");
  const made = new TextTracks(CUTS, END).make(documents, ENGLISH, path);
  await expect(made).rejects.toMatchObject({ code: "output" });
  await expect(made).rejects.toThrow(path);
});

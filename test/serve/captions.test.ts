import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { mux, protectPackage, type ServeHandle } from "../../src/index.js";
import { REQUEST } from "../drm/package.js";
import { fixture } from "../support/fixtures.js";
import { patchFile } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";
import { get, serving } from "./serving.js";

const root = tempFolder();

/** The second one goes on over a border of fragments, the third begins at one. */
const SUBRIP = `1
00:00:00,500 --> 00:00:01,000
<i>One</i> & only

2
00:00:01,200 --> 00:00:03,500
Two
lines

3
00:00:04,000 --> 00:00:05,000
{\\an8}Above
`;

let origin: ServeHandle;
beforeAll(async () => {
  writeFileSync(join(root, "film.srt"), SUBRIP);
  const captions = [`${join(root, "film.srt")}=deu`];
  const output = join(root, "served");
  await mux([fixture("film.mp4")], { output, captions, fsync: false });
  await protectPackage(join(output, "film.ism"), {
    output: join(output, "locked"),
    protection: REQUEST,
    fsync: false,
  });
  await mux([fixture("film.mp4")], {
    ...{ output, captions, fsync: false, name: "broken" },
  });
  patchFile(join(output, "broken_deu.ismt"), (bytes) => {
    bytes.write("<b<dy", bytes.indexOf("<body"));
  });
  origin = await serving(output);
});

const captionsOf = (film: string, name = "text_deu") =>
  get(`${origin.url}/${film}.ism/${name}.vtt`);

describe("the captions of a stream as one file", () => {
  test("are whole, with their styles, at the times of the film", async () => {
    const { status, headers, text } = await captionsOf("film");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("text/vtt; charset=utf-8");
    expect(text).toBe(`WEBVTT

00:00:00.500 --> 00:00:01.000
<i>One</i> &amp; only

00:00:01.200 --> 00:00:03.500
Two
lines

00:00:04.000 --> 00:00:05.000 line:0
Above
`);
  });

  test("are the same in any case, again, and when only changed ones are wanted", async () => {
    const { headers, text } = await captionsOf("film", "TEXT_DEU");
    expect(text).toBe((await captionsOf("film")).text);
    const { status } = await get(`${origin.url}/film.ism/text_deu.vtt`, {
      "If-None-Match": headers.get("etag") ?? "",
    });
    expect(status).toBe(304);
  });

  test("are given for a protected film: captions are never encrypted", async () => {
    expect((await captionsOf("locked/film")).text).toContain("Two\nlines");
  });

  test.each(["video", "audio", "text_fra"])(
    "are not there for %s, which is no stream of text",
    async (name) => {
      const { status, text } = await captionsOf("film", name);
      expect([status, text.trim()]).toEqual([
        404,
        "The package has no stream of this name.",
      ]);
    },
  );

  test("of a damaged file are an error in words; the film plays on", async () => {
    const { status, text } = await captionsOf("broken");
    expect(status).toBe(500);
    expect(text).toMatch(
      /^This package cannot be served: broken, text_deu: it is not TTML/,
    );
    const manifest = await get(`${origin.url}/broken.ism/Manifest`);
    expect(manifest.status).toBe(200);
  });
});

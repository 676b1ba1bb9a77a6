import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { fragmentAt, readFragmentIndex } from "../outside/support/boxes.js";
import { ffmpeg, makeClip } from "../support/clip.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { payloadOf } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";
import { expectSentence, get, serving, witness } from "./serving.js";

const parent = tempFolder();

/** Serves a package that somebody else made: files by name, with their text or from where they are copied. */
async function served(files: Record<string, string | Buffer>): Promise<string> {
  const folder = join(parent, `p-${(count += 1)}`);
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), content);
  return (await serving(folder)).url;
}

let count = 0;

/** What a maker of another kind writes around a file with both tracks. */
const ism = (src: string, params = "") => `<?xml version="1.0"?>
<smil xmlns="http://www.w3.org/2001/SMIL20/Language">
  <head><meta name="clientManifestRelativePath" content="film.ismc" /></head>
  <body><switch>
    <video src="${src}" systemBitrate="400000"><param name="trackID" value="1" valueType="data" />${params}</video>
    <audio src="${src}" systemBitrate="128000"><param name="trackID" value="2" valueType="data" /></audio>
  </switch></body>
</smil>`;

const ismc = (video: readonly number[], audio: readonly number[], more = "") =>
  `<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" Duration="60000000"${more}>${(
    [
      ["video", 400_000, video],
      ["audio", 128_000, audio],
    ] as const
  )
    .map(
      ([type, bitrate, times]) =>
        `<StreamIndex Type="${type}" Chunks="${times.length}" QualityLevels="1" Url="QualityLevels({bitrate})/Fragments(${type}={start time})"><QualityLevel Index="0" Bitrate="${bitrate}"/>${times
          .map((t, i) => `<c t="${t}" d="${(times[i + 1] ?? t + 1000) - t}"/>`)
          .join("")}</StreamIndex>`,
    )
    .join("")}</SmoothStreamingMedia>`;

const QUERY = {
  video: "QualityLevels(400000)/Fragments(video=",
  audio: "QualityLevels(128000)/Fragments(audio=",
} as const;

async function expectAll(
  url: string,
  file: Buffer,
  timesOf: (times: number[], trackId: number) => number[] = (times) => times,
): Promise<void> {
  for (const [trackId, type] of [
    [1, "video"],
    [2, "audio"],
  ] as const) {
    const index = readFragmentIndex(file, trackId);
    const asked = timesOf([...index.keys()], trackId);
    expect(asked.length).toBeGreaterThan(1);
    for (const [i, offset] of [...index.values()].entries()) {
      const got = await get(`${url}/film.ism/${QUERY[type]}${asked[i]})`);
      expect(got.status).toBe(200);
      expect(got.bytes.equals(fragmentAt(file, offset))).toBe(true);
    }
  }
}

describe("a file of ffmpeg's with both tracks in it", () => {
  let file: Buffer;
  let times: Record<"video" | "audio", number[]>;

  beforeAll(async () => {
    const path = join(parent, "film.ismv");
    const clip = await makeClip(join(parent, "film.mp4"), {
      seconds: 6,
      options: ["-g", "50", "-keyint_min", "50", "-sc_threshold", "0"],
    });
    const args = ["-v", "error", "-i", clip, "-c", "copy"];
    await ffmpeg(
      [...args, "-frag_duration", "2000000", "-f", "ismv", path],
      path,
    );
    file = readFileSync(path);
    times = {
      video: [...readFragmentIndex(file, 1).keys()],
      audio: [...readFragmentIndex(file, 2).keys()],
    };
  });

  test("is served by its index, tracks apart", async () => {
    const url = await served({
      "film.ism": ism("film.ismv"),
      "film.ismc": ismc(times.video, times.audio),
      "film.ismv": file,
    });
    await expectAll(url, file);
  });

  test("is served with manifests in UTF-16", async () => {
    const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le");
    const manifest = utf16(ismc(times.video, times.audio));
    const url = await served({
      "film.ism": utf16(ism("film.ismv")),
      "film.ismc": manifest,
      "film.ismv": file,
    });
    await expectAll(url, file);
    expect((await get(`${url}/film.ism/Manifest`)).bytes.equals(manifest)).toBe(
      true,
    );
  });

  test("is served without its index: the fragments tell", async () => {
    const mfra = file.readUInt32BE(file.length - 4);
    // Of the sound, ffmpeg's tfxd says that it begins before 0; its index says 0.
    const video = file.subarray(0, file.length - mfra);
    const url = await served({
      "film.ism": ism("film.ismv"),
      "film.ismc": ismc(times.video, times.audio),
      "film.ismv": video,
    });
    for (const [time, offset] of readFragmentIndex(file, 1)) {
      const got = await get(`${url}/film.ism/${QUERY.video}${time})`);
      expect(got.bytes.equals(fragmentAt(file, offset))).toBe(true);
    }
  });

  test("is served when it counts in ticks of its own", async () => {
    // The same bytes, whose moov claims 90,000 ticks a second; the manifest counts 10 MHz.
    const patched = Buffer.from(file);
    for (const nth of [1, 2]) {
      const mdhd = payloadOf(patched, "mdhd", nth);
      const at = mdhd + (patched.readUInt8(mdhd) === 1 ? 20 : 12);
      expect(patched.readUInt32BE(at)).toBe(10_000_000);
      patched.writeUInt32BE(90_000, at);
    }
    const smooth = (ticks: number) => Math.round((ticks * 1000) / 9);
    const url = await served({
      "film.ism": ism("film.ismv"),
      "film.ismc": ismc(times.video.map(smooth), times.audio.map(smooth)),
      "film.ismv": patched,
    });
    await expectAll(url, patched, (own) => own.map(smooth));
    const second = smooth(times.video[1] ?? 0);
    expectSentence(
      await get(`${url}/film.ism/${QUERY.video}${second + 2})`),
      404,
    );
  });

  test("is served when the manifests count as the file does", async () => {
    const patched = Buffer.from(file);
    for (const nth of [1, 2]) {
      const mdhd = payloadOf(patched, "mdhd", nth);
      const at = mdhd + (patched.readUInt8(mdhd) === 1 ? 20 : 12);
      patched.writeUInt32BE(90_000, at);
    }
    const url = await served({
      "film.ism": ism("film.ismv"),
      "film.ismc": ismc(times.video, times.audio, ' TimeScale="90000"'),
      "film.ismv": patched,
    });
    await expectAll(url, patched);
    const second = await get(
      `${url}/film.ism/${QUERY.video}${times.video[1]})`,
    );
    expect(second.headers.get("mss-fragment-time")).toBe(
      String(Math.round(((times.video[1] ?? 0) * 1000) / 9)),
    );
    const { text } = await get(`${url}/api/packages/film`);
    const { streams } = JSON.parse(text) as { streams: { times: number[] }[] };
    expect(streams[0]?.times[1]).toBe(
      Math.round(((times.video[1] ?? 0) * 1000) / 9),
    );
  });

  test("is served by custom attributes, where an address has them", async () => {
    const url = await served({
      "film.ism": ism("film.ismv", '<param name="angle" value="left"/>'),
      "film.ismc": ismc(times.video, times.audio),
      "film.ismv": file,
    });
    const ask = async (attributes: string) =>
      (
        await get(
          `${url}/film.ism/QualityLevels(400000${attributes})/Fragments(video=0)`,
        )
      ).status;
    expect(await ask("")).toBe(200);
    expect(await ask(",angle=left")).toBe(200);
    expect(await ask(",angle=right")).toBe(404);
    expect(await ask(",other=left")).toBe(404);
  });

  test("is served by an .ism that does not name its client manifest", async () => {
    const url = await served({
      "film.ism": ism("film.ismv").replace(/<meta[^>]*>/, ""),
      "film.ismc": ismc(times.video, times.audio),
      "film.ismv": file,
    });
    expect((await get(`${url}/film.ism/Manifest`)).status).toBe(200);
  });

  test("gives posters and thumbnails of the right track", async () => {
    const url = await served({
      "film.ism": ism("film.ismv"),
      "film.ismc": ismc(times.video, times.audio),
      "film.ismv": file,
    });
    for (const name of [
      "poster.jpg",
      "thumbnail.jpg?t=25000000",
      "thumbnail.jpg?t=9999999999",
    ]) {
      const got = await get(`${url}/film.ism/${name}`);
      expect(got.status).toBe(200);
      expect(got.headers.get("content-type")).toBe("image/jpeg");
      expect(got.bytes.readUInt16BE(0)).toBe(0xffd8);
    }
    for (const name of [
      "thumbnail.jpg",
      "thumbnail.jpg?t=x",
      "thumbnail.jpg?t=-1",
      "thumbnail.jpg?T=0",
    ])
      expectSentence(await get(`${url}/film.ism/${name}`), 400);
  });
});

test("genuine Microsoft layout, without tfxd, is served", async () => {
  const { folder } = await writeFixturePackage(parent, "clip", {
    layout: "expression-encoder",
  });
  const { url } = await serving(folder);
  for (const { path, bytes } of witness(folder)) {
    expect(bytes.includes("6d1d9b05", 0, "hex")).toBe(false);
    expect((await get(url + path)).bytes.equals(bytes)).toBe(true);
  }
});

test("without an index and without any time in the fragments, durations tell", async () => {
  const { folder } = await writeFixturePackage(parent, "clip", {
    layout: "expression-encoder",
  });
  const fragments = witness(folder);
  const cut = join(parent, "cut");
  cpSync(folder, cut, { recursive: true });
  const path = join(cut, "clip_60.ismv");
  const bytes = readFileSync(path);
  truncateSync(path, bytes.length - bytes.readUInt32BE(bytes.length - 4));
  const { url } = await serving(cut);
  for (const { path, bytes } of fragments)
    expect((await get(url + path)).bytes.equals(bytes)).toBe(true);
});

test("an index of 32 bits, and one that lists a fragment twice, are read", async () => {
  const { folder } = await writeFixturePackage(parent);
  const fragments = witness(folder);
  const path = join(folder, "clip_60.ismv");
  const bytes = readFileSync(path);
  const index = [...readFragmentIndex(bytes, 1)];
  const rows = index.flatMap(([time, offset]) => [
    [time, offset],
    [time + 400_000, offset],
  ]);
  const tfra = Buffer.alloc(24 + rows.length * 14);
  tfra.writeUInt32BE(tfra.length, 0);
  tfra.write("tfra", 4);
  tfra.writeUInt32BE(1, 12);
  // Numbers of two bytes each.
  tfra.writeUInt32BE(0b010101, 16);
  tfra.writeUInt32BE(rows.length, 20);
  rows.forEach(([time = 0, offset = 0], i) => {
    tfra.writeUInt32BE(time, 24 + 14 * i);
    tfra.writeUInt32BE(offset, 28 + 14 * i);
  });
  const head = Buffer.alloc(8);
  head.writeUInt32BE(24 + tfra.length);
  head.write("mfra", 4);
  const mfro = Buffer.alloc(16);
  mfro.writeUInt32BE(16);
  mfro.write("mfro", 4);
  mfro.writeUInt32BE(24 + tfra.length, 12);
  const body = bytes.subarray(
    0,
    bytes.length - bytes.readUInt32BE(bytes.length - 4),
  );
  writeFileSync(path, Buffer.concat([body, head, tfra, mfro]));
  const { url } = await serving(folder);
  for (const { path, bytes } of fragments)
    expect((await get(url + path)).bytes.equals(bytes)).toBe(true);
});

test("a package without an ffmpeg has no poster, and a sentence that says why", async () => {
  const { folder } = await writeFixturePackage(parent);
  const { url } = await serving(folder, { ffmpegPath: "/nonexistent/ffmpeg" });
  const got = await get(`${url}/clip.ism/poster.jpg`);
  expectSentence(got, 404);
  expect(got.text).toContain("ffmpeg");
});

test("names in upper case find their files by the .ism, in any case of the address", async () => {
  const { folder } = await writeFixturePackage(parent);
  const upper = join(parent, "upper");
  mkdirSync(upper);
  for (const name of [
    "clip.ismc",
    "clip_60.ismv",
    "clip_25.ismv",
    "clip_eng_48.isma",
  ])
    copyFileSync(join(folder, name), join(upper, name.toUpperCase()));
  const text = readFileSync(join(folder, "clip.ism"), "utf8");
  const names = /"clip[^"]*"/g;
  writeFileSync(
    join(upper, "FILM.ISM"),
    text.replace(names, (name) => name.toUpperCase()),
  );
  const { url } = await serving(upper);
  for (const { path, bytes } of witness(folder)) {
    const got = await get(url + path.replace("clip.ism", "film.ism"));
    expect(got.bytes.equals(bytes)).toBe(true);
  }
});

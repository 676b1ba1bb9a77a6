import {
  cpSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { serve, type ServeHandle } from "../../src/index.js";
import { jsonLines } from "../support/cli.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { replaceText } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";
import {
  eventually,
  expectSentence,
  get,
  serving,
  witness,
} from "./serving.js";

const parent = tempFolder();
const root = join(parent, "root");
let origin: ServeHandle;
let made: string;

beforeAll(async () => {
  ({ folder: made } = await writeFixturePackage(parent));
  const place = (below: string) =>
    cpSync(made, join(root, below), { recursive: true });
  place("one");
  place("deep/er/Ünïcode & more");
  place(".hidden");
  symlinkSync(made, join(root, "linked"));
  symlinkSync(join(made, "clip.ism"), join(root, "out.ism"));
  mkdirSync(join(root, "folder.ism"));
  origin = await serving(root);
});

interface Listing {
  readonly version: string;
  readonly hasPictures: boolean;
  readonly packages: readonly Record<string, unknown>[];
}

async function list(): Promise<Listing> {
  return JSON.parse((await get(`${origin.url}/api/packages`)).text) as Listing;
}

const paths = async () => (await list()).packages.map(({ path }) => path);

test("every .ism below the folder is listed, but none that is hidden or outside", async () => {
  expect(origin.packages).toBe(2);
  expect(await paths()).toEqual(["deep/er/Ünïcode & more/clip", "one/clip"]);
});

test("a package is listed with what a page shows of it", async () => {
  const { packages } = await list();
  expect(packages[1]).toEqual({
    path: "one/clip",
    title: "clip",
    manifest: "/one/clip.ism/Manifest",
    poster: "/one/clip.ism/poster.jpg",
    duration: 51_200_000,
    bytes: expect.any(Number) as number,
    video: [
      { bitrate: expect.any(Number) as number, width: 320, height: 180 },
      { bitrate: expect.any(Number) as number, width: 160, height: 90 },
    ],
    audio: [
      {
        name: "audio",
        language: "eng",
        codec: "mp4a",
        bitrate: expect.any(Number) as number,
      },
    ],
    text: [],
    isProtected: false,
    problem: null,
    notes: [],
  });
});

test("a package is told of by its own name, however it was asked for", async () => {
  const ask = async (path: string) =>
    (await get(`${origin.url}/api/packages/${path}`)).text;
  expect(await ask("ONE/Clip")).toBe(await ask("one/clip"));
});

test("a package in detail has the times and true sizes of all fragments", async () => {
  const { text } = await get(`${origin.url}/api/packages/one/clip`);
  const { streams } = JSON.parse(text) as {
    streams: {
      name: string;
      times: number[];
      durations: number[];
      levels: { bitrate: number; sizes: number[] }[];
    }[];
  };
  const all = witness(made);
  for (const { name, times, durations, levels } of streams) {
    expect(times[0]).toBe(0);
    expect((times.at(-1) ?? 0) + (durations.at(-1) ?? 0)).toBe(51_200_000);
    for (const { bitrate, sizes } of levels) {
      const own = all.filter(
        (one) => one.stream === name && one.bitrate === bitrate,
      );
      expect(times).toEqual(own.map(({ time }) => time));
      expect(sizes).toEqual(own.map(({ bytes }) => bytes.length));
    }
  }
});

test("a package of any name plays by the addresses that are listed", async () => {
  const [first] = (await list()).packages;
  const manifest = String(first?.["manifest"]);
  const got = await get(origin.url + manifest);
  expect(got.status).toBe(200);
  const [fragment] = witness(made);
  const path = (fragment?.path ?? "").replace("/clip.ism/", "/");
  const bytes = (await get(origin.url + manifest.replace("/Manifest", path)))
    .bytes;
  expect(bytes.equals(fragment?.bytes ?? Buffer.alloc(0))).toBe(true);
});

test("a package that comes is listed, one that goes is not", async () => {
  const later = join(root, "later");
  cpSync(made, later, { recursive: true });
  await eventually(async () => expect(await paths()).toContain("later/clip"));
  expect((await get(`${origin.url}/later/clip.ism/Manifest`)).status).toBe(200);
  rmSync(later, { recursive: true });
  await eventually(async () => {
    expectSentence(await get(`${origin.url}/later/clip.ism/Manifest`), 404);
    expect(await paths()).not.toContain("later/clip");
  });
});

test("a folder that is a link may be switched to another one", async () => {
  const versions = ["v1", "v2"].map((name) => join(parent, name));
  for (const version of versions) cpSync(made, version, { recursive: true });
  const [v1 = "", v2 = ""] = versions;
  replaceText(join(v2, "clip.ismc"), 'MinorVersion="0"', 'MinorVersion="2"');
  cpSync(made, join(v2, "new"), { recursive: true });
  const link = join(parent, "current");
  symlinkSync(v1, link);
  const { url } = await serving(link);
  const manifest = `${url}/clip.ism/Manifest`;
  expect((await get(manifest)).text).toContain('MinorVersion="0"');
  symlinkSync(v2, join(parent, "next"));
  renameSync(join(parent, "next"), link);
  await eventually(async () => {
    expect((await get(manifest)).text).toContain('MinorVersion="2"');
  });
  expect((await get(`${url}/new/clip.ism/Manifest`)).status).toBe(200);
  for (const { path, bytes } of witness(v2))
    expect((await get(url + path)).bytes.equals(bytes)).toBe(true);
});

test("without built pages it says how to build them", async () => {
  const got = await get(`${origin.url}/assets/none.js`);
  expectSentence(got, 404);
  expectSentence(await get(`${origin.url}/api/packages/none`), 404);
});

test("a folder without packages, or that is none, is refused in a sentence", async () => {
  const empty = join(parent, "empty");
  mkdirSync(empty);
  await expect(serve(empty)).rejects.toMatchObject({ code: "input" });
  await expect(serve(join(parent, "none"))).rejects.toThrow("cannot be read");
  const file = join(parent, "file");
  writeFileSync(file, "");
  await expect(serve(file)).rejects.toThrow("is not a folder");
});

test.for([
  ["without ffmpeg", "/no/such/ffmpeg", false],
  ["with ffmpeg", undefined, true],
] as const)(
  "%s, list and package tell whether there are posters",
  async ([, ffmpegPath, hasPictures]) => {
    const { url } = await serving(root, { ffmpegPath });
    for (const path of ["packages", "packages/one/clip"]) {
      const { text } = await get(`${url}/api/${path}`);
      expect(JSON.parse(text)).toMatchObject({ hasPictures });
    }
  },
);

describe("the list, line by line", () => {
  const lines = async (headers: Record<string, string> = {}) => {
    const got = await get(`${origin.url}/api/packages.ndjson`, headers);
    return { got, rows: jsonLines(got.text) };
  };

  test("begins with how many there are, and tells the same of each", async () => {
    const { got, rows } = await lines();
    const { version, hasPictures, packages } = await list();
    expect(got.headers.get("content-type")).toBe(
      "application/x-ndjson; charset=utf-8",
    );
    expect(rows).toEqual([
      { version, count: packages.length, hasPictures },
      ...packages,
    ]);
    const plain = await lines({ "Accept-Encoding": "identity" });
    expect(got.headers.get("content-encoding")).toBe("gzip");
    expect(plain.got.headers.get("content-encoding")).toBeNull();
    expect(plain.got.text).toBe(got.text);
    const head = await get(`${origin.url}/api/packages.ndjson`, {}, "HEAD");
    expect([head.status, head.text]).toEqual([200, ""]);
  });
});

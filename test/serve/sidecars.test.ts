import {
  cpSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { mux } from "../../src/index.js";
import { fixture } from "../support/fixtures.js";
import { tempFolder } from "../support/temp.js";
import { get, serving } from "./serving.js";

const root = tempFolder();
const VTT = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nOne\n";
/** Enough for a type and a length. */
const JPEG = Buffer.from("ffd8ffe000104a464946", "hex");
const NAMES = ["film.chapters.vtt", "film.thumbs.vtt", "film.thumbs.jpg"];

/** A package that names chapters and thumbnails, beside files that it does not name. */
beforeAll(async () => {
  const folder = join(root, "a b");
  await mux([fixture("film.mp4")], { output: folder, fsync: false });
  const ism = join(folder, "film.ism");
  const metas = NAMES.map(
    (name) => `<meta name="sidecarRelativePath" content="${name}"/>`,
  );
  const text = readFileSync(ism, "utf8");
  writeFileSync(ism, text.replace("</head>", `${metas.join("")}</head>`));
  for (const name of [...NAMES, "other.chapters.vtt", "film.vtt"])
    writeFileSync(join(folder, name), name.endsWith("jpg") ? JPEG : VTT);
});

test("the origin gives what the .ism names, and the list has its addresses", async () => {
  const { url } = await serving(root);
  const { text } = await get(`${url}/api/packages`);
  const [film] = (JSON.parse(text) as { packages: Record<string, unknown>[] })
    .packages;
  expect(film).toMatchObject({
    chapters: "/a%20b/film.chapters.vtt",
    thumbnails: "/a%20b/film.thumbs.vtt",
  });
  const chapters = await get(`${url}/a%20b/film.chapters.vtt`);
  expect(chapters.headers.get("content-type")).toBe("text/vtt; charset=utf-8");
  expect(chapters.headers.get("access-control-allow-origin")).toBe("*");
  expect(chapters.text).toBe(VTT);
  const etag = chapters.headers.get("etag") ?? "";
  const again = await get(`${url}/a%20b/film.chapters.vtt`, {
    "If-None-Match": etag,
  });
  expect(again.status).toBe(304);
  const image = await get(`${url}/a%20b/film.thumbs.jpg`);
  expect(image.headers.get("content-type")).toBe("image/jpeg");
  expect(image.bytes).toEqual(JPEG);
});

test.each(["other.chapters.vtt", "film.vtt", "../film.thumbs.vtt"])(
  "the origin does not give %s, which no package names",
  async (name) => {
    const { url } = await serving(root);
    expect((await get(`${url}/a%20b/${name}`)).status).toBe(404);
  },
);

test("chapters that are replaced or removed are so at once; the film plays on without them", async () => {
  const folder = join(root, "changing");
  cpSync(join(root, "a b"), folder, { recursive: true });
  const file = join(folder, "film.chapters.vtt");
  const { url } = await serving(folder);
  const chapters = () => get(`${url}/film.chapters.vtt`);
  expect((await chapters()).text).toBe(VTT);
  writeFileSync(`${file}.new`, VTT.replace("One", "Two"));
  renameSync(`${file}.new`, file);
  await expect.poll(async () => (await chapters()).text).toContain("Two");
  rmSync(file);
  await expect.poll(async () => (await chapters()).status).toBe(404);
  expect((await get(`${url}/film.ism/Manifest`)).status).toBe(200);
});

test("a package that was renamed still names its old files", async () => {
  const folder = join(root, "renamed");
  cpSync(join(root, "a b"), folder, { recursive: true });
  renameSync(join(folder, "film.ism"), join(folder, "New Name.ism"));
  const { url } = await serving(folder);
  expect((await get(`${url}/film.thumbs.vtt`)).text).toBe(VTT);
});

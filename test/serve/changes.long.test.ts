import {
  appendFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { ServeHandle } from "../../src/index.js";
import { loadPackage } from "../../src/serve/load-package.js";
import { OpenFiles, servedFile } from "../../src/serve/open-files.js";
import { readFragmentIndex } from "../outside/support/boxes.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { patchFile, payloadOf, replaceText } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";
import {
  eventually,
  expectSentence,
  get,
  serving,
  witness,
  type Witnessed,
} from "./serving.js";

const parent = tempFolder();
const VIDEO = "clip_60.ismv";
let made: string;
let origin: ServeHandle;
const warnings: string[] = [];
const root = join(parent, "root");
const folder = join(root, "a");
const other = join(root, "b");

beforeAll(async () => {
  ({ folder: made } = await writeFixturePackage(parent));
  cpSync(made, folder, { recursive: true });
  cpSync(made, other, { recursive: true });
  origin = await serving(root, { onWarning: (text) => warnings.push(text) });
});

beforeEach(async () => {
  rmSync(folder, { recursive: true });
  cpSync(made, folder, { recursive: true });
  // Its own files, and not those before it, which may still be open.
  const own = `"${statSync(join(folder, VIDEO)).ino.toString(36)}-`;
  await eventually(async () => {
    const { status, headers } = await ask("a");
    expect(status).toBe(200);
    expect(headers.get("etag")?.startsWith(own)).toBe(true);
  });
});

const sample = () => witness(made)[1] as Witnessed;
const ask = async (package_: string) =>
  get(`${origin.url}/${package_}${sample().path}`);

async function problemOf(path: string): Promise<unknown> {
  const { text } = await get(`${origin.url}/api/packages`);
  const { packages } = JSON.parse(text) as {
    packages: { path: string; problem: unknown; video: unknown[] }[];
  };
  const found = packages.find((one) => one.path === path);
  if (found?.problem !== null) expect(found?.video).toEqual([]);
  return found?.problem;
}

test("a file that is replaced has another ETag and its own bytes", async () => {
  const before = await ask("a");
  // Samples of other content, in the same places.
  const fresh = join(parent, "fresh.ismv");
  cpSync(join(made, VIDEO), fresh);
  patchFile(fresh, (bytes) =>
    bytes.fill(
      7,
      payloadOf(bytes, "mdat", 2),
      payloadOf(bytes, "mdat", 2) + 99,
    ),
  );
  const { mtime } = statSync(join(folder, VIDEO));
  utimesSync(fresh, mtime, mtime);
  renameSync(fresh, join(folder, VIDEO));
  const wanted = witness(folder)[1]?.bytes ?? Buffer.alloc(0);
  await eventually(async () => {
    const after = await ask("a");
    expect(after.bytes.equals(wanted)).toBe(true);
    expect(after.headers.get("etag")).not.toBe(before.headers.get("etag"));
    const condition = { "If-None-Match": before.headers.get("etag") ?? "" };
    const again = await get(`${origin.url}/a${sample().path}`, condition);
    expect(again.status).toBe(200);
  });
});

test("a file that is written to is noticed before its bytes are sent under the old tag", async () => {
  const before = await ask("a");
  patchFile(join(folder, VIDEO), (bytes) =>
    bytes.fill(
      9,
      payloadOf(bytes, "mdat", 2),
      payloadOf(bytes, "mdat", 2) + 99,
    ),
  );
  const after = await ask("a");
  expect(after.bytes.equals(before.bytes)).toBe(false);
  expect(after.headers.get("etag")).not.toBe(before.headers.get("etag"));
});

test("a new client manifest is served", async () => {
  replaceText(
    join(folder, "clip.ismc"),
    'MinorVersion="0"',
    'MinorVersion="2"',
  );
  await eventually(async () => {
    const { text } = await get(`${origin.url}/a/clip.ism/Manifest`);
    expect(text).toContain('MinorVersion="2"');
  });
});

test("a change is noticed though the clock of the machine was set back", async () => {
  const now = Date.now;
  const back = vi.spyOn(Date, "now");
  back.mockImplementation(() => now() - 3_600_000);
  try {
    truncateSync(join(folder, "clip.ism"), 0);
    await eventually(async () => expectSentence(await ask("a"), 500));
  } finally {
    back.mockRestore();
  }
});

const DAMAGE: readonly (readonly [string, () => void, string])[] = [
  ["a media file is missing", () => rmSync(join(folder, VIDEO)), VIDEO],
  [
    "a media file is cut off",
    () => truncateSync(join(folder, VIDEO), 9000),
    VIDEO,
  ],
  ["a media file is empty", () => truncateSync(join(folder, VIDEO), 0), VIDEO],
  [
    "the client manifest is half written",
    () => truncateSync(join(folder, "clip.ismc"), 300),
    "clip.ismc",
  ],
  [
    "the .ism is half written",
    () => truncateSync(join(folder, "clip.ism"), 300),
    "clip.ism",
  ],
  [
    "the .ism is empty",
    () => truncateSync(join(folder, "clip.ism"), 0),
    "clip.ism",
  ],
  [
    "the .ism names a file outside the folder that is served",
    () => replaceText(join(folder, "clip.ism"), VIDEO, `../../${VIDEO}`),
    "served folder",
  ],
  [
    "the .ism names a track that the file has not",
    () =>
      replaceText(
        join(folder, "clip.ism"),
        'name="trackID" value="1"',
        'name="trackID" value="7"',
      ),
    "track 7",
  ],
  [
    "an r in the client manifest claims endless fragments",
    () => replaceText(join(folder, "clip.ismc"), "<c ", '<c r="4000000000" '),
    "announces",
  ],
];

for (const [what, damage, word] of DAMAGE)
  test(`when ${what}, that package alone is a 500 with a sentence`, async () => {
    warnings.length = 0;
    damage();
    await eventually(async () => {
      const got = await ask("a");
      expectSentence(got, 500);
      expect(got.text).toContain(word);
      expect(got.headers.get("cache-control")).toBe("no-cache");
    });
    expect(await problemOf("a/clip")).toContain(word);
    expect(await problemOf("b/clip")).toBeNull();
    expect((await ask("b")).status).toBe(200);
    await ask("a");
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^a\/clip\.ism cannot be served: .*\.$/);
  });

test("a fragment that is none any more is a 404, and its neighbours go on", async () => {
  // The index is right, the bytes are not: a disk that lost some.
  const path = join(folder, VIDEO);
  const { mtime } = statSync(path);
  patchFile(path, (bytes) =>
    bytes.write("free", payloadOf(bytes, "moof", 2) - 4, "latin1"),
  );
  utimesSync(path, mtime, mtime);
  await eventually(async () => expect((await ask("a")).status).toBe(404));
  const [first] = witness(made);
  expect((await get(`${origin.url}/a${first?.path}`)).status).toBe(200);
});

test("a package is served again once it is whole", async () => {
  const path = join(folder, VIDEO);
  const whole = readFileSync(path);
  truncateSync(path, 9000);
  await eventually(async () => expect((await ask("a")).status).toBe(500));
  writeFileSync(path, whole);
  await eventually(async () => expect((await ask("a")).status).toBe(200));
});

test("a file whose end is no index is served by what its fragments say", async () => {
  appendFileSync(join(folder, VIDEO), Buffer.alloc(100));
  await eventually(async () => {
    const { status, bytes, headers } = await ask("a");
    const { size } = statSync(join(folder, VIDEO));
    expect(headers.get("etag")).toContain(size.toString(36));
    expect(status).toBe(200);
    expect(bytes.equals(sample().bytes)).toBe(true);
  });
});

test("a file that is being written in its place is not served before its last fragment is there", async () => {
  const path = join(folder, VIDEO);
  const whole = readFileSync(path);
  const offsets = [...readFragmentIndex(whole, 1).values()];
  const mfra = whole.length - whole.readUInt32BE(whole.length - 4);
  const ends = [...offsets.slice(1), mfra];
  for (const [i, end] of ends.entries()) {
    writeFileSync(path, whole.subarray(0, end));
    const isWhole = end === mfra;
    await eventually(async () => {
      const got = await get(`${origin.url}/a/clip.ism/Manifest`);
      if (isWhole) return expect(got.status).toBe(200);
      expectSentence(got, 500);
      const words = `${VIDEO}: the client manifest announces ${ends.length} fragments of video, .*; the file has ${i + 1},`;
      expect(got.text).toMatch(new RegExp(words));
    });
  }
  expect((await ask("a")).bytes.equals(sample().bytes)).toBe(true);
});

test("files of a package that cannot be served are not kept open", async () => {
  truncateSync(join(folder, "clip_eng_48.isma"), 0);
  const files = new OpenFiles();
  const place = { root, path: "a/clip", file: join(folder, "clip.ism") };
  const loading = loadPackage(place, files, new Map());
  await expect(loading).rejects.toThrow("clip_eng_48.isma");
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    expect(files.takeOpen(servedFile(path, statSync(path)))).toBeUndefined();
  }
});

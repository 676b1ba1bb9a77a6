import {
  appendFileSync,
  cpSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { ServeHandle } from "../../src/index.js";
import { AnswerCache } from "../../src/serve/answer-cache.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { payloadOf, withoutIndex } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";
import {
  expectSentence,
  get,
  rawGet,
  serving,
  witness,
  type Witnessed,
} from "./serving.js";

const parent = tempFolder();
let folder: string;
let origin: ServeHandle;
let fragments: Witnessed[];
let first: Witnessed;

beforeAll(async () => {
  ({ folder } = await writeFixturePackage(parent));
  origin = await serving(folder);
  fragments = witness(folder);
  first = fragments[0] as Witnessed;
});

const url = (path: string) => origin.url + path;

describe("a fragment", () => {
  test("is the bytes that the index in its file leads to, twice the same", async () => {
    expect(fragments.length).toBeGreaterThan(6);
    for (const { path, bytes, stream } of [...fragments, ...fragments]) {
      const got = await get(url(path));
      expect(got.status).toBe(200);
      expect(got.bytes.equals(bytes)).toBe(true);
      expect(got.headers.get("content-length")).toBe(String(bytes.length));
      expect(got.headers.get("content-type")).toBe(`${stream}/mp4`);
    }
  });

  test("may be asked for in upper or lower case, and percent-encoded", async () => {
    const { path, bytes } = first;
    for (const other of [
      path.toLowerCase(),
      path.toUpperCase(),
      path.replaceAll("(", "%28").replaceAll("=", "%3D"),
    ])
      expect((await get(url(other))).bytes.equals(bytes)).toBe(true);
  });

  test("may be kept for ever, by any page, and tells when it begins and how long it lasts", async () => {
    const { headers } = await get(url(first.path));
    expect(headers.get("cache-control")).toBe("public, max-age=86400");
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("access-control-expose-headers")).toContain(
      "Mss-Fragment-Duration",
    );
    expect(headers.get("mss-fragment-time")).toBe(String(first.time));
    expect(headers.get("mss-fragment-duration")).toBe("20000000");
    expect(headers.get("etag")).toMatch(/^"[\w-]+"$/);
    expect(Date.parse(headers.get("last-modified") ?? "")).not.toBeNaN();
  });

  test("has an ETag of its own", async () => {
    const tags = await Promise.all(
      fragments.map(async ({ path }) =>
        (await get(url(path))).headers.get("etag"),
      ),
    );
    expect(new Set(tags).size).toBe(fragments.length);
  });

  test("is not sent again to who has it", async () => {
    const { headers } = await get(url(first.path));
    const etag = headers.get("etag") ?? "";
    const date = headers.get("last-modified") ?? "";
    for (const condition of [
      { "If-None-Match": etag },
      { "If-None-Match": `"x", W/${etag}` },
      { "If-None-Match": "*" },
      { "If-Modified-Since": date },
    ]) {
      const got = await get(url(first.path), condition);
      expect(got.status).toBe(304);
      expect(got.bytes).toHaveLength(0);
      expect(got.headers.get("etag")).toBe(etag);
    }
    for (const condition of [
      { "If-None-Match": '"x"' },
      // The tag counts, not the date.
      { "If-None-Match": '"x"', "If-Modified-Since": date },
      { "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT" },
      // A file that was replaced by an older one has other bytes.
      { "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT" },
      { "If-Modified-Since": "yesterday" },
    ])
      expect((await get(url(first.path), condition)).status).toBe(200);
  });

  test("is sent to who means this version, and to nobody who means another", async () => {
    const { headers } = await get(url(first.path));
    const etag = headers.get("etag") ?? "";
    const date = headers.get("last-modified") ?? "";
    const old = "Thu, 01 Jan 1970 00:00:00 GMT";
    for (const condition of [
      { "If-Match": etag },
      { "If-Match": `"x", ${etag}` },
      { "If-Match": "*" },
      { "If-Unmodified-Since": date },
      { "If-Unmodified-Since": "yesterday" },
      // The tag counts, not the date.
      { "If-Match": etag, "If-Unmodified-Since": old },
    ])
      expect((await get(url(first.path), condition)).status).toBe(200);
    for (const condition of [
      { "If-Match": '"x"' },
      { "If-Match": `W/${etag}` },
      { "If-Match": '"x"', "If-None-Match": etag },
      { "If-Unmodified-Since": old },
    ])
      expectSentence(await get(url(first.path), condition), 412);
  });

  test("gives its headers alone to HEAD", async () => {
    const whole = await get(url(first.path));
    const head = await get(url(first.path), {}, "HEAD");
    expect(head.bytes).toHaveLength(0);
    // A range is for GET alone. RFC 9110 14.2
    const ranged = await get(url(first.path), { Range: "bytes=0-9" }, "HEAD");
    expect([head.status, ranged.status]).toEqual([200, 200]);
    for (const name of ["content-length", "content-type", "etag"])
      for (const { headers } of [head, ranged])
        expect(headers.get(name)).toBe(whole.headers.get(name));
  });

  test("that begins at no such time, level or name is a 404 and a sentence", async () => {
    const { path, time, bitrate } = first;
    for (const wrong of [
      path.replace(`=${time})`, `=${time + 1})`),
      path.replace(`=${time})`, "=99999999999)"),
      path.replace(`(${bitrate})`, "(12345)"),
      path.replace("(video=", "(film="),
      path.replace(")/", ",a=b)/"),
      path.replace("clip.ism", "clap.ism"),
      "/clip.ism/QualityLevels(x)/Fragments(video=0)",
      "/clip.ism/other",
    ])
      expectSentence(await get(url(wrong)), 404);
  });
});

describe("a range of a fragment", () => {
  test.for([
    ["bytes=0-0", 0, 1],
    ["bytes=10-19", 10, 20],
    ["bytes=10-", 10, undefined],
    ["bytes=-7", -7, undefined],
    ["bytes=5-999999999", 5, undefined],
    ["bytes=-999999999", 0, undefined],
  ] as const)("%s is that part", async ([range, begin, end]) => {
    const { path, bytes } = first;
    const got = await get(url(path), { Range: range });
    const part = bytes.subarray(begin, end);
    expect(got.status).toBe(206);
    expect(got.bytes.equals(part)).toBe(true);
    const from = begin < 0 ? bytes.length + begin : begin;
    expect(got.headers.get("content-range")).toBe(
      `bytes ${from}-${from + part.length - 1}/${bytes.length}`,
    );
  });

  test("behind its end does not exist", async () => {
    const { path, bytes } = first;
    for (const range of [`bytes=${bytes.length}-`, "bytes=-0"]) {
      const got = await get(url(path), { Range: range });
      expectSentence(got, 416);
      expect(got.headers.get("content-range")).toBe(`bytes */${bytes.length}`);
    }
  });

  test("that cannot be understood, or is several, is all of it", async () => {
    for (const range of [
      "bytes=9-3",
      "bytes=-",
      "lines=1-2",
      "bytes=0-1,4-5",
    ]) {
      const got = await get(url(first.path), { Range: range });
      expect(got.status).toBe(200);
      expect(got.bytes.equals(first.bytes)).toBe(true);
    }
  });

  test("of another version is all of this one", async () => {
    const { headers } = await get(url(first.path));
    const ask = async (condition: string) =>
      (
        await get(url(first.path), {
          Range: "bytes=0-1",
          "If-Range": condition,
        })
      ).status;
    expect(await ask(headers.get("etag") ?? "")).toBe(206);
    expect(await ask(headers.get("last-modified") ?? "")).toBe(206);
    expect(await ask('"other"')).toBe(200);
    expect(await ask("Thu, 01 Jan 1970 00:00:00 GMT")).toBe(200);
  });
});

describe("of a fragment", () => {
  const ask = async (noun: string, path = first.path) =>
    get(url(path.replace("/Fragments(", `/${noun}(`)));

  test("FragmentInfo is the moof, RawFragments what is in the mdat", async () => {
    const moofSize = first.bytes.readUInt32BE(0);
    const info = await ask("FragmentInfo");
    expect(info.bytes.equals(first.bytes.subarray(0, moofSize))).toBe(true);
    const data = await ask("rawfragments");
    expect(data.bytes.equals(first.bytes.subarray(moofSize + 8))).toBe(true);
    const tags = [info, data, await ask("Fragments")].map(({ headers }) =>
      headers.get("etag"),
    );
    expect(new Set(tags).size).toBe(3);
  });

  test("KeyFrames is the first picture, as long as the whole", async () => {
    const { bytes, status } = await ask("KeyFrames");
    expect(status).toBe(200);
    const moofSize = bytes.readUInt32BE(0);
    const trun = bytes.indexOf("trun", 0, "latin1") + 4;
    const count = bytes.readUInt32BE(trun + 4);
    const dataOffset = bytes.readInt32BE(trun + 8);
    const [duration, size] = [
      bytes.readUInt32BE(trun + 12),
      bytes.readUInt32BE(trun + 16),
    ];
    expect({ count, dataOffset, duration }).toEqual({
      count: 1,
      dataOffset: moofSize + 8,
      duration: 20_000_000,
    });
    expect(bytes).toHaveLength(moofSize + 8 + size);
    const video = bytes.subarray(moofSize + 8);
    const whole = first.bytes.readUInt32BE(0) + 8;
    expect(video.equals(first.bytes.subarray(whole, whole + size))).toBe(true);
    expect(bytes.readUInt32BE(moofSize)).toBe(size + 8);
  });

  test("KeyFrames of sound is all of it: every frame is one", async () => {
    const audio = fragments.find(({ stream }) => stream === "audio");
    const got = await ask("KeyFrames", audio?.path);
    const whole = audio?.bytes ?? Buffer.alloc(0);
    const data = whole.subarray(whole.readUInt32BE(0));
    expect(got.bytes.subarray(-data.length).equals(data)).toBe(true);
  });
});

describe("key frames", () => {
  const keyFrames = ({ path }: Witnessed) =>
    url(path.replace("/Fragments(", "/KeyFrames("));

  test("may be asked for in ranges, of the moof and of the samples", async () => {
    for (const stream of ["video", "audio"]) {
      const one = fragments.find((found) => found.stream === stream) ?? first;
      const whole = (await get(keyFrames(one))).bytes;
      const moofSize = whole.readUInt32BE(0);
      for (const [begin, last] of [
        [0, 9],
        [moofSize - 3, moofSize + 20],
        [moofSize + 8, whole.length - 1],
      ] as const) {
        const range = { Range: `bytes=${begin}-${last}` };
        const got = await get(keyFrames(one), range);
        expect(got.status).toBe(206);
        expect(got.bytes.equals(whole.subarray(begin, last + 1))).toBe(true);
      }
    }
  });

  test("of a fragment of any size are read without the rest", async () => {
    const place = join(parent, "huge");
    cpSync(folder, place, { recursive: true });
    const bytes = readFileSync(join(place, "clip_60.ismv"));
    const mdat = payloadOf(bytes, "mdat");
    const size = 2 ** 30;
    bytes.writeUInt32BE(size, mdat - 8);
    const end = mdat + first.bytes.length - first.bytes.readUInt32BE(0) - 8;
    const file = join(place, "clip_60.ismv");
    writeFileSync(file, bytes.subarray(0, end));
    // What follows is a hole: it takes no room. The other fragments are behind it, and no index.
    truncateSync(file, mdat - 8 + size);
    appendFileSync(file, withoutIndex(bytes).subarray(end));
    const huge = await serving(place);
    const path = keyFrames(first).slice(origin.url.length);
    const [got, same] = [
      await get(huge.url + path),
      await get(keyFrames(first)),
    ];
    expect(got.status).toBe(200);
    expect(got.bytes.equals(same.bytes)).toBe(true);
  });
});

describe("an address", () => {
  const raw = async (target: string) =>
    (await rawGet(origin.port, target)).replace(/^Date: .*\r\n/m, "");

  test("may be whole, with scheme and host", async () => {
    for (const path of [first.path, "/clip.ism/Manifest", "/api/packages"])
      expect(await raw(`http://elsewhere:81${path}`)).toBe(await raw(path));
    expect(await raw("HTTP://elsewhere")).toBe(await raw("/"));
    expect(await raw("http://elsewhere?x")).toBe(await raw("/"));
  });

  test("is answered at once whatever its query says, if it is not too long", async () => {
    const answer = vi.spyOn(AnswerCache.prototype, "answer");
    const deep = join("d".repeat(200), "e".repeat(200), "f".repeat(200));
    const top = join(parent, "deep");
    cpSync(folder, join(top, deep), { recursive: true });
    const long = await serving(top);
    const near = await serving(folder);
    for (const cmcd of ["br%3D1", "br%3D2", "br%3D3"]) {
      await get(`${near.url}${first.path}?CMCD=${cmcd}`);
      await get(`${long.url}/${deep}${first.path}?CMCD=${cmcd}`);
    }
    const results = answer.mock.results.map(({ value }) => value as boolean);
    answer.mockRestore();
    expect(results).toEqual([false, false, true, false, true, false]);
  });
});

describe("the client manifest", () => {
  test("is the .ismc as it lies there, for a short while", async () => {
    for (const name of ["Manifest", "manifest", "MANIFEST"]) {
      const got = await get(url(`/clip.ism/${name}`));
      expect(got.bytes.equals(readFileSync(join(folder, "clip.ismc")))).toBe(
        true,
      );
      expect(got.headers.get("content-type")).toBe(
        "application/vnd.ms-sstr+xml",
      );
      expect(got.headers.get("cache-control")).toBe("public, max-age=5");
    }
  });

  test("is not sent again to who has it", async () => {
    const { headers } = await get(url("/clip.ism/Manifest"));
    const condition = { "If-None-Match": headers.get("etag") ?? "" };
    expect((await get(url("/clip.ism/Manifest"), condition)).status).toBe(304);
  });
});

describe("other methods", () => {
  test("a page may ask what it may ask, with CMCD", async () => {
    const got = await get(url(first.path), {}, "OPTIONS");
    expect(got.status).toBe(204);
    const allowed = got.headers.get("access-control-allow-headers");
    for (const name of ["Request", "Object", "Status", "Session"])
      expect(allowed).toContain(`CMCD-${name}`);
  });

  test.for(["POST", "PUT", "DELETE", "PATCH"])(
    "%s is refused",
    async (method) => {
      const got = await get(url(first.path), {}, method);
      expectSentence(got, 405);
      expect(got.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
    },
  );
});

describe("files", () => {
  const files = ["clip.ism", "clip.ismc", "clip_60.ismv", "clip_eng_48.isma"];

  test("are not served whole", async () => {
    for (const name of files) expectSentence(await get(url(`/${name}`)), 403);
  });

  test("are when that is allowed, but never an .ism nor what no package names", async () => {
    const open = await serving(folder, { allowDownload: true });
    for (const name of files.slice(1)) {
      const bytes = readFileSync(join(folder, name));
      const got = await get(`${open.url}/${name}`);
      expect(got.bytes.equals(bytes)).toBe(true);
      const part = await get(`${open.url}/${name}`, { Range: "bytes=8-15" });
      expect(part.status).toBe(206);
      expect(part.bytes.equals(bytes.subarray(8, 16))).toBe(true);
    }
    expectSentence(await get(`${open.url}/clip.ism`), 403);
    expectSentence(await get(`${open.url}/other.ismv`), 404);
  });
});

import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get as request, type IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import type { ServeHandle } from "../../src/index.js";
import { takesGzip } from "../../src/serve/gzip.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { tempFolder } from "../support/temp.js";
import { eventually, serving, witness } from "./serving.js";

const parent = tempFolder();
const folder = join(parent, "served");
let origin: ServeHandle;
let plain: Buffer;

beforeAll(async () => {
  const { folder: made } = await writeFixturePackage(parent);
  for (const name of ["a", "b", "c"])
    cpSync(made, join(folder, name), { recursive: true });
  cpSync(made, folder, { recursive: true });
  plain = readFileSync(join(folder, "clip.ismc"));
  origin = await serving(folder);
});

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** As it comes: `fetch` asks for gzip and unpacks by itself. */
async function ask(
  path: string,
  headers: Record<string, string> = { "Accept-Encoding": "gzip" },
  method = "GET",
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    request(`${origin.url}${path}`, { headers, method }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes: Buffer.concat(chunks),
        }),
      );
    }).on("error", reject);
  });
}

const MANIFEST = "/clip.ism/Manifest";

test.for([
  [MANIFEST, "application/vnd.ms-sstr+xml"],
  ["/", "text/html; charset=utf-8"],
  ["/assets/play.js", "text/javascript; charset=utf-8"],
  ["/assets/list.css", "text/css; charset=utf-8"],
  ["/api/packages", "application/json; charset=utf-8"],
] as const)("%s is packed for who takes gzip", async ([path, type]) => {
  const whole = await ask(path, {});
  const packed = await ask(path);
  for (const { headers } of [whole, packed])
    expect(headers).toMatchObject({
      "content-type": type,
      vary: "Accept-Encoding",
    });
  expect(whole.headers["content-encoding"]).toBeUndefined();
  expect(packed.headers["content-encoding"]).toBe("gzip");
  expect(packed.headers["content-length"]).toBe(String(packed.bytes.length));
  expect(packed.bytes.length).toBeLessThan(whole.bytes.length);
  expect(gunzipSync(packed.bytes).equals(whole.bytes)).toBe(true);
  const head = await ask(path, { "Accept-Encoding": "gzip" }, "HEAD");
  const dated = { ...packed.headers, date: head.headers.date };
  expect(head.headers).toEqual(dated);
});

test("fragments, their parts and short replies are never packed", async () => {
  const [{ path } = { path: "" }] = witness(folder);
  const info = path.replace("Fragments", "FragmentInfo");
  for (const one of [path, info, "/none.ism/Manifest"]) {
    const { headers } = await ask(one);
    expect(headers["content-encoding"]).toBeUndefined();
    expect(headers["vary"] ?? "").not.toContain("Encoding");
  }
});

describe("conditions and ranges", () => {
  const gzip = { "Accept-Encoding": "gzip" };

  test("either form is known by the tag of the other", async () => {
    const strong = (await ask(MANIFEST, {})).headers.etag ?? "";
    const weak = (await ask(MANIFEST)).headers.etag ?? "";
    expect(weak).toBe(`W/${strong}`);
    for (const tag of [strong, weak, `"x", ${weak}`])
      for (const encoding of [{}, gzip]) {
        const got = await ask(MANIFEST, { ...encoding, "If-None-Match": tag });
        expect(got.status).toBe(304);
        expect(got.headers.vary).toBe("Accept-Encoding");
        expect(got.bytes).toHaveLength(0);
      }
    const other = { ...gzip, "If-None-Match": '"x"' };
    expect((await ask(MANIFEST, other)).status).toBe(200);
  });

  test("a weak tag is no If-Match", async () => {
    const strong = (await ask(MANIFEST, {})).headers.etag ?? "";
    const status = async (tag: string) =>
      (await ask(MANIFEST, { ...gzip, "If-Match": tag })).status;
    expect(await status(strong)).toBe(200);
    expect(await status(`W/${strong}`)).toBe(412);
  });

  test("a range is one of the plain bytes, and none goes on with a packed one", async () => {
    const packed = await ask(MANIFEST);
    expect(packed.headers["accept-ranges"]).toBeUndefined();
    const range = { ...gzip, Range: "bytes=10-19" };
    const part = await ask(MANIFEST, range);
    expect(part.status).toBe(206);
    expect(part.headers["content-encoding"]).toBeUndefined();
    expect(part.bytes.equals(plain.subarray(10, 20))).toBe(true);
    const { etag = "" } = packed.headers;
    const whole = await ask(MANIFEST, { ...range, "If-Range": etag });
    expect(whole.status).toBe(200);
    expect(whole.bytes.equals(plain)).toBe(true);
  });
});

test("a manifest that was replaced is packed anew", async () => {
  const before = (await ask(MANIFEST)).headers.etag;
  const path = join(folder, "clip.ismc");
  const next = plain
    .toString()
    .replace("<SmoothStreamingMedia", "<!-- n -->$&");
  rmSync(path);
  writeFileSync(path, next);
  await eventually(async () => {
    const { headers, bytes } = await ask(MANIFEST);
    expect(gunzipSync(bytes).toString()).toBe(next);
    expect(headers.etag).not.toBe(before);
  });
});

test.for([
  ["gzip", true],
  ["GZIP, deflate, br", true],
  ["x-gzip", true],
  ["*", true],
  ["br, *;q=0.1", true],
  ["gzip;q=0.5", true],
  ["gzip ; q=1.000", true],
  ["gzip;q=0.5, identity;q=0.5", true],
  ["gzip;q=0", false],
  ["gzip;q=0.000, *", false],
  ["*;q=0", false],
  ["identity", false],
  ["identity, gzip;q=0.9", false],
  ["deflate, br", false],
  ["gzip;q=2", false],
  ["gzip;level=9", false],
  ["", false],
] as const)("Accept-Encoding: %s", ([list, expected]) => {
  expect(takesGzip({ "accept-encoding": list })).toBe(expected);
});

import {
  cpSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ServeHandle } from "../../src/index.js";
import { LIMITS } from "../../src/serve/limits.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { tempFolder } from "../support/temp.js";
import { payloadOf } from "../support/patch.js";
import {
  eventually,
  expectSentence,
  get,
  raw,
  rawGet,
  replyOf,
  serving,
  statusOf,
  witness,
  type Witnessed,
} from "./serving.js";

const parent = tempFolder();
const root = join(parent, "root");
const SECRET = "the secret outside";
let origin: ServeHandle;
let sample: Witnessed;
/** Path of a fragment of 12 MB. */
let large: string;

beforeAll(async () => {
  const { folder } = await writeFixturePackage(parent);
  cpSync(folder, root, { recursive: true });
  writeFileSync(join(parent, "secret.ismv"), SECRET);
  writeFileSync(join(parent, "secret.js"), SECRET);
  writeFileSync(join(root, "notes.mp4"), SECRET);
  mkdirSync(join(root, "links"));
  symlinkSync(join(parent, "secret.ismv"), join(root, "links", "x.ismv"));
  cpSync(join(folder, "clip.ism"), join(root, "links", "clip.ism"));
  cpSync(join(folder, "clip.ismc"), join(root, "links", "clip.ismc"));
  // A package whose picture lies elsewhere: whole, but not to be had here.
  symlinkSync(
    join(folder, "clip_60.ismv"),
    join(root, "links", "clip_60.ismv"),
  );
  for (const name of ["clip_25.ismv", "clip_eng_48.isma"])
    cpSync(join(folder, name), join(root, "links", name));
  sample = witness(folder)[0] as Witnessed;
  large = makeLarge(folder);
  origin = await serving(root, { allowDownload: true });
});

/** More than what fits between two sockets. */
const LARGE = 12_000_000;

/** A package whose first fragment has samples without end; nobody decodes them here. */
function makeLarge(folder: string): string {
  const place = join(root, "large");
  cpSync(folder, place, { recursive: true });
  const file = join(place, "clip_60.ismv");
  const bytes = readFileSync(file);
  const mdat = payloadOf(bytes, "mdat") - 8;
  const header = Buffer.alloc(8);
  header.writeUInt32BE(LARGE + 8);
  header.write("mdat", 4);
  // The others follow, without the index: they are elsewhere now.
  const others = bytes.subarray(
    payloadOf(bytes, "moof", 2) - 8,
    payloadOf(bytes, "mfra") - 8,
  );
  const large = [header, Buffer.alloc(LARGE)];
  const parts = [bytes.subarray(0, mdat), ...large, others];
  writeFileSync(file, Buffer.concat(parts));
  return `/large${sample.path}`;
}

/** Whatever happened before, others are served. */
afterEach(async () => {
  const got = await get(origin.url + sample.path);
  expect(got.bytes.equals(sample.bytes)).toBe(true);
});

describe("a path that leads outside", () => {
  test.for([
    "/../secret.ismv",
    "/../../../../../../etc/passwd",
    "/%2e%2e/secret.ismv",
    "/%2e%2e%2fsecret.ismv",
    "/%252e%252e%252fsecret.ismv",
    "/..%5csecret.ismv",
    "/..\\secret.ismv",
    "/a/..;/secret.ismv",
    "//etc/passwd",
    "/clip.ism/../../secret.ismv",
    "/clip.ism/%2e%2e/%2e%2e/secret.ismv",
    "/assets/../../secret.js",
    "/assets/%2e%2e/%2e%2e/package.json",
    "/assets/..%2f..%2fpackage.json",
    "/assets/.hidden.js",
    "/play/../../secret.js",
    "/links/x.ismv",
    "/links/clip_60.ismv",
    "/links/clip.ism/Manifest",
    "/notes.mp4",
    "/clip.ism",
    "/clip.ism%00.ismv",
    "/clip.ismv\u0000",
    "/c%6Cip.ism/%00",
    "/%c0%ae%c0%ae/secret.ismv",
    "/%zz",
    "/%",
    "/C:/Windows/win.ini",
    "/api/packages/../../secret",
    "/api/packages/%2e%2e/secret",
    "http://elsewhere/secret.ismv",
    "*",
    "secret.ismv",
  ])("%s gives nothing", async (path) => {
    const reply = await rawGet(origin.port, path);
    expect([400, 403, 404, 500]).toContain(statusOf(reply));
    expect(reply).not.toContain(SECRET);
    expect(reply).not.toContain(parent);
    expect(reply).not.toContain("root:");
  });
});

test("a link that leads out of the folder is not followed, and that is said", async () => {
  const got = await get(`${origin.url}/links${sample.path}`);
  expectSentence(got, 500);
  expect(got.text).toContain("clip_60.ismv");
});

describe("a request that is too much", () => {
  test("a long address is a 414, a longer one a 431", async () => {
    expect(statusOf(await rawGet(origin.port, `/${"a".repeat(9000)}`))).toBe(
      414,
    );
    expect(statusOf(await rawGet(origin.port, `/${"a/".repeat(20_000)}`))).toBe(
      431,
    );
  });

  test("a flood of headers is a 431", async () => {
    const many = "x-a: 1\r\n".repeat(10_000);
    expect(
      statusOf(
        await raw(origin.port, `GET / HTTP/1.1\r\nHost: a\r\n${many}\r\n`),
      ),
    ).toBe(431);
    const long = `x-a: ${"b".repeat(70_000)}\r\n`;
    expect(
      statusOf(
        await raw(origin.port, `GET / HTTP/1.1\r\nHost: a\r\n${long}\r\n`),
      ),
    ).toBe(431);
  });

  test.for([
    "GET\r\n\r\n",
    "\u0016\u0003\u0001\u0002\u0000\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "GET / HTTP/1.1\nno colon\n\n",
  ])("%j is a 400", async (bytes) => {
    expect(statusOf(await raw(origin.port, bytes))).toBe(400);
  });

  test("an upload is refused without being read", async () => {
    const head =
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n";
    const reply = await raw(origin.port, head);
    expect(statusOf(reply)).toBe(405);
    expect(reply).toContain("Connection: close");
  });

  test("a tunnel is refused", async () => {
    const reply = await raw(
      origin.port,
      "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
    );
    expect(reply).not.toContain(" 200 ");
  });

  test("numbers without end are no fragment", async () => {
    for (const [level, time] of [
      ["9".repeat(400), "0"],
      [String(sample.bitrate), "9".repeat(400)],
      ["-1", "0"],
      [String(sample.bitrate), "1e3"],
    ] as const) {
      const path = `/clip.ism/QualityLevels(${level})/Fragments(video=${time})`;
      expect(statusOf(await rawGet(origin.port, path))).toBe(404);
    }
  });

  test("conditions and ranges without end are answered", async () => {
    const long = Array.from({ length: 1500 }, (_, i) => `"${i}"`).join(",");
    expect(
      (await get(origin.url + sample.path, { "If-None-Match": long })).status,
    ).toBe(200);
    const ranges = `bytes=${Array.from({ length: 1500 }, (_, i) => `${i}-${i}`).join(",")}`;
    expect(
      (await get(origin.url + sample.path, { Range: ranges })).status,
    ).toBe(200);
  });
});

describe("a client that takes its time", () => {
  test("with its headers is sent away", async () => {
    const short = { ...LIMITS.server };
    Object.assign(LIMITS.server, {
      headersTimeout: 300,
      requestTimeout: 600,
      connectionsCheckingInterval: 100,
    });
    const { port } = await serving(root);
    Object.assign(LIMITS.server, short);
    const socket = connect(port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: a\r\nx-slow: ");
    const drip = setInterval(() => socket.write("a"), 50);
    const reply = await replyOf(socket);
    clearInterval(drip);
    expect(statusOf(reply)).toBe(408);
  });

  test("with reading is sent away", async () => {
    const { blockMs, sweepMs } = LIMITS;
    Object.assign(LIMITS, { blockMs: 300, sweepMs: 50 });
    const accessLog = join(parent, "slow.log");
    const { port, url } = await serving(root, { accessLog });
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined).pause();
    socket.write(`GET ${large} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await eventually(async () => {
      expect((await get(url + sample.path)).status).toBe(200);
      expect(readFileSync(accessLog, "utf8")).toContain('"aborted":true');
    });
    Object.assign(LIMITS, { blockMs, sweepMs });
    socket.destroy();
  });
});

test("a thousand requests in one breath are answered one after another", async () => {
  const one = `GET ${sample.path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  const last = one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
  const reply = await raw(origin.port, one.repeat(999) + last);
  expect(reply.split("HTTP/1.1 200 OK\r\n")).toHaveLength(1001);
  const bodies = reply.split(sample.bytes.toString("latin1"));
  expect(bodies).toHaveLength(1001);
});

test("forty readers that take nothing of something large starve nobody", async () => {
  const sockets = Array.from({ length: 40 }, () => {
    const socket = connect(origin.port, "127.0.0.1");
    socket.on("error", () => undefined).pause();
    socket.write(`GET ${large} HTTP/1.1\r\nHost: a\r\n\r\n`);
    return socket;
  });
  for (let i = 0; i < 10; i++) {
    const got = await get(origin.url + sample.path);
    expect(got.bytes.equals(sample.bytes)).toBe(true);
  }
  expect((await get(origin.url + large)).bytes.length).toBeGreaterThan(LARGE);
  for (const socket of sockets) socket.destroy();
});

test("connections beyond the limit are closed, and those within are served", async () => {
  const { connections } = LIMITS;
  LIMITS.connections = 20;
  const { port } = await serving(root);
  LIMITS.connections = connections;
  const ask = `GET ${sample.path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  const sockets = Array.from({ length: 60 }, () => connect(port, "127.0.0.1"));
  const outcomes = await Promise.all(
    sockets.map(
      async (socket) =>
        new Promise<string>((resolve) => {
          socket
            .once("data", () => resolve("served"))
            .once("close", () => resolve("closed"));
          socket.on("error", () => undefined).write(ask);
        }),
    ),
  );
  for (const socket of sockets) socket.destroy();
  expect(outcomes.filter((what) => what === "served")).toHaveLength(20);
});

import { once } from "node:events";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { serve } from "../../src/index.js";
import { LIMITS } from "../../src/serve/limits.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { payloadOf, withoutIndex } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";
import {
  eventually,
  get,
  replyOf,
  serving,
  witness,
  type Witnessed,
} from "./serving.js";

const parent = tempFolder();
let folder: string;
let sample: Witnessed;

/** More than what fits between two sockets: who reads nothing of it holds up what was asked for behind it. */
const LARGE = 12_000_000;

beforeAll(async () => {
  ({ folder } = await writeFixturePackage(parent));
  sample = witness(folder)[0] as Witnessed;
  const large = join(folder, "large");
  for (const name of ["clip.ism", "clip.ismc", "clip_25.ismv"])
    cpSync(join(folder, name), join(large, name));
  cpSync(join(folder, "clip_eng_48.isma"), join(large, "clip_eng_48.isma"));
  const bytes = readFileSync(join(folder, "clip_60.ismv"));
  const first = payloadOf(bytes, "mdat");
  const end = first - 8 + bytes.readUInt32BE(first - 8);
  const mdat = Buffer.alloc(LARGE + 8);
  mdat.writeUInt32BE(mdat.length);
  mdat.write("mdat", 4);
  writeFileSync(
    join(large, "clip_60.ismv"),
    Buffer.concat([
      bytes.subarray(0, first - 8),
      ...[mdat, withoutIndex(bytes).subarray(end)],
    ]),
  );
});

const ask = (path: string, more = "") =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;

/** Asks for something large, of which nothing is read, and for more behind it. */
async function holdUp(port: number, more: string): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined).pause();
  socket.write(ask(`/large${sample.path}`) + more);
  await once(socket, "readable");
  return socket;
}

function linesOf(accessLog: string): Record<string, unknown>[] {
  const lines = readFileSync(accessLog, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("what was asked for ahead is forgotten and logged when the connection breaks", async () => {
  const accessLog = join(parent, "ahead.log");
  const { port } = await serving(folder, { accessLog });
  const asks = [
    ask(sample.path, "If-None-Match: *\r\n"),
    ask("/clip.ism/Manifest", "If-None-Match: *\r\n"),
    ask(sample.path.replace("/Fragments(", "/KeyFrames(")),
    ask("/api/packages/clip"),
    ask("/none"),
  ];
  const socket = await holdUp(port, asks.join("").repeat(6));
  socket.resetAndDestroy();
  await eventually(async () => {
    expect(linesOf(accessLog)).toHaveLength(31);
    await Promise.resolve();
  });
  for (const line of linesOf(accessLog))
    expect(line["aborted"] ?? line["status"]).toBe(true);
});

test("of a flood on one connection no more is read than what can wait", async () => {
  const accessLog = join(parent, "flood.log");
  const origin = await serve(folder, { port: 0, accessLog });
  const count = 40_000;
  const socket = await holdUp(origin.port, ask("/x").repeat(count));
  for (let i = 0; i < 30; i++) await get(origin.url + sample.path);
  socket.resetAndDestroy();
  await origin.close();
  const asked = linesOf(accessLog).filter(({ uri }) => uri === "/x");
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.length).toBeLessThan(count / 10);
});

test("what breaks off while it ends is logged too", async () => {
  const accessLog = join(parent, "end.log");
  const origin = await serve(folder, { port: 0, accessLog });
  const socket = await holdUp(origin.port, ask("/x").repeat(20));
  const end = origin.close();
  socket.resetAndDestroy();
  await end;
  expect(linesOf(accessLog)).toHaveLength(21);
});

test("a connection on which much waits is read from again when it has gone", async () => {
  const { port } = await serving(folder);
  const socket = await holdUp(port, "");
  const count = 6_000;
  socket.write(ask("/x").repeat(count) + ask("/x", "Connection: close\r\n"));
  const reply = await replyOf(socket.resume());
  expect(reply.split("HTTP/1.1 404 ")).toHaveLength(count + 2);
});

test("when too much waits on all connections, who asks for more is sent away", async () => {
  const { all } = LIMITS.waiting;
  LIMITS.waiting.all = 40;
  const { port, url } = await serving(folder);
  const first = await holdUp(port, ask("/x").repeat(20));
  const second = await holdUp(port, ask("/x").repeat(60));
  await replyOf(second.resume());
  expect((await get(url + sample.path)).status).toBe(200);
  expect(first.destroyed).toBe(false);
  first.destroy();
  LIMITS.waiting.all = all;
});

// Once it took minutes, in which nothing else happened: each reply looked at all others.
test("an end after a flood is one", { timeout: 60_000 }, async () => {
  const { drainMs } = LIMITS;
  LIMITS.drainMs = 200;
  const origin = await serving(folder);
  const sockets = await Promise.all(
    Array.from({ length: 3 }, async () =>
      holdUp(origin.port, ask("/x").repeat(20_000)),
    ),
  );
  await origin.close();
  for (const socket of sockets) socket.destroy();
  LIMITS.drainMs = drainMs;
});

import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, expect, vi } from "vitest";
import { serve, type ServeHandle, type ServeOptions } from "../../src/index.js";
import { fragmentAt, readFragmentIndex } from "../outside/support/boxes.js";
import { readServerManifest } from "../outside/support/manifests.js";

/** Serves a folder on a free port until the tests of the file are done. */
export async function serving(
  folder: string,
  options: ServeOptions = {},
): Promise<ServeHandle> {
  const handle = await serve(folder, { port: 0, accessLog: false, ...options });
  afterAll(async () => handle.close());
  return handle;
}

/** A fragment, by the eyes of the test origin, which shares no code with ours. */
export interface Witnessed {
  /** `/clip.ism/QualityLevels(...)/Fragments(...)` */
  readonly path: string;
  readonly bytes: Buffer;
  readonly stream: string;
  readonly bitrate: number;
  readonly time: number;
}

/** Every fragment of a package of ours. */
export function witness(folder: string, name = "clip"): Witnessed[] {
  const ism = readFileSync(join(folder, `${name}.ism`), "utf8");
  return readServerManifest(ism).tracks.flatMap(
    ({ src, trackId, bitrate, stream }) => {
      const file = readFileSync(join(folder, src));
      return [...readFragmentIndex(file, trackId)].map(([time, offset]) => ({
        path: `/${name}.ism/QualityLevels(${bitrate})/Fragments(${stream}=${time})`,
        bytes: fragmentAt(file, offset),
        ...{ stream, bitrate, time },
      }));
    },
  );
}

export interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
}

/** Fetches an address. */
export async function get(
  url: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<Got> {
  const response = await fetch(url, { headers, method });
  const bytes = Buffer.from(await response.arrayBuffer());
  const { status, headers: found } = response;
  return { status, headers: found, bytes, text: bytes.toString() };
}

/** Sends bytes as they are and gives back all that comes until the other side closes. */
export async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(bytes, "latin1");
  return replyOf(socket);
}

/** All that comes until the other side closes, or breaks the connection off. */
export async function replyOf(socket: Socket): Promise<string> {
  let text = "";
  socket.setEncoding("latin1").on("data", (more: string) => (text += more));
  socket.on("error", () => undefined);
  await new Promise((resolve) => socket.once("close", resolve));
  return text;
}

/** Asks with a path that no library would let through. */
export async function rawGet(port: number, path: string): Promise<string> {
  return raw(
    port,
    `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
  );
}

/** The status of a raw reply. */
export function statusOf(reply: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(reply)?.[1]);
}

/** Waits until what is true in the end is true: the origin looks at its folder once a second. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  await vi.waitFor(check, { timeout: 20_000, interval: 100 });
}

/** Expects one sentence as text, with its status. */
export function expectSentence(got: Got, status: number): void {
  expect(got.status).toBe(status);
  expect(got.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(got.text).toMatch(/^[A-Z"][^\n]+\.\n$/);
}

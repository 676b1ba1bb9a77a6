import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { pack, type PackOptions } from "../../../src/index.js";
import { makeClip } from "../../support/clip.js";
import { mssPack } from "../../support/cli.js";
import { QUICK, QUICK_FLAGS } from "../../support/films.js";
import { tempFolder } from "../../support/temp.js";

const folder = tempFolder();
const clip = await makeClip(join(folder, "clip.mp4"), {
  seconds: 6,
  options: ["-movflags", "+faststart"],
});
const film = readFileSync(clip);

/** So much of the film the server sends before it falls silent, the connection open. */
let sent = film.length;
beforeEach(() => void (sent = film.length));

const server = createServer((request, response) => {
  const from = /^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1];
  serve(Number(from ?? 0), from !== undefined, response);
}).listen(0, "127.0.0.1");
await once(server, "listening");
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const { port } = server.address() as AddressInfo;
const url = `http://127.0.0.1:${port}/clip.mp4`;

function serve(from: number, isPart: boolean, response: ServerResponse): void {
  response.writeHead(isPart ? 206 : 200, {
    "accept-ranges": "bytes",
    "content-length": film.length - from,
    ...(isPart && {
      "content-range": `bytes ${from}-${film.length - 1}/${film.length}`,
    }),
  });
  response.write(film.subarray(from, Math.max(from + 1, sent)));
  if (sent === film.length) response.end();
}

function options(name: string, more: Partial<PackOptions> = {}): PackOptions {
  const output = join(folder, name);
  return { ...QUICK, output, allowNetwork: true, ...more };
}

describe("a server that", () => {
  test("sends all is packaged from", async () => {
    const result = await pack(url, options("all"));
    expect(result.durationSeconds).toBeCloseTo(6, 0);
  });

  test("falls silent while the film is looked at is given up", async () => {
    sent = film.length / 2;
    const out = join(folder, "looked-at");
    const { exitCode, stderr } = await mssPack([
      ...[url, "-o", out, "--allow-network", ...QUICK_FLAGS],
      ...["--stall-timeout", "1"],
    ]);
    expect(stderr).toContain(`${url}: ffprobe made no progress for 1 s`);
    expect(stderr).toContain("--stall-timeout");
    expect(exitCode).toBe(3);
  });

  test("falls silent while the film is encoded is given up, and nothing is left", async () => {
    const packing = pack(
      url,
      options("encoded", {
        stallTimeoutSeconds: 1,
        onPlan: () => (sent = film.length / 2),
      }),
    );
    await expect(packing).rejects.toMatchObject({
      code: "encode",
      message: `${url}: ffmpeg made no progress for 1 s and was stopped.`,
    });
    expect(existsSync(join(folder, "encoded"))).toBe(false);
  });
});

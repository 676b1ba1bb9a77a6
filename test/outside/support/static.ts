import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

/** A web server that knows nothing of video: files, and parts of them. */
export interface StaticServer {
  readonly url: string;
  /** What was asked for below /media/; looking at headers alone does not count. */
  readonly requests: readonly StaticRequest[];
  close(): void;
}

export interface StaticRequest {
  readonly file: string;
  readonly status: number;
  readonly range: string | undefined;
}

/** Serves a folder as /media/, and the pages of players. */
export async function startStatic(
  folder: string,
  pages: string,
): Promise<StaticServer> {
  const requests: StaticRequest[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? "/").replace(/\?.*/, ""));
    const file = /^\/media\/(.+)$/.exec(path)?.[1];
    const place = file === undefined ? join(pages, path) : join(folder, file);
    const { range } = request.headers;
    const isHead = request.method === "HEAD";
    void send(response, place, range, isHead).then((status) => {
      if (file !== undefined && !isHead) requests.push({ file, status, range });
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url, requests, close };
}

async function send(
  response: ServerResponse,
  path: string,
  range: string | undefined,
  isHead: boolean,
): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    response.writeHead(404).end();
    return 404;
  }
  const { size } = found;
  const [, first = "0", last = ""] =
    /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  const status = range === undefined ? 200 : 206;
  response.writeHead(status, {
    "Content-Type": TYPES[extname(path)] ?? "application/octet-stream",
    "Content-Length": end - start + 1,
    "Accept-Ranges": "bytes",
    ...(status === 206 && { "Content-Range": `bytes ${start}-${end}/${size}` }),
  });
  if (isHead) response.end();
  else createReadStream(path, { start, end }).pipe(response);
  return status;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".ismv": "video/mp4",
  ".isma": "audio/mp4",
  ".mp4": "video/mp4",
  ".mpd": "application/dash+xml",
  ".m3u8": "application/vnd.apple.mpegurl",
  ".vtt": "text/vtt; charset=utf-8",
};

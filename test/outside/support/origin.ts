import { readdir, readFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fragmentAt, readFragmentIndex } from "./boxes.js";
import { readServerManifest, type ServerManifest } from "./manifests.js";

/** A fragment that a client asked for. */
export interface FragmentAddress {
  readonly bitrate: number;
  readonly stream: string;
  /** In 10 MHz ticks. */
  readonly time: number;
}

export interface OriginRequest {
  readonly path: string;
  readonly status: number;
  /** Undefined when the path is not a fragment's. */
  readonly fragment: FragmentAddress | undefined;
}

/** A running test origin. */
export interface Origin {
  readonly url: string;
  readonly manifestUrl: string;
  /** Where the pages of players are. */
  readonly pagesUrl: string;
  /** Every request so far, oldest first. */
  readonly requests: OriginRequest[];
  close(): void;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer | string;
}

type Answer = (path: string) => Promise<Reply> | Reply;

/**
 * Serves the package in `folder` as IIS Media Services would, and beside it
 * the files of `pages`. It knows nothing but what the files say: the .ism
 * leads to the client manifest and the tracks, their mfra to the fragments.
 */
export async function startOrigin(
  folder: string,
  pages?: string,
): Promise<Origin> {
  const ism = (await readdir(folder)).find((name) => extname(name) === ".ism");
  if (ism === undefined) throw new Error(`no .ism in ${folder}`);
  const smooth = await packageAnswer(folder, ism);
  const requests: OriginRequest[] = [];
  const server = createServer(
    listener(requests, (path) =>
      path.startsWith(`/${ism}/`) ? smooth(path) : pageReply(pages, path),
    ),
  );
  const url = await listen(server);
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  const manifestUrl = `${url}/${ism}/Manifest`;
  return { url, manifestUrl, pagesUrl: url, requests, close };
}

async function packageAnswer(folder: string, ism: string): Promise<Answer> {
  const manifest = readServerManifest(
    await readFile(join(folder, ism), "utf8"),
  );
  const ismc = await readFile(join(folder, manifest.clientManifest));
  const fragments = await readFragments(folder, manifest);
  return (path) => {
    if (path === `/${ism}/Manifest`)
      return { status: 200, type: "text/xml", body: ismc };
    const body = fragments.get(path.replace(`/${ism}/`, ""));
    return body === undefined
      ? notFound(`No such fragment in this package: ${path}`)
      : { status: 200, type: "video/mp4", body };
  };
}

/** Every fragment under its address: the packages of these tests are small. */
async function readFragments(
  folder: string,
  { tracks }: ServerManifest,
): Promise<ReadonlyMap<string, Buffer>> {
  const fragments = new Map<string, Buffer>();
  for (const { src, trackId, bitrate, stream } of tracks) {
    const file = await readFile(join(folder, src));
    for (const [time, offset] of readFragmentIndex(file, trackId)) {
      const address = `QualityLevels(${bitrate})/Fragments(${stream}=${time})`;
      fragments.set(address, fragmentAt(file, offset));
    }
  }
  return fragments;
}

async function pageReply(
  pages: string | undefined,
  path: string,
): Promise<Reply> {
  // A browser asks for an icon with every page; it is no fault of the package.
  if (path === "/favicon.ico") return { status: 204, type: "", body: "" };
  if (pages === undefined || path.includes(".."))
    return notFound(`Nothing here: ${path}`);
  return readFile(join(pages, path)).then(
    (body) => ({ status: 200, type: PAGE_TYPES[extname(path)] ?? "", body }),
    () => notFound(`No such page: ${path}`),
  );
}

const PAGE_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
};

function notFound(sentence: string): Reply {
  return { status: 404, type: "text/plain", body: `${sentence}\n` };
}

/** Answers and keeps a record of it. */
function listener(requests: OriginRequest[], answer: Answer): RequestListener {
  return (request, response) => {
    const path = decodeURIComponent((request.url ?? "/").replace(/\?.*/, ""));
    void Promise.resolve(answer(path)).then(({ status, type, body }) => {
      requests.push({ path, status, fragment: fragmentAddress(path) });
      response.writeHead(status, {
        "Content-Type": type,
        "Content-Length": Buffer.byteLength(body),
        "Access-Control-Allow-Origin": "*",
      });
      response.end(request.method === "HEAD" ? undefined : body);
    });
  };
}

export function fragmentAddress(path: string): FragmentAddress | undefined {
  const match =
    /QualityLevels\((\d+)\)\/Fragments\((\w+)=(\d+)\)(?:\.m4s)?$/.exec(path);
  if (match === null) return undefined;
  const [, bitrate, stream = "", time] = match;
  return { bitrate: Number(bitrate), stream, time: Number(time) };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

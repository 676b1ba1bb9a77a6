import { failedCondition, type ByteRange } from "./conditions.js";
import type { Exchange } from "./exchange.js";
import type { ServedFile } from "./open-files.js";
import { CORS, sendSentence, type HeaderLines } from "./reply.js";

/** Bytes of a file that have an address. */
export interface Part {
  readonly file: ServedFile;
  readonly begin: number;
  readonly size: number;
  /** Strong, with its quotes; another whenever the bytes may be others. */
  readonly etag: string;
  /** Type, Cache-Control and whatever belongs to it. */
  readonly headers: HeaderLines;
}

/** Answers a request whose conditions leave nothing to send. @returns whether that was so */
export async function isSettled(
  exchange: Exchange,
  part: Pick<Part, "file" | "etag" | "headers">,
): Promise<boolean> {
  const { etag, file } = part;
  const validators = { etag, mtimeMs: file.mtimeMs };
  const status = failedCondition(exchange.request.headers, validators);
  if (status === undefined) return false;
  if (status === 304) sendNotModified(exchange, part);
  else await sendSentence(exchange, status, "This is another version.");
  return true;
}

/** The client has it already. RFC 9110 15.4.5 */
function sendNotModified(
  { response }: Exchange,
  part: Pick<Part, "file" | "etag" | "headers">,
): void {
  response.writeHead(304, [
    ...part.headers,
    ...["ETag", part.etag, "Last-Modified", httpDate(part.file)],
    ...CORS,
  ]);
  response.end();
}

/** The header lines of a reply with a part or a range of it; its length is not among them. */
export function headersOf(
  part: Omit<Part, "begin">,
  range?: ByteRange,
): string[] {
  const lines = [
    ...part.headers,
    ...["ETag", part.etag, "Last-Modified", httpDate(part.file)],
    ...["Accept-Ranges", "bytes"],
    ...CORS,
  ];
  if (range !== undefined) {
    const { begin, end } = range;
    lines.push("Content-Range", `bytes ${begin}-${end - 1}/${part.size}`);
  }
  return lines;
}

export function lengthLine(length: number): [string, string] {
  return ["Content-Length", String(length)];
}

const dates = new WeakMap<ServedFile, string>();

function httpDate(file: ServedFile): string {
  let text = dates.get(file);
  if (text === undefined) {
    text = new Date(file.mtimeMs).toUTCString();
    dates.set(file, text);
  }
  return text;
}

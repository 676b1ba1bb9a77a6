import { once } from "node:events";
import {
  request,
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from "node:http";
import { buffer } from "node:stream/consumers";

export interface Question {
  readonly method?: "GET" | "HEAD" | "OPTIONS";
  readonly headers?: Readonly<Record<string, string>>;
  /** Address that the client has; the whole of 127.0.0.0/8 is this machine. */
  readonly localAddress?: string;
  readonly agent?: Agent;
  /** In the place of that in the URL: one that no URL can have. */
  readonly path?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** What the cache says of it: `MISS`, `HIT`, `STALE` ...; undefined from the origin. */
  readonly from: string | undefined;
}

/** Asks as written: nothing is added, unpacked or tried again. */
export async function ask(
  url: string,
  question: Question = {},
): Promise<Reply> {
  const asked = request(url, question);
  asked.end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  const from = response.headers["x-cache-status"];
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: await buffer(response),
    from: typeof from === "string" ? from : undefined,
  };
}

import { createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";
import {
  isStarved,
  isStarvedInQuery,
  sessionId,
  sessionIdInQuery,
} from "../util/cmcd.js";
import type { Exchange } from "./exchange.js";
import { LIMITS } from "./limits.js";
import { LINES } from "./log-line.js";
import type { LogSink } from "./log-sink.js";
import type { LogFormat } from "./options.js";

export interface AccessLogOptions extends ClientOptions {
  readonly format: LogFormat;
}

/** Above this many characters, lines are handed on at once. */
const MOST_CHARACTERS = 64 * 1024;

/** Writes a line for each request. */
export class AccessLog {
  readonly #sink: LogSink;
  readonly #line: (typeof LINES)[LogFormat];
  readonly #clientOf: ReturnType<typeof clientNamer>;
  readonly #timer: NodeJS.Timeout;
  #lines: string[] = [];
  #characters = 0;

  constructor(sink: LogSink, options: AccessLogOptions) {
    this.#sink = sink;
    this.#line = LINES[options.format];
    this.#clientOf = clientNamer(options);
    this.#timer = setInterval(() => this.#flush(), LIMITS.logEveryMs);
    this.#timer.unref();
  }

  /** The name of the client. Ask at the begin of a request: a broken connection has no address any more. */
  clientOf(exchange: Exchange): string {
    return this.#clientOf(exchange.request);
  }

  add(exchange: Exchange, client: string): void {
    const { request, response, facts, sent } = exchange;
    const { method = "-", url = "-", headers } = request;
    const at = url.indexOf("?");
    const query = at < 0 ? undefined : url.slice(at + 1);
    const seconds = (performance.now() - exchange.beganMs) / 1000;
    const line = this.#line({
      dateMs: Date.now() - seconds * 1000,
      ...{ client, method, uri: url, facts, seconds },
      protocol: `HTTP/${request.httpVersion}`,
      status: response.statusCode,
      bytes: sent,
      agent: headers["user-agent"],
      referrer: headers.referer,
      playback: playbackId(request, query),
      stalled: hasStalled(request, query),
      isAborted: !response.writableFinished,
    });
    this.#lines.push(line);
    this.#characters += line.length;
    if (this.#characters > MOST_CHARACTERS) this.#flush();
  }

  /** Hands on what is left. */
  close(): void {
    clearInterval(this.#timer);
    this.#flush();
  }

  #flush(): void {
    if (this.#lines.length === 0) return;
    this.#sink.write(`${this.#lines.join("\n")}\n`);
    this.#lines = [];
    this.#characters = 0;
  }
}

/** The name of a playback: the player's session id, from its header or from the query. */
function playbackId(
  { headers }: IncomingMessage,
  query: string | undefined,
): string | undefined {
  const header = headers["cmcd-session"];
  if (typeof header === "string") return sessionId(header);
  return query === undefined ? undefined : sessionIdInQuery(query);
}

/** Did the player's film stop before this request? Only players that send CMCD tell; RFC 9110 5.3 for many headers. */
function hasStalled(
  { headers }: IncomingMessage,
  query: string | undefined,
): boolean | undefined {
  if (headers["cmcd-session"] === undefined)
    return query === undefined ? undefined : isStarvedInQuery(query);
  return isStarved(String(headers["cmcd-status"] ?? ""));
}

/** The client's name, as the log writes it. */
type ClientName = (request: IncomingMessage) => string;

/** How clients are named. */
interface ClientOptions {
  /** A proxy of ours stands in front and gives the client's address. */
  readonly trustProxy: boolean;
  /** The key for hashing addresses. Without it they are written unchanged. */
  readonly anonymizeKey: Buffer | undefined;
}

/** Hashed addresses are remembered: an HMAC takes as long as half a request. */
const MOST_REMEMBERED = 10_000;

function clientNamer(options: ClientOptions): ClientName {
  const { trustProxy, anonymizeKey } = options;
  const address = (request: IncomingMessage) =>
    (trustProxy ? forwardedFor(request) : undefined) ??
    addressOf(request.socket);
  if (anonymizeKey === undefined) return address;
  const names = new Map<string, string>();
  return (request) => {
    const clientAddress = address(request);
    const storedName = names.get(clientAddress);
    if (storedName !== undefined) return storedName;
    const name = anonymous(clientAddress, anonymizeKey);
    if (names.size >= MOST_REMEMBERED) names.clear();
    names.set(clientAddress, name);
    return name;
  };
}

const addresses = new WeakMap<Socket, string>();

/** All requests of a connection have the same address. */
function addressOf(socket: Socket): string {
  let clientAddress = addresses.get(socket);
  if (clientAddress === undefined) {
    clientAddress = plain(socket.remoteAddress ?? "unknown");
    addresses.set(socket, clientAddress);
  }
  return clientAddress;
}

/**
 * The right-most address of X-Forwarded-For: the proxy in front saw that client and appended it.
 * Any client may have written the addresses left of it.
 */
function forwardedFor({ headers }: IncomingMessage): string | undefined {
  const value = headers["x-forwarded-for"];
  const list = Array.isArray(value) ? value.join(",") : value;
  const last = withoutPort(list?.split(",").at(-1)?.trim() ?? "");
  return isIP(last) === 0 ? undefined : plain(last);
}

/** Some proxies add the port: `192.0.2.1:5678`, `[2001:db8::1]:80`. */
function withoutPort(text: string): string {
  const match = /^(?:\[([^\]]*)\]|([\d.]+))(?::\d{1,5})?$/.exec(text);
  return match?.[1] ?? match?.[2] ?? text;
}

/** An IPv4 address that came to an IPv6 socket, as IPv4. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

/** One address has one name while the key lives. Without the key no reader can try all addresses. */
function anonymous(address: string, key: Buffer): string {
  const hash = createHmac("sha256", key).update(address).digest("hex");
  return `anon-${hash.slice(0, 16)}`;
}

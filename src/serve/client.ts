import { createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";

/** Who asks, in the words of the log. */
export type ClientName = (request: IncomingMessage) => string;

/** How clients are named. */
export interface ClientOptions {
  /** A proxy of ours stands in front and tells for whom it asks. */
  readonly trustProxy: boolean;
  /** The key under which addresses are hashed; without, they are written as they are. */
  readonly anonymizeKey: Buffer | undefined;
}

/** Addresses that are hashed are remembered: an HMAC takes as long as half a request. */
const MOST_REMEMBERED = 10_000;

export function clientNamer(options: ClientOptions): ClientName {
  const { trustProxy, anonymizeKey } = options;
  const address = (request: IncomingMessage) =>
    (trustProxy ? forwardedFor(request) : undefined) ??
    addressOf(request.socket);
  if (anonymizeKey === undefined) return address;
  const names = new Map<string, string>();
  return (request) => {
    const found = address(request);
    const known = names.get(found);
    if (known !== undefined) return known;
    const name = anonymous(found, anonymizeKey);
    if (names.size >= MOST_REMEMBERED) names.clear();
    names.set(found, name);
    return name;
  };
}

const addresses = new WeakMap<Socket, string>();

/** It is the same for all requests of a connection. */
function addressOf(socket: Socket): string {
  let found = addresses.get(socket);
  if (found === undefined) {
    found = plain(socket.remoteAddress ?? "unknown");
    addresses.set(socket, found);
  }
  return found;
}

/**
 * The right-most address of X-Forwarded-For: the proxy in front has appended it
 * and saw it with its own eyes; what stands left of it anybody may have claimed.
 */
function forwardedFor({ headers }: IncomingMessage): string | undefined {
  const value = headers["x-forwarded-for"];
  const list = Array.isArray(value) ? value.join(",") : value;
  const last = withoutPort(list?.split(",").at(-1)?.trim() ?? "");
  return isIP(last) === 0 ? undefined : plain(last);
}

/** Some proxies tell the port too: `192.0.2.1:5678`, `[2001:db8::1]:80`. */
function withoutPort(text: string): string {
  const match = /^(?:\[([^\]]*)\]|([\d.]+))(?::\d{1,5})?$/.exec(text);
  return match?.[1] ?? match?.[2] ?? text;
}

/** IPv4 that came to an IPv6 socket is IPv4. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

/** The same address has the same name as long as the key lives; nobody can try all addresses without it. */
function anonymous(address: string, key: Buffer): string {
  const hash = createHmac("sha256", key).update(address).digest("hex");
  return `anon-${hash.slice(0, 16)}`;
}

/** What clients may take of time, memory and connections. */
export const LIMITS = {
  /** For node:http. */
  server: {
    /** Larger headers are answered with 431. */
    maxHeaderSize: 16 * 1024,
    /** Time for complete headers: a client that sends them a byte at a time would hold a connection for nothing. */
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    connectionsCheckingInterval: 2_000,
    noDelay: true,
  },
  /** Caches in front keep their connections for a minute. */
  keepAliveMs: 65_000,
  /** Each takes some 20 kB, and a small buffer during a reply. */
  connections: 8_000,
  /** Replies that wait for their turn, 7 kB each. */
  waiting: {
    /** Above this, a connection is not read from until some replies are sent. */
    ofConnection: 32,
    /** Of all connections together: above this, the connection of the next request is closed. */
    all: 10_000,
  },
  /** Time for a buffer of 320 kB, 22 kbit/s at the least; a buffer of 8 kB has the same time. */
  blockMs: 120_000,
  sweepMs: 5_000,
  /** Lines of the log are handed on together: one at a time, a line would cost as much as a fragment. */
  logEveryMs: 250,
  /** The least time between two warnings about lost lines. */
  tellLostMs: 60_000,
  /** At the end: after so long without anything new, all accepted requests are in. */
  quietMs: 50,
  /** At the end: time for the replies under way. */
  drainMs: 10_000,
};

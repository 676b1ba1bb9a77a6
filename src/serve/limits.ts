/** What clients may take: of time, of memory, of connections. */
export const LIMITS = {
  /** For node:http. */
  server: {
    /** Larger headers are answered with 431. */
    maxHeaderSize: 16 * 1024,
    /** Headers must be complete by then: whoever sends them a byte at a time holds a connection for nothing. */
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    connectionsCheckingInterval: 2_000,
    noDelay: true,
  },
  /** A cache in front keeps its connections for a minute. */
  keepAliveMs: 65_000,
  /** Each takes some 20 kB, and a small buffer while something is sent. */
  connections: 8_000,
  /** Replies that wait for their turn, 7 kB each. */
  waiting: {
    /** Above, nothing more is read from a connection until some have gone. */
    ofConnection: 32,
    /** Of all connections together: who asks for more is sent away. */
    all: 10_000,
  },
  /** A buffer of 320 kB must be taken by then, 22 kbit/s at the least; one of 8 kB too. */
  blockMs: 120_000,
  sweepMs: 5_000,
  /** Lines of the log are handed on together: one at a time they would cost as much as a fragment. */
  logEveryMs: 250,
  /** Lines that are lost are told no more often. */
  tellLostMs: 60_000,
  /** At the end: when nothing new comes for so long, all that was accepted is in. */
  quietMs: 50,
  /** What is being sent at the end has so long. */
  drainMs: 10_000,
};

/** What `serve` is told. */
export interface ServeOptions {
  /** Default 8080; 0 takes a free one. */
  readonly port?: number | undefined;
  /** Default `127.0.0.1`: this machine alone. */
  readonly host?: string | undefined;
  /** Media files and client manifests may be fetched whole. */
  readonly allowDownload?: boolean | undefined;
  /** Believe X-Forwarded-For: a proxy of ours stands in front. */
  readonly trustProxy?: boolean | undefined;
  /** Write addresses of clients into the log as hashes whose key dies with the process. */
  readonly anonymize?: boolean | undefined;
  /** File of the access log, or what is given its lines; default standard output, `false` for none. */
  readonly accessLog?: string | false | ((lines: string) => void) | undefined;
  readonly logFormat?: LogFormat | undefined;
  /** Path of the ffmpeg that makes posters; default as everywhere. */
  readonly ffmpegPath?: string | undefined;
  /**
   * File of keys, as `keyFile` elsewhere: the player's page opens protected packages with them, through the
   * browser's Clear Key. On a loopback address alone.
   */
  readonly previewKeys?: string | undefined;
  /** Read that file also when others on this machine can. */
  readonly insecureKeyFile?: boolean | undefined;
  /** Ends the start, where that waits for a pipe with keys; a running origin is closed by its handle. */
  readonly signal?: AbortSignal | undefined;
  /** Told what goes wrong beside requests: a damaged package, a log that is not taken. */
  readonly onWarning?: ((sentence: string) => void) | undefined;
}

/** `short` is for people: a line that fits on a terminal. */
export type LogFormat = "json" | "combined" | "short";

/** A running origin. */
export interface ServeHandle {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /** The list of packages; the film's page when an .ism was given. */
  readonly pageUrl: string;
  /**
   * The same page, which is given keys; undefined without `previewKeys`. Whoever has
   * this address has the keys.
   */
  readonly previewUrl: string | undefined;
  /** Packages that were found at the start. */
  readonly packages: number;
  /** Opens the file of the access log anew, after it was moved away. */
  reopenLog(): void;
  /** Stops accepting, finishes what is being sent, writes the rest of the log. */
  close(): Promise<void>;
}

/** Does an address to listen on reach no further than this machine? */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}

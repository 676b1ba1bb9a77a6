/** Options of `serve`. */
export interface ServeOptions {
  /** Default 8080; 0 takes a free one. */
  readonly port?: number | undefined;
  /** Default `127.0.0.1`: only this machine. */
  readonly host?: string | undefined;
  /** Clients may fetch media files and client manifests whole. */
  readonly allowDownload?: boolean | undefined;
  /** Believe X-Forwarded-For: a proxy of ours stands in front. */
  readonly trustProxy?: boolean | undefined;
  /** Log client addresses as hashes. The key is lost when the process ends. */
  readonly anonymize?: boolean | undefined;
  /** File of the access log, or an object that takes its lines; default standard output, `false` for none. */
  readonly accessLog?: string | false | ((lines: string) => void) | undefined;
  readonly logFormat?: LogFormat | undefined;
  /** Path of the ffmpeg that makes posters. Default: as in the other commands. */
  readonly ffmpegPath?: string | undefined;
  /**
   * File of keys, like `keyFile` elsewhere: with them the player's page opens protected packages,
   * through the browser's Clear Key. Only on a loopback address.
   */
  readonly previewKeys?: string | undefined;
  /** Read that file even when others on this machine can read it. */
  readonly insecureKeyFile?: boolean | undefined;
  /** Cancels a start that waits for a pipe with keys. To close a running origin, use its handle. */
  readonly signal?: AbortSignal | undefined;
  /** Called with problems outside of requests: a damaged package, a log that cannot be written. */
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
  /** The same page, with keys; undefined without `previewKeys`. Anyone with this address has the keys. */
  readonly previewUrl: string | undefined;
  /** Number of packages at the start. */
  readonly packages: number;
  /** Opens the file of the access log again, after it was moved away. */
  reopenLog(): void;
  /** Stops accepting, finishes replies under way, writes the rest of the log. */
  close(): Promise<void>;
}

/** Can only this machine reach an address? */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}

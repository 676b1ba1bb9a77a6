import { clientNamer, type ClientOptions } from "./client.js";
import type { Exchange } from "./exchange.js";
import { LIMITS } from "./limits.js";
import { LINES } from "./log-line.js";
import type { LogSink } from "./log-sink.js";
import type { LogFormat } from "./options.js";
import { playbackId } from "./playback-id.js";

export interface AccessLogOptions extends ClientOptions {
  readonly format: LogFormat;
}

/** Nor do more than these wait to be handed on. */
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

  /** Who asks is told at the begin of a request: of a broken connection nobody knows any more. */
  clientOf(exchange: Exchange): string {
    return this.#clientOf(exchange.request);
  }

  add(exchange: Exchange, client: string): void {
    const { request, response, facts, sent } = exchange;
    const { method = "-", url = "-", headers } = request;
    const query = url.indexOf("?");
    const seconds = (performance.now() - exchange.beganMs) / 1000;
    const line = this.#line({
      dateMs: Date.now() - seconds * 1000,
      ...{ client, method, uri: url, facts, seconds },
      protocol: `HTTP/${request.httpVersion}`,
      status: response.statusCode,
      bytes: sent,
      agent: headers["user-agent"],
      referrer: headers.referer,
      playback: playbackId(
        request,
        query < 0 ? undefined : url.slice(query + 1),
      ),
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

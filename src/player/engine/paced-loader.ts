import type { LoaderRequest, LoaderResponse } from "./dash-parts.js";

type LoadRequest = (
  request: LoaderRequest,
  response: LoaderResponse,
) => unknown;

interface Extended {
  readonly parent: { load: LoadRequest };
}

/**
 * An extension for dash.js's `XHRLoader` that simulates a slow line. Bytes, progress events and
 * aborts come as on a line of that rate, so the adaptation's rules, even the one for abandoning,
 * see the same as on a real one.
 */
export function pacedLoader(line: PacedLine) {
  return function (this: Extended): { load: LoadRequest } {
    // dash.js puts our function in its place afterwards.
    const loadAtOnce = this.parent.load;
    return {
      load: (request, response) =>
        line.rate === null
          ? loadAtOnce(request, response)
          : void loadPaced(line, request, response),
    };
  };
}

async function loadPaced(
  line: PacedLine,
  request: LoaderRequest,
  response: LoaderResponse,
): Promise<void> {
  const stop = new AbortController();
  const { customData } = request;
  customData.abort = () => {
    stop.abort();
    customData.onabort?.();
  };
  // A failed request keeps status 0, as with XMLHttpRequest: no answer.
  await receive(line, request, response, stop.signal).catch(() => undefined);
  if (!stop.signal.aborted) customData.onloadend?.();
}

async function receive(
  line: PacedLine,
  request: LoaderRequest,
  response: LoaderResponse,
  signal: AbortSignal,
): Promise<void> {
  const { method, headers = {} } = request;
  const reply = await fetch(request.url, { method, headers, signal });
  const bytes = await readPaced(line, request, reply, signal);
  response.url = reply.url;
  response.statusText = reply.statusText;
  response.headers = Object.fromEntries(reply.headers);
  response.data =
    request.responseType === "arraybuffer"
      ? bytes.buffer
      : new TextDecoder().decode(bytes);
  response.status = reply.status;
}

async function readPaced(
  line: PacedLine,
  { customData }: LoaderRequest,
  reply: Response,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await reply.arrayBuffer());
  const total = bytes.length;
  for (let loaded = 0; loaded < total;) {
    const slice = Math.min(line.sliceBytes(), total - loaded);
    await line.carry(slice);
    signal.throwIfAborted();
    loaded += slice;
    customData.onprogress?.({ lengthComputable: true, loaded, total });
  }
  return bytes;
}

const LATE_TIMER_MS = 50;

/**
 * A line with a certain rate. All downloads of the page share it as they would share a real one:
 * each part waits for its turn.
 */
export class PacedLine {
  /** Bits per second; null for no limit. */
  rate: number | null = null;
  /** The time when it is free again, in ms of `performance.now()`. */
  #freeAt = 0;

  /** Bytes sent at once, at most 50 ms of the line: then two downloads alternate. */
  sliceBytes(): number {
    return Math.max(256, Math.floor(((this.rate ?? Infinity) / 8) * 0.05));
  }

  /** Waits until so many bytes have come through. */
  async carry(bytes: number): Promise<void> {
    if (this.rate === null) return;
    const now = performance.now();
    // Timers are late. Lost time is caught up, or the line would be slower than its rate.
    const from = Math.max(now - LATE_TIMER_MS, this.#freeAt);
    this.#freeAt = from + (bytes * 8000) / this.rate;
    await new Promise((done) => setTimeout(done, this.#freeAt - now));
  }
}

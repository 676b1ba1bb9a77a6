import {
  readAudience,
  type AudienceOptions,
} from "../../src/audience/read-audience.js";

/** A request for a fragment, to be written in any format of access logs. */
export interface Asked {
  /** Seconds since 2026-11-26 00:00 UTC. */
  readonly second: number;
  readonly client?: string;
  readonly agent?: string;
  readonly playback?: string | undefined;
  readonly film?: string;
  readonly stream?: string;
  /** Only lines of `serve` tell it. */
  readonly language?: string;
  readonly bitrate?: number;
  /** When the fragment begins, in seconds. */
  readonly at?: number;
  /** How long it is, in seconds; null when the log does not tell. */
  readonly duration?: number | null;
  readonly method?: string;
  readonly status?: number;
  readonly bytes?: number;
  /** The player ran out before; without it a line tells nothing of that. */
  readonly stalled?: boolean | undefined;
  readonly aborted?: boolean;
}

const MIDNIGHT = Date.UTC(2026, 10, 26);

function full(asked: Asked) {
  const defaults = {
    ...{ client: "192.0.2.1", agent: "Player/1", playback: undefined },
    ...{ film: "heron", stream: "video", bitrate: 1_000_000, at: 0 },
    ...{ duration: 2, method: "GET", status: 200, bytes: 250_000 },
    ...{ stalled: undefined, aborted: undefined },
  };
  const all = { ...defaults, ...asked };
  return {
    ...all,
    time: new Date(MIDNIGHT + all.second * 1000).toISOString(),
    uri: `/${all.film}.ism/QualityLevels(${all.bitrate})/Fragments(${all.stream}=${ticks(all.at)})`,
  };
}

function ticks(seconds: number): number {
  return Math.round(seconds * 1e7);
}

/** A line as `mss-pack serve` writes it. */
export function ours(asked: Asked): string {
  const all = full(asked);
  const { time, client, method, uri, status, bytes, agent, playback } = all;
  return JSON.stringify({
    ...{ time, client, method, uri, status, bytes, seconds: 0.004, agent },
    ...{ playback, stalled: all.stalled, aborted: all.aborted },
    ...{ package: all.film, stream: all.stream },
    ...{ type: all.stream.split("_")[0], language: asked.language },
    bitrate: all.bitrate,
    ...{ fragment: ticks(all.at) },
    ...(all.duration === null ? {} : { duration: ticks(all.duration) }),
  });
}

/** A line of nginx in the documented format: texts, whole seconds, no more than the address tells. */
export function nginx(asked: Asked, cache = ""): string {
  const all = full(asked);
  const { client, method, uri, agent, playback, duration } = all;
  return JSON.stringify({
    time: all.time.replace(/\.\d+Z/, "+00:00"),
    ...{ client, method, uri, status: String(all.status) },
    ...{ bytes: String(all.bytes), seconds: "0.004", agent },
    cmcd: playback === undefined ? "" : `cid="x",sid="${playback}",sf=s`,
    ...statusOf(all.stalled),
    duration: duration === null ? "" : String(ticks(duration)),
    cache,
  });
}

/** What players put into CMCD-Status; no such field in older logs. */
function statusOf(stalled: boolean | undefined) {
  if (stalled === undefined) return {};
  return { cmcd_status: stalled ? "bs,rtp=5000" : "" };
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** A line in the combined format. A session id stands in the query. */
export function combined(asked: Asked): string {
  const all = full(asked);
  const [, year, month, day, clock] =
    /^(\d+)-(\d+)-(\d+)T(.{8})/.exec(all.time) ?? [];
  const time = `${day}/${MONTHS[Number(month) - 1]}/${year}:${clock} +0000`;
  const cmcd = encodeURIComponent(
    `${all.stalled === true ? "bs," : ""}sid="${all.playback}"`,
  );
  const query = all.playback === undefined ? "" : `?CMCD=${cmcd}`;
  return `${all.client} - - [${time}] "${all.method} ${all.uri}${query} HTTP/1.1" ${all.status} ${all.bytes} "-" "${all.agent}"`;
}

/** What the product says of a log of these lines. */
export async function audienceOf(
  lines: readonly string[],
  options: AudienceOptions = {},
) {
  return readAudience([logOf(lines)], options);
}

/** Lines as a log that is read from memory. */
export function logOf(lines: readonly string[], name = "access.log") {
  const text = lines.map((line) => `${line}\n`).join("");
  return { name, bytes: chunks(Buffer.from(text)) };
}

/** Bytes as they may come from a pipe. */
export async function* chunks(
  ...all: readonly Uint8Array[]
): AsyncGenerator<Uint8Array> {
  for (const bytes of all) yield await Promise.resolve(bytes);
}

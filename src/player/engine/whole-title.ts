import type { MediaPlayerClass } from "dashjs";
import type { FromDash } from "./dash-parts.js";

const SMOOTH_TIMESCALE = 10_000_000;

/**
 * What an origin has on its disk is all that there will be, and it ends where its last fragment
 * ends. dash.js waits for more where the manifest has an IsLive that was left over. It takes the
 * sum of durations for the length of a title, so that it stops too early by each gap, and by the
 * time before a sound that begins late, and by the picture behind a sound that ends early. It gets a manifest that says the same in its words.
 */
export function playWholeTitle(player: MediaPlayerClass): void {
  player.addResponseInterceptor((response) => {
    const data: unknown = response.data;
    const customData: unknown = response.request.customData;
    const { type } = (customData as FromDash).request;
    if (type === "MPD" && typeof data === "string")
      response.data = asWhole(data);
    return Promise.resolve(response);
  });
}

/** Sound and picture rarely end together. dash.js ends with the first of them, which nobody notices. */
const USUAL_REST = 0.5;

/** Attributes of the root that only a live presentation has. MS-SSTR 2.2.2.1 */
const LIVE = ["IsLive", "LookaheadCount", "DVRWindowLength"];

function asWhole(manifest: string): string {
  const document = new DOMParser().parseFromString(manifest, "text/xml");
  const root = document.documentElement;
  // What is no manifest is told by dash.js.
  if (root.localName !== "SmoothStreamingMedia") return manifest;
  let isChanged = false;
  for (const name of LIVE) {
    isChanged ||= root.hasAttribute(name);
    root.removeAttribute(name);
  }
  const streams = [...root.querySelectorAll("StreamIndex")]
    .filter((one) => /^(video|audio)$/i.test(one.getAttribute("Type") ?? ""))
    .flatMap((one) => timedStream(one, root) ?? []);
  const begin = Math.min(...streams.map((one) => one.begin));
  const end = Math.max(...streams.map((one) => one.end));
  for (const stream of streams) {
    const rest = end - stream.end;
    const missing =
      stream.gaps + stream.begin - begin + (rest > USUAL_REST ? rest : 0);
    const ticks = Math.round(missing * stream.timescale);
    if (ticks <= 0) continue;
    lengthen(stream.last, ticks);
    isChanged = true;
  }
  return isChanged ? new XMLSerializer().serializeToString(document) : manifest;
}

/** A stream of the manifest; all but the timescale in seconds. */
interface TimedStream {
  readonly begin: number;
  readonly end: number;
  /** All of them together. */
  readonly gaps: number;
  readonly last: Element;
  readonly timescale: number;
}

function timedStream(element: Element, root: Element): TimedStream | undefined {
  const rows = [...element.querySelectorAll("c")];
  const last = rows.at(-1);
  if (last === undefined) return undefined;
  const scale = [element, root].map((one) =>
    Number(one.getAttribute("TimeScale")),
  );
  const timescale = scale.find((one) => one > 0) ?? SMOOTH_TIMESCALE;
  let [begin, end, gaps] = [0n, 0n, 0n];
  for (const [i, row] of rows.entries()) {
    const time = row.getAttribute("t");
    // Live encoders count from 1970, which no double holds.
    const at = time === null ? end : BigInt(time);
    if (i === 0) begin = at;
    else if (at > end) gaps += at - end;
    const count = Number(row.getAttribute("r") ?? 1);
    const duration = Number(row.getAttribute("d")) * count;
    // A row without a duration lasts until the next.
    const next = rows[i + 1]?.getAttribute("t");
    end = duration > 0 ? at + BigInt(duration) : BigInt(next ?? at);
  }
  const seconds = (ticks: bigint) => Number(ticks) / timescale;
  return {
    ...{ begin: seconds(begin), end: seconds(end), gaps: seconds(gaps) },
    ...{ last, timescale },
  };
}

/** Only the last of a row's fragments. */
function lengthen(last: Element, ticks: number): void {
  const count = Number(last.getAttribute("r") ?? 1);
  let row = last;
  if (count > 1) {
    row = last.cloneNode() as Element;
    row.removeAttribute("t");
    row.removeAttribute("r");
    last.setAttribute("r", String(count - 1));
    last.after(row);
  }
  const duration = Number(row.getAttribute("d"));
  if (duration > 0) row.setAttribute("d", String(duration + ticks));
}

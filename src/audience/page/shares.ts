import { clock } from "../../util/format.js";
import { html, type Html } from "../../util/html.js";
import type {
  PackageAudience,
  RungShare,
  StreamShare,
} from "../audience-report.js";
import { percent, rungLabel, streamLabel, withAny } from "../format.js";
import { table } from "./html.js";
import { figure, HIGH, short } from "./plot.js";

/** A part of the time watched. */
interface Part {
  readonly label: string;
  readonly share: number;
  readonly seconds: number;
}

interface Shares {
  /** A unique name on the page. */
  readonly id: string;
  readonly title: string;
  /** Caption of the table: regions of a page must have their own names. */
  readonly caption: string;
  /** What the parts are: one, and many. */
  readonly names: readonly [head: string, many: string];
}

/** The time on each rung. */
export function rungsFigure(
  id: string,
  of: string,
  rungs: readonly RungShare[],
): Html {
  const shares: Shares = {
    id,
    title: "Share of time per rung",
    caption: `Time on each rung: ${of}`,
    names: ["Rung", "rungs"],
  };
  const parts = rungs.map((rung) => ({ ...rung, label: rungLabel(rung) }));
  return sharesFigure(shares, parts);
}

/** The time with each stream of sound and of captions, if there is more than one answer. */
export function streamsFigures(i: number, film: PackageAudience): Html {
  const { audioStreams, captionStreams } = film;
  const of = film.package;
  const sound: Shares = {
    id: `sound-${i}`,
    title: "Share of time per sound",
    caption: `Time with each sound: ${of}`,
    names: ["Sound", "sounds"],
  };
  const captions: Shares = {
    id: `captions-${i}`,
    title: "Share of time with captions",
    caption: `Time with captions: ${of}`,
    names: ["Captions", "captions"],
  };
  return html`${sharesFigure(sound, partsOf(audioStreams, "sound"))}
  ${sharesFigure(captions, partsOf(captionStreams, "captions"))}`;
}

function partsOf(
  streams: readonly StreamShare[],
  kind: "sound" | "captions",
): Part[] {
  return withAny(streams).map((stream) => ({
    ...stream,
    label: streamLabel(stream, kind),
  }));
}

/** Many packages together have many bitrates. */
const MOST_PARTS = 24;

/** The number of colours in style.ts. */
const COLOURS = 6;

/** Parts of the time as one bar, with a table as its legend. */
function sharesFigure(
  { id, title, caption, names }: Shares,
  all: readonly Part[],
): Html {
  const parts = all.slice(0, MOST_PARTS);
  if (parts.length === 0) return html``;
  let x = 0;
  const bars = parts.map(({ label, share }, i) => {
    const left = short(x);
    x += share * 100;
    return html`<rect
      class="c${i % COLOURS}"
      x="${left}"
      y="0"
      width="${short(share * 100)}"
      height="${HIGH}"
      ><title>${label}: ${percent(share)}</title></rect
    > `;
  });
  const plot = {
    ...{ id, title },
    description: parts
      .map(({ label, share }) => `${label}: ${percent(share)}`)
      .join(", "),
    ...{ top: "", labels: ["0 %", "50 %", "100 %"] },
  };
  const rows = parts.map(({ label, share, seconds }, i) => [
    html`<svg class="key" viewBox="0 0 1 1" aria-hidden="true">
        <rect class="c${i % COLOURS}" width="1" height="1" />
      </svg>
      ${label}`,
    ...[percent(share), clock(seconds)],
  ]);
  const [head, many] = names;
  const more =
    all.length > parts.length
      ? html`<p>The first ${parts.length} of ${all.length} ${many}.</p>`
      : html``;
  return html`<div class="thin">${figure(plot, 100, bars)}</div>
    ${more}${table(caption, [head, "Share", "Time"], rows)}`;
}

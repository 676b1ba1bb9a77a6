import { messageOf } from "../errors.js";
import { viewOf } from "../isobmff/bytes.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import {
  chunksOf,
  type ClientManifest,
  type ClientStream,
} from "../smooth/client-manifest.js";
import { visitXml } from "../util/xml.js";
import type { Findings, FindingPlace } from "./finding.js";
import { isPlainlyRight } from "./plain-document.js";

const RULE = "captions";

/** Sample entry of captions whose times count from their fragment. docs/format.md, "Captions" */
const RELATIVE = "dfxp";

/** Sample entries of captions: their fragments are read whole. */
export const TEXT_ENTRIES: ReadonlySet<string> = new Set([RELATIVE, "stpp"]);

/** Other writers round up. No viewer sees a difference this small. */
const ROUNDING: Ticks = 10_000;

const MILLISECOND: Ticks = 10_000;

export interface TextFragment {
  /** The whole fragment, from the moof on. */
  readonly bytes: Uint8Array;
  readonly samples: number;
  readonly duration: Ticks;
}

export interface TextTrack {
  readonly sampleEntry: string;
  readonly known: KnownDocuments;
}

/**
 * Documents without a cue that are right: most fragments of a film have the same one. A document
 * with cues is always read, because its times depend on its fragment.
 */
export class KnownDocuments {
  readonly #documents: Uint8Array[] = [];

  has(document: Uint8Array): boolean {
    return this.#documents.some(
      (known) => Buffer.compare(known, document) === 0,
    );
  }

  add(document: Uint8Array): void {
    if (this.#documents.length < MOST_KNOWN && document.length < MOST_BYTES)
      this.#documents.push(new Uint8Array(document));
  }
}

/** Some makers number their empty documents, so that no two are alike. */
const MOST_KNOWN = 4;
const MOST_BYTES = 4096;

/** Checks the document of a fragment: it is TTML, and its cues are inside the fragment. */
export function checkDocument(
  { bytes, samples, duration }: TextFragment,
  { sampleEntry, known }: TextTrack,
  place: FindingPlace,
): void {
  // hasplayer reads only the first sample.
  place.dialect.expect(RULE, "documents of the fragment", samples, 1);
  if (samples > 1) return;
  const document = documentIn(bytes);
  const longest = sampleEntry === RELATIVE ? duration : Infinity;
  const latest = Math.floor((longest + ROUNDING) / MILLISECOND);
  if (known.has(document) || isPlainlyRight(document, latest)) return;
  const { root, cues } = read(document, place) ?? {};
  if (root === undefined || cues === undefined) return;
  place.expect(RULE, "root element", root, "tt");
  if (cues.length === 0 && root === "tt") known.add(document);
  for (const cue of cues) checkCue(cue, longest, place);
}

function documentIn(fragment: Uint8Array): Uint8Array {
  const view = viewOf(fragment);
  const moofSize = fragment.length < 4 ? 0 : view.getUint32(0);
  return fragment.subarray(moofSize + 8);
}

type Attributes = Readonly<Record<string, string>>;

interface DocumentContents {
  /** Its name without a prefix. */
  readonly root: string;
  /** Other makers give names a prefix: that of the root. */
  readonly cues: readonly Attributes[];
}

function read(
  document: Uint8Array,
  place: FindingPlace,
): DocumentContents | undefined {
  let root: string | undefined;
  let paragraph = "";
  const cues: Attributes[] = [];
  try {
    visitXml(document, (name, attributes) => {
      if (root === undefined) {
        const prefix = name.slice(0, name.indexOf(":") + 1);
        root = name.slice(prefix.length);
        paragraph = `${prefix}p`;
      }
      if (name === paragraph) cues.push(attributes);
    });
  } catch (error) {
    place.fault(RULE, `no document that can be read: ${messageOf(error)}`);
    return undefined;
  }
  return { root: root ?? "", cues };
}

/** Checks the times of a cue; a cue without times is shown with its parent element. */
function checkCue(
  attributes: Attributes,
  duration: number,
  place: FindingPlace,
): void {
  const times = (["begin", "end"] as const).map((name) => {
    const text = attributes[name];
    const time = text === undefined ? undefined : timeOf(text);
    if (text !== undefined && time === undefined)
      place.dialect.wrong(RULE, `${name} of a cue`, text, "hh:mm:ss.mmm");
    return time;
  });
  const [begin = 0, end] = times;
  if (end === undefined) return;
  if (end <= begin)
    place.dialect.wrong(RULE, "end of a cue", end, `more than ${begin}`);
  if (end > duration + ROUNDING)
    place.dialect.wrong(RULE, "end of a cue", end, `at most ${duration}`);
}

const CLOCK = /^(\d{2,}):(\d\d):(\d\d(?:\.\d+)?)$/;
const OFFSET = /^(\d+(?:\.\d+)?)(h|m|s|ms)$/;
const SECONDS = { h: 3600, m: 60, s: 1, ms: 0.001 } as const;

/** In ticks of 10 MHz; undefined for a form that needs other attributes. TTML1 10.3.1 */
function timeOf(text: string): Ticks | undefined {
  const [, hours, minutes, seconds] = CLOCK.exec(text) ?? [];
  if (seconds !== undefined) {
    const whole = Number(hours) * 3600 + Number(minutes) * 60;
    return Math.round((whole + Number(seconds)) * SMOOTH_TIMESCALE);
  }
  const [, count, metric] = OFFSET.exec(text) ?? [];
  if (count === undefined) return undefined;
  const unit = SECONDS[metric as keyof typeof SECONDS];
  return Math.round(Number(count) * unit * SMOOTH_TIMESCALE);
}

/** ExoPlayer stalls when captions lack a fragment; our captions are cut like the picture. */
export function checkTextTimes(
  client: ClientManifest,
  findings: Findings,
): void {
  const typeOf = (stream: ClientStream) =>
    stream.element.attributes.get("Type");
  const video = client.streams.find((stream) => typeOf(stream) === "video");
  if (video === undefined) return;
  const place = findings.in(client.file).dialect;
  for (const stream of client.streams) {
    if (typeOf(stream) !== "text") continue;
    const what = `fragments of ${stream.name}`;
    place.expect(RULE, what, stream.chunkCount, video.chunkCount);
    const other = firstDifference(stream, video);
    if (other === undefined) continue;
    const { number, found, expected } = other;
    const where = `time of fragment ${number} of ${stream.name}`;
    place.wrong(RULE, where, found, expected);
  }
}

/** A month of film has fewer fragments. No more are compared: a manifest can claim any number. */
const MOST_COMPARED = 2_000_000;

function firstDifference(stream: ClientStream, video: ClientStream) {
  if (stream.runs === video.runs) return undefined;
  const videoChunks = chunksOf(video);
  let number = 0;
  for (const { time: found } of chunksOf(stream)) {
    const chunk = videoChunks.next();
    if (chunk.done || ++number > MOST_COMPARED) return undefined;
    const expected = chunk.value.time;
    if (found !== expected) return { number, found, expected };
  }
  return undefined;
}

import type { CaptionScreen, PenState, Row } from "@svta/cml-608";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import {
  textOf,
  tidyLines,
  verticalAt,
  type Cue,
  type CueLine,
  type TextStyle,
  type CuePosition,
  type TextSpan,
} from "./cue.js";
import { COLUMNS, mendLibrary, RowMemory } from "./cea608-screen.js";
import { toColour } from "./colour.js";
import type { DvdPair } from "./dvd-captions.js";

/** Bytes of one field, in pairs, and the time when the first pair is shown. */
export interface CaptionBytes {
  readonly time: Ticks;
  readonly bytes: readonly number[] | Uint8Array;
}

/** CC1 and CC2 are in the first field, CC3 and CC4 in the second. */
export const CHANNELS = ["cc1", "cc2", "cc3", "cc4"] as const;
export type Channel = (typeof CHANNELS)[number];

/** Duration of the last caption when nothing removes it. */
const LAST_SECONDS = 4;

/** Turns pairs of a field into cues, in order of time. CTA-608-E */
export async function decodeField(
  data: readonly CaptionBytes[],
  channel: Channel,
): Promise<Cue[]> {
  const library = await import("@svta/cml-608");
  const cues: Cue[] = [];
  const memory = new RowMemory<CueLine>();
  const handler = {
    newCue(begin: number | null, end: number, screen: CaptionScreen) {
      const cue = toCue(begin ?? end, end, screen, memory);
      if (cue.lines.length > 0) cues.push(cue);
    },
  };
  const unused = { newCue: () => undefined };
  const isFirst = channel === "cc1" || channel === "cc3";
  const handlers = isFirst ? [handler, unused] : [unused, handler];
  const field = fieldOf(channel) === 0 ? 1 : 3;
  const parser = new library.Cta608Parser(field, handlers[0], handlers[1]);
  mendLibrary(parser, () => new library.StyledUnicodeChar(), memory);
  for (const { time, bytes } of data)
    parser.addData(time / SMOOTH_TIMESCALE, [...bytes]);
  const last = data.at(-1);
  if (last !== undefined)
    parser.cueSplitAtTime(
      last.time / SMOOTH_TIMESCALE +
        (last.bytes.length / 2) * PAIR_SECONDS +
        LAST_SECONDS,
    );
  return joinGrowing(cues);
}

/** A field takes a pair of bytes in each frame of 29.97 a second. */
export const PAIR_SECONDS = 1001 / 30_000;

function toCue(
  begin: number,
  end: number,
  screen: CaptionScreen,
  memory: RowMemory<CueLine>,
): Cue {
  const used = screen.rows.flatMap((row, i) => (row.isEmpty() ? [] : [i]));
  const middle = ((used[0] ?? 14) + (used.at(-1) ?? 14) + 1) / 2 / 15;
  const rows = screen.rows.filter((row) => !row.isEmpty());
  const place: CuePosition = { vertical: verticalAt(middle), align: "center" };
  const lines = tidyLines(rows.map((row) => memory.madeOf(row, lineOf)));
  return { begin: ticksOf(begin), end: ticksOf(end), lines, place };
}

function ticksOf(seconds: number): Ticks {
  return Math.round(seconds * SMOOTH_TIMESCALE);
}

/**
 * Equal neighbouring letters become one span: a screen has 1,500 cells, and roll-up captions
 * have thirty screens a second.
 */
function lineOf({ chars }: Row): CueLine {
  const line: TextSpan[] = [];
  let [text, pen] = ["", chars[0]?.penState];
  for (const { uchar, penState } of chars.slice(0, COLUMNS)) {
    if (pen !== undefined && !isAlike(pen, penState)) {
      line.push({ ...lookOf(pen), text });
      text = "";
    }
    pen = penState;
    text += uchar;
  }
  return pen === undefined ? [] : [...line, { ...lookOf(pen), text }];
}

function isAlike(a: PenState, b: PenState): boolean {
  return (
    a.foreground === b.foreground &&
    a.italics === b.italics &&
    a.underline === b.underline
  );
}

function lookOf({ italics, underline, foreground }: PenState): TextStyle {
  // Green of CTA-608 is the bright green.
  const colour = foreground === "green" ? "#00ff00" : toColour(foreground);
  return {
    ...{ italic: italics, underline },
    ...(colour !== undefined && { colour }),
  };
}

/** Text that grows letter by letter is shown whole with its first letters, at most this much too early. */
const MOST_EARLY: Ticks = SMOOTH_TIMESCALE;

/** Roll-up and paint-on captions give a new screen for each pair of letters. */
function joinGrowing(cues: readonly Cue[]): Cue[] {
  const joined: Cue[] = [];
  for (const cue of cues) {
    const before = joined.at(-1);
    const grows =
      before !== undefined &&
      before.end >= cue.begin &&
      cue.begin - before.begin < MOST_EARLY &&
      textOf(cue).startsWith(textOf(before));
    if (grows) joined[joined.length - 1] = { ...cue, begin: before.begin };
    else joined.push(cue);
  }
  return joined;
}

/** The content of an H.264 SEI message `user_data_registered_itu_t_t35`, from its country code on. */
export interface SeiCaptions {
  /** When its picture is shown: composition time, not decode time. */
  readonly time: Ticks;
  readonly payload: Uint8Array;
}

/** The country is the USA, the provider ATSC, the user GA94, the type cc_data. ANSI/SCTE 128-1, 8.1 */
const GA94 = [0xb5, 0x00, 0x31, 0x47, 0x41, 0x39, 0x34, 0x03];

/**
 * The captions of CEA-608 in H.264. The messages come in decoding order and take effect in the
 * order in which pictures are shown.
 */
export async function captionsOfSei(
  messages: Iterable<SeiCaptions>,
  channel: Channel = "cc1",
): Promise<Cue[]> {
  const { extractCta608Data } = await import("@svta/cml-608");
  const data: CaptionBytes[] = [];
  for (const { time, payload } of messages) {
    if (!GA94.every((byte, i) => payload[i] === byte)) continue;
    const fields = extractCta608Data(viewOf(payload), [0, payload.length]);
    data.push({ time, bytes: fields[fieldOf(channel)] ?? [] });
  }
  return decodeShown(data, channel);
}

/** An H.264 sample, or its start: SEI messages come before the picture. NAL units have lengths of four bytes. */
export interface SampleBytes {
  /** When the picture is shown. */
  readonly time: Ticks;
  readonly bytes: Uint8Array;
}

/** Collects the bytes of both fields from samples in decoding order. */
export class CaptionFields {
  readonly #fields: CaptionBytes[][] = [[], []];

  private constructor(
    private readonly extract: (view: DataView, size: number) => number[][],
  ) {}

  static async open(): Promise<CaptionFields> {
    const { extractCta608DataFromSample } = await import("@svta/cml-608");
    return new CaptionFields((view, size) =>
      extractCta608DataFromSample(view, 0, size),
    );
  }

  add({ time, bytes }: SampleBytes): void {
    const fields = orNothing(() => this.extract(viewOf(bytes), bytes.length));
    for (const [i, pairs] of fields.entries())
      if (pairs.some(isSaid)) this.#fields[i]?.push({ time, bytes: pairs });
  }

  /** @param packet triples of cc_data: the field, in the lowest two bits, and its pair. CTA-708, 4.4 */
  addPairs(time: Ticks, packet: Uint8Array): void {
    for (const field of [0, 1]) {
      const bytes: number[] = [];
      for (let at = 0; at + 2 < packet.length; at += 3)
        if (((packet[at] ?? 0) & 3) === field)
          bytes.push(...packet.subarray(at + 1, at + 3));
      if (bytes.some(isSaid)) this.#fields[field]?.push({ time, bytes });
    }
  }

  /** @param begin of the group of pictures whose frames have them */
  addDvd(begin: Ticks, pairs: readonly DvdPair[]): void {
    for (const { field, frame, bytes } of pairs) {
      const time = begin + Math.round(frame * PAIR_SECONDS * SMOOTH_TIMESCALE);
      if (bytes.some(isSaid)) this.#fields[field]?.push({ time, bytes });
    }
  }

  async cues(channel: Channel): Promise<Cue[]> {
    return decodeShown(this.#fields[fieldOf(channel)] ?? [], channel);
  }
}

/** A field that says nothing has zeros, with a bit of parity. CTA-608-E, 8.2 */
function isSaid(byte: number): boolean {
  return (byte & 0x7f) !== 0;
}

/** The captions of samples in decoding order. */
export async function captionsOfSamples(
  samples: AsyncIterable<SampleBytes> | Iterable<SampleBytes>,
  channel: Channel = "cc1",
): Promise<Cue[]> {
  const fields = await CaptionFields.open();
  for await (const sample of samples) fields.add(sample);
  return fields.cues(channel);
}

function fieldOf(channel: Channel): number {
  return channel === "cc1" || channel === "cc2" ? 0 : 1;
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** The library reads beyond the end of a damaged message. */
function orNothing(extract: () => number[][]): number[][] {
  try {
    return extract();
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

async function decodeShown(
  data: readonly CaptionBytes[],
  channel: Channel,
): Promise<Cue[]> {
  const nonEmpty = data.filter(({ bytes }) => bytes.length > 0);
  const shown = nonEmpty.toSorted((a, b) => a.time - b.time);
  return decodeField(shown, channel);
}

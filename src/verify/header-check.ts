import { SMOOTH_TIMESCALE } from "../media/time.js";
import {
  boxAt,
  childBox,
  numberField,
  textField,
  type ParsedBox,
} from "../isobmff/parsed-box.js";
import type { Findings, FindingPlace } from "./finding.js";
import type { TrackReader } from "./track-reader.js";

const RULE = "header";

/** The facts in a track file's moov. */
export interface HeaderReading {
  readonly sampleEntry: ParsedBox;
  /** In 10 MHz ticks, from mdhd. */
  readonly duration: number;
}

/**
 * Checks that `ftyp` and `moov` fill the file up to the first fragment, and
 * that the moov describes the track that the server manifest names.
 *
 * @returns undefined, with a finding, when the moov cannot be used
 */
export function checkFileHeader(
  reader: TrackReader,
  handler: string,
  findings: Findings,
): HeaderReading | undefined {
  const place = findings.in(reader.name);
  checkFront(reader, place);
  const trak = findTrak(reader);
  const mdhd = trak && boxAt(trak, ["mdia", "mdhd"]);
  const hdlr = trak && boxAt(trak, ["mdia", "hdlr"]);
  const stsd = trak && boxAt(trak, ["mdia", "minf", "stbl", "stsd"]);
  const [sampleEntry] = stsd?.children ?? [];
  if (!trak || !mdhd || !hdlr || !sampleEntry) {
    place.fault(RULE, `moov has no whole track ${reader.trackId}`);
    return undefined;
  }
  place.expect(RULE, "handler", textField(hdlr, "handler"), handler);
  const timescale = numberField(mdhd, "timescale");
  place.expect(RULE, "timescale in mdhd", timescale, SMOOTH_TIMESCALE);
  checkMovie(reader, trak, numberField(mdhd, "duration"), place);
  if (childBox(trak, "edts") !== undefined) {
    place.fault(RULE, "has an edit list, which no Smooth client sees");
  }
  return { sampleEntry, duration: numberField(mdhd, "duration") };
}

/** mvhd, mehd, tkhd and trex agree with the track. ISO/IEC 14496-12 8.2.2, 8.3.2, 8.8.2, 8.8.3 */
function checkMovie(
  reader: TrackReader,
  trak: ParsedBox,
  duration: number,
  place: FindingPlace,
): void {
  const moov = reader.header.find((box) => box.type === "moov");
  const field = (path: readonly string[], name: string) => {
    const box = moov && boxAt(moov, path);
    return box && numberField(box, name);
  };
  const timescale = field(["mvhd"], "timescale");
  place.expect(RULE, "timescale in mvhd", timescale, SMOOTH_TIMESCALE);
  place.expect(RULE, "duration in mvhd", field(["mvhd"], "duration"), duration);
  const whole = field(["mvex", "mehd"], "fragment_duration");
  place.expect(RULE, "duration in mehd", whole, duration);
  const tkhd = childBox(trak, "tkhd");
  const shown = tkhd && numberField(tkhd, "duration");
  place.expect(RULE, "duration in tkhd", shown, duration);
  const extended = field(["mvex", "trex"], "track_id");
  place.expect(RULE, "track_ID in trex", extended, reader.trackId);
}

function checkFront({ header, index }: TrackReader, place: FindingPlace): void {
  const types = header.map((box) => box.type).join(" ");
  place.expect(RULE, "boxes before the first fragment", types, "ftyp moov");
  const size = header.reduce((sum, box) => sum + box.size, 0);
  const firstMoof = index.offset[0];
  place.expect(RULE, "bytes before the first fragment", firstMoof, size);
}

function findTrak({ header, trackId }: TrackReader): ParsedBox | undefined {
  const moov = header.find((box) => box.type === "moov");
  return moov?.children.find((box) => {
    const tkhd = childBox(box, "tkhd");
    return tkhd !== undefined && numberField(tkhd, "track_id") === trackId;
  });
}

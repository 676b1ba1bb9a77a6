import { SMOOTH_TIMESCALE } from "../media/time.js";
import {
  boxAt,
  childBox,
  childBoxes,
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
  /** From mdhd, in its ticks. */
  readonly duration: number;
  /** Ticks per second. */
  readonly timescale: number;
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
  const found = textField(hdlr, "handler");
  // Captions of others are subtitles, too. ISO/IEC 14496-12 12.6
  const isText = handler === "text" && ["subt", "sbtl"].includes(found);
  (isText ? place.dialect : place).expect(RULE, "handler", found, handler);
  const timescale = numberField(mdhd, "timescale");
  // No Smooth client sees the moov.
  const dialect = place.dialect;
  dialect.expect(RULE, "timescale in mdhd", timescale, SMOOTH_TIMESCALE);
  const duration = numberField(mdhd, "duration");
  checkMovie(reader, trak, duration, dialect);
  if (childBox(trak, "edts") !== undefined)
    dialect.say(RULE, "has an edit list, which no Smooth client sees");
  return { sampleEntry, duration, timescale };
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
  const mvex = moov && childBox(moov, "mvex");
  const ids = (mvex ? childBoxes(mvex, "trex") : []).map((trex) =>
    numberField(trex, "track_id"),
  );
  const own = ids.find((id) => id === reader.trackId) ?? ids[0];
  place.expect(RULE, "track_ID in trex", own, reader.trackId);
  // Zero and all ones say nothing, as those of a live encoder. ISO/IEC 14496-12 8.2.2.3
  if (duration === 0 || duration >= UNKNOWN) return;
  const is = (where: string, found: number | undefined) =>
    place.expect(RULE, `duration in ${where}`, found, duration);
  is("mvhd", field(["mvhd"], "duration"));
  is("mehd", field(["mvex", "mehd"], "fragment_duration"));
  const tkhd = childBox(trak, "tkhd");
  is("tkhd", tkhd && numberField(tkhd, "duration"));
}

/** No film of 10 MHz ticks has more. */
const UNKNOWN = 2 ** 63;

function checkFront(
  { header, headerSize }: TrackReader,
  place: FindingPlace,
): void {
  const types = header.map((box) => box.type).join(" ");
  place.dialect.expect(
    RULE,
    "boxes before the first fragment",
    types,
    "ftyp moov",
  );
  const size = header.reduce((sum, box) => sum + box.size, 0);
  place.expect(RULE, "bytes before the first fragment", headerSize, size);
}

function findTrak({ header, trackId }: TrackReader): ParsedBox | undefined {
  const moov = header.find((box) => box.type === "moov");
  return moov?.children.find((box) => {
    const tkhd = childBox(box, "tkhd");
    return tkhd !== undefined && numberField(tkhd, "track_id") === trackId;
  });
}

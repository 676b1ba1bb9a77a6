import { SMOOTH_TIMESCALE } from "../media/time.js";
import {
  boxAt,
  childBox,
  numberField,
  textField,
  type ParsedBox,
} from "../isobmff/parsed-box.js";
import type { Findings } from "./finding.js";
import type { TrackReader } from "./track-reader.js";

/** What a track file's moov says. */
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
export function checkHeader(
  reader: TrackReader,
  handler: string,
  findings: Findings,
): HeaderReading | undefined {
  const { name: file, header, trackId, index } = reader;
  const expect = (
    message: string,
    found: string | number | undefined,
    expected: string | number,
  ) => findings.expect({ rule: "header", file, message }, found, expected);
  expect(
    "boxes before the first fragment",
    header.map((box) => box.type).join(" "),
    "ftyp moov",
  );
  const headerSize = header.reduce((sum, box) => sum + box.size, 0);
  expect("bytes before the first fragment", index[0]?.moof_offset, headerSize);

  const moov = header.find((box) => box.type === "moov");
  const trak = moov?.children.find(
    (box) => box.type === "trak" && trackIdOf(box) === trackId,
  );
  const mdhd = trak && boxAt(trak, ["mdia", "mdhd"]);
  const hdlr = trak && boxAt(trak, ["mdia", "hdlr"]);
  const [sampleEntry] =
    (trak && boxAt(trak, ["mdia", "minf", "stbl", "stsd"]))?.children ?? [];
  if (mdhd === undefined || hdlr === undefined || sampleEntry === undefined) {
    findings.add({
      rule: "header",
      file,
      message: `moov has no whole track ${trackId}`,
    });
    return undefined;
  }
  expect("handler", textField(hdlr, "handler"), handler);
  expect("timescale in mdhd", numberField(mdhd, "timescale"), SMOOTH_TIMESCALE);
  if (trak && childBox(trak, "edts")) {
    findings.add({
      rule: "header",
      file,
      message: "has an edit list, which no Smooth client sees",
    });
  }
  return { sampleEntry, duration: numberField(mdhd, "duration") };
}

function trackIdOf(trak: ParsedBox): number | undefined {
  const tkhd = childBox(trak, "tkhd");
  return tkhd && numberField(tkhd, "track_id");
}

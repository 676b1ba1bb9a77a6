import { CaptionError } from "../captions/cue.js";
import { packCues } from "../captions/packed-cues.js";
import { filmDocument } from "../captions/write-ttml.js";
import { FLAGS } from "../codecs/codec.js";
import {
  mdatHeader,
  mfhd,
  moof,
  tfdt,
  tfhd,
  traf,
  trun,
} from "../isobmff/boxes/fragment.js";
import { concat } from "../isobmff/bytes.js";
import { rescale, SMOOTH_TIMESCALE } from "../media/time.js";
import { ERRORS, sendError } from "./error-answers.js";
import type { Exchange } from "./exchange.js";
import type { LevelInit } from "./init-segments.js";
import { FileChanged, isUnchanged, type OpenFile } from "./open-files.js";
import { cuesOfFragment } from "./send-captions.js";
import { describe, timeOf, type ServedFragment } from "./send-fragment.js";
import { sendBody } from "./send-part.js";

/** Sends a fragment of captions as a segment. */
export async function sendStpp(
  exchange: Exchange,
  fragment: ServedFragment,
  init: LevelInit,
  open: OpenFile,
): Promise<void> {
  const part = describe(fragment, "s");
  try {
    const bytes = await stppSegment(fragment, init, open);
    if (!isUnchanged(open, part.file)) throw new FileChanged(part.file.path);
    await sendBody(exchange, part, bytes);
  } catch (error) {
    if (!(error instanceof CaptionError)) throw error;
    const problem = `${fragment.level.stream.name}: ${error.message}`;
    await sendError(exchange, ERRORS.wrongPackage(problem));
  }
}

/**
 * A fragment of captions for DASH: its document with times of the film, for those of Smooth count
 * from the begin of each fragment.
 *
 * @throws CaptionError when the document cannot be read, FileChanged, NoFragment
 */
async function stppSegment(
  fragment: ServedFragment,
  { timescale }: LevelInit,
  open: OpenFile,
): Promise<Buffer> {
  const { level, number } = fragment;
  const cues = packCues(await cuesOfFragment(fragment, open));
  const text = filmDocument(cues, level.stream.language);
  const begin = Number(timeOf(fragment));
  const ticks = (time: number) => rescale(time, SMOOTH_TIMESCALE, timescale);
  const time = ticks(begin);
  const duration = ticks(begin + (fragment.duration ?? 0)) - time;
  const boxes = (dataOffset: number) =>
    moof(
      mfhd(number + 1),
      traf(
        tfhd(level.trackId, FLAGS.independent),
        tfdt(time),
        trun({ durations: [duration], sizes: [text.length], dataOffset }),
      ),
    );
  const head = boxes(boxes(0).length + 8);
  return Buffer.from(concat([head, mdatHeader(text.length), text]));
}

import { PackError } from "../errors.js";
import { isElsewhere } from "../ffmpeg/input-options.js";
import type { TrackFile } from "../media/presentation.js";
import { leastFill } from "../media/leaky-bucket.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import { at } from "../media/track.js";
import type { PlannedFile } from "../mux/track-file.js";
import { type EncodePlan, videoStream } from "../plan/encode-plan.js";
import type { LostTime } from "../probe/source-info.js";
import { clock, kilobits } from "../util/format.js";
import { describeFinding, faultsIn } from "../verify/finding.js";
import type { VerifyReport } from "../verify/verify.js";

/**
 * A picture that is shorter than the header claims by this much was cut off; headers are
 * more exact than that.
 */
const MISSING_SECONDS = 1;
const MISSING_SHARE = 0.001;

/** A decoded film may be longer than the measured one by no more than this. */
const SURPLUS_SECONDS = 1;
const SURPLUS_SHARE = 0.01;

/**
 * @returns the missing end, where `salvage` accepts that
 * @throws PackError `input` when much less was decoded than the header promised, or more
 * than was measured
 */
export function requireWhole(
  plan: EncodePlan,
  tracks: readonly TrackFile[],
  salvage: boolean,
): LostTime[] {
  const seconds =
    Math.max(...tracks.map((track) => track.duration)) / SMOOTH_TIMESCALE;
  const { filmSeconds, startSeconds = 0, source } = plan;
  const expected =
    (filmSeconds === undefined ? source.promisedSeconds : undefined) ??
    plan.durationSeconds;
  const missing = expected - seconds;
  requireNoMore(plan, seconds);
  if (missing <= Math.max(MISSING_SECONDS, MISSING_SHARE * expected)) return [];
  const stream = videoStream(plan) ? "video" : "audio";
  if (salvage) {
    const fromSeconds = startSeconds + seconds;
    const toSeconds = startSeconds + expected;
    return [{ stream, fromSeconds, toSeconds }];
  }
  throw new PackError(
    "input",
    `${plan.source.path}: only ${seconds.toFixed(1)} s could be decoded. Expected ${expected.toFixed(1)} s, as its header says.`,
    {
      hint: "The file is cut off or damaged. --salvage packages what is there.",
      facts: {
        file: plan.source.path,
        foundSeconds: seconds,
        expectedSeconds: expected,
      },
    },
  );
}

/**
 * When ffmpeg reads a clock in another way than we do, it makes another film: a few frames
 * of an hour, say.
 */
function requireNoMore(
  { source: { path }, durationSeconds }: EncodePlan,
  found: number,
): void {
  if (isElsewhere(path)) return; // the header of an address is trusted
  const surplus = found - durationSeconds;
  const most = Math.max(SURPLUS_SECONDS, SURPLUS_SHARE * durationSeconds);
  if (surplus <= most) return;
  throw new PackError(
    "input",
    `${path}: gave ${found.toFixed(1)} s of film. Expected ${durationSeconds.toFixed(1)} s, as its frames tell.`,
    {
      hint: "Its times are damaged or of an unknown kind: bring it into another container first (ffmpeg -i FILE -c copy NEW.mkv).",
      facts: {
        file: path,
        foundSeconds: found,
        expectedSeconds: durationSeconds,
      },
    },
  );
}

/**
 * @param decodeHint another possible cause when it only does not decode
 * @throws PackError `verify` naming the first fault
 */
export function requireNoFaults(
  { findings }: VerifyReport,
  decodeHint?: string,
): void {
  const faults = faultsIn(findings);
  const [first, ...more] = faults;
  if (first === undefined) return;
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  const isOfDecoding = faults.every(({ rule }) => rule === "decode");
  const cause =
    (isOfDecoding ? decodeHint : undefined) ??
    "This is a fault of mss-pack or of the disk; please report it.";
  throw new PackError(
    "verify",
    `The package is not valid when read back: ${describeFinding(first)}${others}`,
    {
      hint: `${cause} Nothing was published.`,
      facts: { findings: faults },
    },
  );
}

/**
 * Pieces are encoded apart, each with a guess of how full the buffer is where it begins. A sentence for each rung
 * whose buffer runs empty, as a line of the planned peak fills it.
 */
export function emptyBufferNotes(
  plan: EncodePlan,
  files: readonly Pick<PlannedFile, "file" | "track">[],
): string[] {
  const { pieces, rungs = [] } = videoStream(plan) ?? {};
  if (pieces === undefined) return [];
  return rungs.flatMap(({ name, file, maxBitrate, bufferSize }) => {
    const track = files.find((each) => each.file === file)?.track;
    if (track === undefined) return [];
    const { fill, sample } = leastFill(track, { maxBitrate, bufferSize });
    if (fill >= 0) return [];
    const seconds = at(track.samples.decodeTime, sample) / track.timescale;
    return [
      `${name}: at ${clock(seconds)} its pictures need ${(-100 * fill).toFixed(1)} % of the buffer more than a line of ${kilobits(maxBitrate)} kbit/s has brought`,
    ];
  });
}

import { codecNamed } from "../codecs/index.js";
import { PackError } from "../errors.js";
import { type Ticks, secondsText } from "../media/time.js";
import { at, type SampleTable, type Track } from "../media/track.js";
import type { SourceTrack } from "./read-track.js";
import {
  closedStarts,
  possibleStarts,
  type PossibleStart,
} from "./sync-samples.js";

/** A sample at which a fragment can begin. */
export interface KeyFrame {
  readonly sample: number;
  readonly time: Ticks;
}

export interface KeyFrames {
  readonly list: readonly KeyFrame[];
  /** Why the first sync sample that is no key frame was left out; undefined when all are good. */
  readonly error: string | undefined;
}

/**
 * The samples of a picture track at which decoding can begin without loss: IDR in the
 * stream itself, with all pictures after them shown later. Afterwards the track's sync
 * samples are those that the stream has.
 *
 * @throws PackError `unsupported` when the parameter sets change on the way, when
 * pictures must be turned, or when the first sample is no key frame
 */
export async function keyFrames(source: SourceTrack): Promise<KeyFrames> {
  const { track, label, path } = source;
  const { samples, config } = track;
  if (source.isEncrypted) return flaggedFrames(track, label);
  const codec = codecNamed(track.codec);
  const list: KeyFrame[] = [];
  let error: string | undefined;
  for await (const start of possibleStarts(track, path)) {
    const { sample, head, isClosed } = start;
    const change = codec.configChange(head, config);
    if (change !== undefined) throw changed(label, samples, sample, change);
    const turn = codec.turnOf(head);
    if (turn !== undefined) throw turned(label, samples, sample, turn);
    const isStart = isClosed && start.error === undefined;
    if (isStart) list.push({ sample, time: at(samples.decodeTime, sample) });
    else if (start.isFlagged) error ??= errorOf(samples, start);
  }
  if (list[0]?.sample !== 0) throw noStart(label, error, codec.keyPicture);
  return { list, error };
}

/** Those that the file flags, where nobody can look into samples. */
function flaggedFrames({ samples, codec }: Track, label: string): KeyFrames {
  const list = closedStarts(samples)
    .filter((sample) => samples.sync[sample] === 1)
    .map((sample) => ({ sample, time: at(samples.decodeTime, sample) }));
  const { keyPicture } = codecNamed(codec);
  if (list[0]?.sample !== 0) throw noStart(label, undefined, keyPicture);
  return { list, error: undefined };
}

/** Why a sync sample of the file cannot begin a fragment. */
function errorOf(
  samples: SampleTable,
  { sample, isClosed, error }: PossibleStart,
): string {
  return isClosed
    ? `${frame(samples, sample)}: ${error}`
    : `${frame(samples, sample)}: pictures before it in the file are shown after it, or the other way round (an open GOP)`;
}

function frame({ decodeTime }: SampleTable, sample: number): string {
  return `frame ${sample + 1} (${secondsText(at(decodeTime, sample))})`;
}

function changed(
  label: string,
  samples: SampleTable,
  sample: number,
  change: string,
): PackError {
  return new PackError(
    "unsupported",
    `${label}: ${frame(samples, sample)} brings ${change}. Expected the same parameter sets throughout: a Smooth client gets them once.`,
    { hint: "mss-pack FILE -o FOLDER encodes it anew." },
  );
}

function turned(
  label: string,
  samples: SampleTable,
  sample: number,
  turn: string,
): PackError {
  return new PackError(
    "unsupported",
    `${label}: ${frame(samples, sample)} is to be ${turn} by a message in its stream (display orientation SEI), which few Smooth clients read. Expected upright pictures.`,
    { hint: "mss-pack FILE -o FOLDER encodes it upright." },
  );
}

function noStart(
  label: string,
  error: string | undefined,
  keyPicture = "IDR",
): PackError {
  const why = error === undefined ? "" : `: ${error}`;
  return new PackError(
    "unsupported",
    `${label}: does not begin with a closed group of pictures${why}. Expected an ${keyPicture} picture that is shown first.`,
    {
      hint: "Encode it with closed GOPs, or let mss-pack FILE -o FOLDER encode it.",
    },
  );
}

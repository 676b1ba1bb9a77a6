import { realpath } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { codecOfSampleEntry, CODECS, type Codec } from "../codecs/index.js";
import { PackError, throwIfAborted } from "../errors.js";
import { isStoreAddress } from "../store/address.js";
import { clearType, encryptionOf } from "../isobmff/parsed-box.js";
import { readMovie } from "../isobmff/read-movie.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import { toLanguage } from "../media/language.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import { announcedTimes } from "../smooth/announced-times.js";
import {
  readTrack,
  wholeSamples,
  type MuxInput,
  type SourceTrack,
} from "../tracks/read-track.js";
import {
  moveBack,
  withoutLeadIn,
  onSmoothClock,
} from "../tracks/smooth-clock.js";
import { requireAsIs } from "../tracks/video-shape.js";
import { isLoss, lostNotes, type LostInput } from "./lost-levels.js";

/**
 * Reads the tables of all picture and sound tracks of some files, but no media.
 *
 * @throws PackError `input` when a file cannot be read, `unsupported` when a track cannot
 * be packaged as it is, `usage` when a file is given twice, or an option names a track
 * that is not there
 */
export async function readInputs(
  inputs: readonly OpenedInput[],
  signal: AbortSignal | undefined,
  allowed: Allowances = {},
): Promise<SourceTrack[]> {
  await requireDistinct(inputs);
  const tracks: SourceTrack[] = [];
  const lost: LostInput[] = [];
  for (const input of inputs) {
    throwIfAborted(signal);
    try {
      tracks.push(...(await readInput(input, allowed)));
    } catch (error) {
      if (allowed.onLost === undefined || !isLoss(error)) throw error;
      lost.push({ input, error });
    }
  }
  for (const note of lostNotes(lost, tracks)) allowed.onLost?.(note);
  return fromOneOrigin(tracks);
}

/** A media file, given or of a package. */
export interface OpenedInput extends MuxInput {
  /** Times of its fragments from outside of it. Default: by the manifests beside it. */
  readonly announced?: SourceTrack["announced"];
}

/** What is taken only where it is asked for. */
export interface Allowances {
  /** A codec that few clients read. */
  readonly allowHevc?: boolean | undefined;
  /** Files that are cut off, and fragments that are there twice. */
  readonly salvage?: boolean | undefined;
  /**
   * Called, in words, for each level of a package that cannot be read and that the film can do without. Default:
   * it is refused.
   */
  readonly onLost?: ((note: string) => void) | undefined;
  /** Samples that are encrypted, and stay so. */
  readonly encrypted?: boolean | undefined;
}

/**
 * Makes tracks that count from origins of their own count from the earliest of them. Columns are
 * changed in place.
 */
function fromOneOrigin(tracks: readonly SourceTrack[]): SourceTrack[] {
  const origin = tracks.reduce(
    (least, { originSeconds = 0 }) => Math.min(least, originSeconds),
    Infinity,
  );
  return tracks.map((source) => {
    const { originSeconds = 0 } = source;
    moveBack(source.track, (origin - originSeconds) * SMOOTH_TIMESCALE);
    return { ...source, originSeconds: origin };
  });
}

/** Two rungs of the same pictures can only be a mistake. */
async function requireDistinct(inputs: readonly MuxInput[]): Promise<void> {
  const seen = new Map<string, MuxInput[]>();
  for (const input of inputs) {
    const { path } = input;
    // The later read reports the error.
    const real = await realpath(path).catch(() => resolve(path));
    const before = seen.get(real) ?? [];
    const same = before.find((one) => haveCommon(one, input));
    if (same !== undefined)
      throw new PackError(
        "usage",
        same.path === path
          ? `${nameOf(same, input)} is given twice. Expected each ${whatOf(input)} once.`
          : `${path} is the same file as ${same.path}. Expected each ${whatOf(input)} once.`,
      );
    seen.set(real, [...before, input]);
  }
}

/** Without track IDs, all tracks of the file are taken. */
function haveCommon({ trackIds: some }: MuxInput, { trackIds }: MuxInput) {
  if (some === undefined || trackIds === undefined) return true;
  return trackIds.some((id) => some.includes(id));
}

function nameOf({ trackIds = [] }: MuxInput, input: MuxInput): string {
  const common = input.trackIds?.filter(
    (id) => trackIds.length === 0 || trackIds.includes(id),
  );
  return common ? `${input.path}: track ${common.join(", ")}` : input.path;
}

function whatOf({ trackIds }: MuxInput): string {
  return trackIds === undefined ? "file" : "track";
}

async function readInput(
  input: OpenedInput,
  allowed: Allowances,
): Promise<SourceTrack[]> {
  if (isStoreAddress(input.path))
    throw new PackError(
      "usage",
      `${input.path}: is in a store. Expected a file on a disk: mux copies each byte of it.`,
      { hint: "Copy it first. The package may go to a store." },
    );
  const path = resolve(input.path);
  const announced = input.announced ?? announcedTimes(path, input.manifest);
  const { salvage } = allowed;
  const movie = await readMovie(path, { announced, salvage });
  if (movie.length === 0) {
    throw new PackError(
      "input",
      `${input.path}: has neither a picture nor a sound track.`,
    );
  }
  const chosen = chosenTracks(input, movie);
  requireOneBitrate(input, chosen);
  const trackCount = movie.length;
  const file = { input, path, trackCount, allowed, announced };
  const tracks: SourceTrack[] = [];
  for (const movieTrack of chosen)
    tracks.push(await sourceTrack(file, movieTrack));
  return tracks;
}

interface InputFile {
  readonly input: MuxInput;
  /** Absolute. */
  readonly path: string;
  readonly trackCount: number;
  readonly allowed: Allowances;
  readonly announced: SourceTrack["announced"];
}

async function sourceTrack(
  { input, path, trackCount, allowed, announced }: InputFile,
  movieTrack: MovieTrack,
): Promise<SourceTrack> {
  const { trackId } = movieTrack;
  const name = basename(path);
  const label = trackCount === 1 ? name : `${name} track ${trackId}`;
  const encryption = encryptionOf(movieTrack.sampleEntry);
  if (!allowed.encrypted) requireClear(encryption, label);
  const codec = codecFor(movieTrack, label);
  requireAllowed(codec, label, allowed);
  if (codec.kind === "video") requireAsIs(movieTrack, label);
  const { track: whole, ...left } = allowed.salvage
    ? await wholeSamples(movieTrack, path)
    : { track: movieTrack };
  const read = await readTrack(whole, codec, path);
  const choice = input.tracks?.[trackId];
  const isOnly = (input.trackIds?.length ?? trackCount) === 1;
  const language = toLanguage(
    choice?.language ?? input.language ?? read.language,
  );
  return {
    ...{ path, trackId, label, kind: movieTrack.kind },
    track: withoutLeadIn(onSmoothClock({ ...read, language }, label)),
    bitrate: choice?.bitrate ?? (isOnly ? input.bitrate : undefined),
    originSeconds: movieTrack.originSeconds,
    packaged: choice?.packaged,
    ...left,
    announced,
    doubled: movieTrack.doubled,
    isEncrypted: encryption !== undefined,
  };
}

function codecFor({ kind, sampleEntry }: MovieTrack, label: string): Codec {
  const type = clearType(sampleEntry);
  const codec = codecOfSampleEntry(type);
  if (codec?.kind === kind) return codec;
  const supported = CODECS.filter((row) => row.kind === kind && !row.onlyIn)
    .map((row) => row.label)
    .join(" or ");
  throw new PackError(
    "unsupported",
    `${label}: cannot be packaged as it is (${type}). Expected ${supported}.`,
    {
      hint: "Name only the other tracks (mss-pack mux FILE:1 FILE:3 -o FOLDER), or let mss-pack FILE -o FOLDER encode it.",
    },
  );
}

/** A package that no browser plays is made only for those who know it. */
function requireAllowed(
  { label: codec, onlyIn }: Codec,
  label: string,
  { allowHevc }: Allowances,
): void {
  if (onlyIn === undefined || allowHevc) return;
  throw new PackError(
    "unsupported",
    `${label}: is ${codec}, which no player in a browser plays as Smooth Streaming. Expected H.264.`,
    {
      hint: `--allow-hevc takes it as it is, for ${onlyIn}; mss-pack FILE -o FOLDER encodes it to H.264.`,
    },
  );
}

/** No client could play the package: Smooth has no place for the keys of other systems. */
function requireClear(encryption: string | undefined, label: string): void {
  if (encryption === undefined) return;
  throw new PackError(
    "input",
    `${label}: is encrypted (${encryption}). Expected a clear track.`,
    { hint: "Give the file as it was before it was encrypted." },
  );
}

/** The tracks to take, in the order in which they are named. */
function chosenTracks(
  { path, tracks = {}, trackIds }: MuxInput,
  movie: readonly MovieTrack[],
): readonly MovieTrack[] {
  const named = [...(trackIds ?? []), ...Object.keys(tracks).map(Number)];
  const ids = movie.map(({ trackId }) => trackId);
  const unknown = named.find((id) => !ids.includes(id));
  if (unknown !== undefined)
    throw new PackError(
      "usage",
      `${path}: has no track ${unknown}. Expected one of ${ids.join(", ")}.`,
      {
        hint: `Its pictures and sounds: ${movie.map(({ trackId, kind, language }) => `${trackId} (${kind}, ${language})`).join(", ")}.`,
      },
    );
  if (trackIds?.length === 0)
    throw new PackError(
      "usage",
      `${path}: none of its tracks is named. Expected one of ${ids.join(", ")}.`,
    );
  return (
    trackIds?.flatMap((id) => movie.filter((one) => one.trackId === id)) ??
    movie
  );
}

function requireOneBitrate(
  { path, bitrate }: MuxInput,
  chosen: readonly MovieTrack[],
): void {
  if (bitrate === undefined || chosen.length === 1) return;
  const ids = chosen.map(({ trackId }) => trackId);
  throw new PackError(
    "usage",
    `${path}: has ${ids.length} tracks, and one bitrate is given. Expected FILE:TRACK=BITRATE with a track of ${ids.join(", ")}.`,
  );
}

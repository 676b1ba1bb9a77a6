import { join } from "node:path";
import { isOfEach } from "../captions/embedded.js";
import type { ContentKey } from "../drm/content-key.js";
import type { ProtectionRequest } from "../drm/index.js";
import { PackError, throwIfAborted } from "../errors.js";
import type { ReadStream, TrackFile } from "../media/presentation.js";
import { SMOOTH_TIMESCALE, secondsText, type Ticks } from "../media/time.js";
import { averageBitrate, byteLength, trackEnd } from "../media/track.js";
import { writeTrackFiles, type PlannedFile } from "../mux/track-file.js";
import type { OutputFolder } from "../output/output-folder.js";
import type { TextPlan } from "../plan/encode-plan.js";
import {
  withDuration,
  withStreamIndex,
  withTrackElements,
} from "../smooth/edit-manifest.js";
import { makePresentation } from "../smooth/presentation.js";
import { readPackage, type ReadPackage } from "../smooth/read-package.js";
import { alignTracks } from "../tracks/align-tracks.js";
import { cutFragments } from "../tracks/cut-fragments.js";
import type { MuxInput, SourceTrack } from "../tracks/read-track.js";
import {
  plannedCaptions,
  plannedText,
  type CaptionSettings,
} from "./captions.js";
import {
  changePackage,
  endOfStream,
  readToChange,
  serverText,
  type ChangeOptions,
  type ManifestTexts,
} from "./change-package.js";
import type { FinishedPackage } from "./finished-package.js";
import { readInputs } from "./mux-inputs.js";
import { protectionLike } from "./package-lock.js";
import type { Delivered } from "./options.js";
import type { TextCuts } from "./text-files.js";

export interface AddOptions extends ChangeOptions, CaptionSettings {
  /** Files with one sound each, which is packaged as it is. */
  readonly audioFiles?: readonly (string | MuxInput)[] | undefined;
  /** The key of a protected package, to which sounds are added. */
  readonly contentKey?: ContentKey | undefined;
}

/**
 * Adds sounds and captions to a finished package, where it stands. It gets a file for each and new
 * manifests; all other bytes and addresses stay, and a single sound keeps its name.
 *
 * @param ism its server manifest
 * @throws PackError `exists` for a stream that is there already, `usage` when nothing is to be added or a
 * protected package lacks its key, `input` and `unsupported` for files that cannot be read or packaged, and the errors
 * of changePackage
 */
export async function addStreams(
  ism: string,
  options: AddOptions,
): Promise<Delivered> {
  const finished = await readToChange(ism, options);
  const film = await readPackage(ism);
  const cuts = cutsOfFilm(film, ism);
  const audio = await newAudio(film, cuts, options);
  const captions = await captionsFor(film, cuts, options);
  const names = [...audio, ...captions.streams];
  if (names.length === 0)
    throw new PackError(
      "usage",
      "Nothing is to be added. Expected --captions FILE=LANGUAGE or --audio-file FILE=LANGUAGE.",
    );
  requireNew(film, names, ism);
  const added = [
    ...audio.map(({ file }) => file),
    ...captions.streams.flatMap(({ rungs }) => rungs.map(({ file }) => file)),
  ];
  const request =
    audio.length > 0
      ? await protectionLike(finished, film, options.contentKey)
      : undefined;
  const sources = [
    ...audio.flatMap(({ track }) => track.files.map(({ path }) => path)),
    ...captions.streams.map(({ source }) => source.path),
  ];
  const write = async (out: OutputFolder) => {
    const files = [
      ...audio.map((stream) => ({
        ...stream,
        path: join(out.work, stream.file),
      })),
      ...(await plannedText(captions.streams, cuts, out.encoded, out.work)),
    ];
    return writeStreams(finished, film, files, out, options, request);
  };
  const notes = [...audio.flatMap((stream) => stream.notes), ...captions.notes];
  const neededBytes = audio.reduce(
    (sum, { track }) => sum + byteLength(track.samples),
    0,
  );
  return changePackage(
    {
      ...{ finished, added, removed: [], neededBytes, sources, write, notes },
      // No vector of the new sound may be one of the others: they share a key.
      readsAll: request !== undefined,
    },
    options,
  );
}

/**
 * The fragments of the picture, or of the first sound: captions and sounds are cut there.
 *
 * @throws PackError `unsupported` for a package that does not begin at 0
 */
function cutsOfFilm({ streams }: ReadPackage, ism: string): TextCuts {
  const [first = streams[0]] = streams.filter(({ kind }) => kind === "video");
  const times = [...(first?.times ?? [])].map((time) =>
    Number((time * BigInt(SMOOTH_TIMESCALE)) / BigInt(first?.timescale ?? 1)),
  );
  if (first !== undefined && times[0] === 0)
    return { times, end: endOfStream(first) };
  throw new PackError(
    "unsupported",
    `${ism}: its first fragment begins at ${secondsText(times[0] ?? 0)}. Expected a package that begins at 0: captions and sounds count from there.`,
    { hint: muxHint(streams) },
  );
}

/** The command that makes such a package anew, from 0 on. */
function muxHint(streams: readonly ReadStream[]): string {
  const media = streams.filter(({ kind }) => kind !== "text");
  const files = media.flatMap(({ tracks }) => tracks.map(({ file }) => file));
  const words = [...new Set(files)].join(" ");
  return `mss-pack mux ${words} -o NEW_FOLDER makes one of its files that does; --captions FILE=LANGUAGE and further sounds can be given there at once.`;
}

/** A sound to add, cut like the film. */
interface NewAudio extends Omit<PlannedFile, "path"> {
  readonly name: string;
  readonly notes: readonly string[];
}

async function newAudio(
  film: ReadPackage,
  cuts: TextCuts,
  { audioFiles = [], signal }: AddOptions,
): Promise<NewAudio[]> {
  const audio: NewAudio[] = [];
  for (const one of audioFiles) {
    throwIfAborted(signal);
    const input = typeof one === "string" ? { path: one } : one;
    audio.push(await newAudioOf(film, cuts, input, signal));
  }
  return audio;
}

async function newAudioOf(
  film: ReadPackage,
  { times, end }: TextCuts,
  input: MuxInput,
  signal: AbortSignal | undefined,
): Promise<NewAudio> {
  const sources = await readInputs([input], signal);
  const audio = sources.filter(({ kind }) => kind === "audio");
  const [source] = audio;
  if (source === undefined || audio.length > 1) throw notOne(input, audio);
  requireSameLength(input.path, trackEnd(source.track.samples), end);
  const { tracks, notes } = alignTracks([source], end);
  const [{ track, bitrate, label } = source] = tracks;
  const fragments = cutFragments(track, times, label);
  const rate = bitrate ?? averageBitrate(track);
  const { language } = track;
  const hasAudio = film.streams.some(({ kind }) => kind === "audio");
  const name = hasAudio ? `audio_${language}` : "audio";
  const file = `${film.name}_${language}_${Math.round(rate / 1000)}.isma`;
  return { name, notes, track, fragments, bitrate: rate, stream: name, file };
}

function notOne({ path }: MuxInput, audio: readonly SourceTrack[]): PackError {
  const [first] = audio;
  const count = first === undefined ? "no" : String(audio.length);
  const ids = audio.map(({ trackId }) => trackId).join(", ");
  return new PackError(
    "input",
    `${path}: has ${count} sounds. Expected one.`,
    first && {
      hint: `Name a track (${ids}), such as ${path}:${first.trackId}=fra.`,
    },
  );
}

/** The sound of another film, or of another cut of it, is found out by its length. */
const LONGEST_DIFFERENCE: Ticks = 5 * SMOOTH_TIMESCALE;

function requireSameLength(file: string, found: Ticks, expected: Ticks): void {
  if (Math.abs(found - expected) <= LONGEST_DIFFERENCE) return;
  throw new PackError(
    "input",
    `${file}: lasts ${secondsText(found)}, the film ${secondsText(expected)}. Expected a sound of this film.`,
    { hint: "Its times must count from the begin of the film." },
  );
}

async function captionsFor(
  film: ReadPackage,
  { end }: TextCuts,
  options: AddOptions,
): Promise<{ streams: readonly TextPlan[]; notes: readonly string[] }> {
  const wrong = options.captions?.find(isOfEach);
  if (wrong !== undefined)
    throw new PackError(
      "usage",
      `--captions is ${wrong}. Expected files: a finished package has no film to take captions from.`,
    );
  const seconds = end / SMOOTH_TIMESCALE;
  const place = { path: film.name, name: film.name, seconds };
  return plannedCaptions(options, place, options.signal);
}

/** @throws PackError `exists` for a name that the package has, `usage` for one that is given twice */
function requireNew(
  { streams }: ReadPackage,
  added: readonly { readonly name: string }[],
  ism: string,
): void {
  const names = added.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new PackError(
      "usage",
      `${twice} would be added twice. Expected one sound of each language.`,
    );
  const isThere = (name: string) =>
    streams.some((one) => one.name.toLowerCase() === name.toLowerCase());
  const found = names.find(isThere);
  if (found === undefined) return;
  throw new PackError("exists", `${ism}: has a stream ${found} already.`, {
    hint: `mss-pack remove ${ism} ${found} takes it out.`,
    facts: { stream: found },
  });
}

async function writeStreams(
  finished: FinishedPackage,
  film: ReadPackage,
  files: readonly PlannedFile[],
  { signal }: OutputFolder,
  { fsync, onProgress }: AddOptions,
  protection: ProtectionRequest | undefined,
): Promise<ManifestTexts> {
  const written = await writeTrackFiles(files, {
    ...{ protection, fsync, signal },
    tfdt: finished.otherManifests.length > 0,
    onProgress: (fraction) =>
      onProgress?.({ step: "mux", label: "package", fraction }),
  });
  return textsWith(finished, film.streams, written);
}

function textsWith(
  finished: FinishedPackage,
  streams: readonly ReadStream[],
  written: readonly TrackFile[],
): ManifestTexts {
  let client = finished.client.text;
  let server = serverText(finished).text;
  for (const file of written) {
    const [stream] = makePresentation(finished.name, [file]).streams;
    if (stream === undefined) continue;
    client = withStreamIndex(client, stream);
    server = withTrackElements(server, stream);
  }
  const before = Math.max(...streams.map(endOfStream));
  const end = Math.max(...written.map(({ duration }) => duration));
  return { server, client: end > before ? withDuration(client, end) : client };
}

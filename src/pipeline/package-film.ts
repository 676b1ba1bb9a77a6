import { resolve } from "node:path";
import { codecOfSampleEntry } from "../codecs/index.js";
import { PackError } from "../errors.js";
import type { OpenJoined } from "../ffmpeg/joined-relay.js";
import { joinMovie, type JoinedMovie } from "../isobmff/join-movie.js";
import { sizeOfSource } from "../isobmff/media-source.js";
import { encryptionOf } from "../isobmff/parsed-box.js";
import { readMovie } from "../isobmff/read-movie.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import { toLanguage } from "../media/language.js";
import { at, byteLength, sampleDuration } from "../media/track.js";
import type { SourceChapter } from "../probe/source-info.js";
import { announcedTimes } from "../smooth/announced-times.js";
import type { MuxInput } from "../tracks/read-track.js";
import { openPackages, type PackageText } from "./package-inputs.js";

/** A package as one film to encode: its best picture, and each of its sounds once. */
export interface PackageFilm extends JoinedMovie {
  readonly text: readonly PackageText[];
  readonly chapters: readonly SourceChapter[];
  readonly notes: readonly string[];
}

/**
 * Opens packages for ffmpeg. It reads a package several times, whose tables are read once.
 */
export function packageOpener(): OpenJoined {
  const opened = new Map<string, Promise<PackageFilm>>();
  return (path) => {
    const film = opened.get(path) ?? openPackageFilm(path);
    opened.set(path, film);
    return film;
  };
}

/**
 * The film in a package of any maker. Only tables are read.
 *
 * @param path of its .ism
 * @throws PackError `input` when it cannot be read, is encrypted, or has neither picture nor sound
 */
export async function openPackageFilm(path: string): Promise<PackageFilm> {
  const { inputs, text, chapters, notes } = await openPackages([{ path }]);
  const tracks: FilmTrack[] = [];
  for (const input of inputs) tracks.push(...(await tracksOf(input)));
  const best = bestOf(tracks);
  if (best.length === 0)
    throw new PackError(
      "input",
      `${path}: its media have neither a picture nor a sound track.`,
    );
  return {
    ...joinMovie(best),
    ...{ text, chapters },
    notes: [...notes, ...codecNotes(best), ...best.flatMap(gapNotes)],
  };
}

interface FilmTrack {
  readonly path: string;
  readonly track: MovieTrack;
  readonly language: string;
  /** Its name in addresses. */
  readonly stream: string;
}

async function tracksOf(input: MuxInput): Promise<FilmTrack[]> {
  const path = resolve(input.path);
  const announced = announcedTimes(path, input.manifest);
  const size = await sizeOfSource(path);
  const movie = await readMovie(path, { announced });
  const wanted = movie.filter(({ trackId }) =>
    input.trackIds?.includes(trackId),
  );
  return wanted.map((track) => {
    requireReadable(track, size, `${path} track ${track.trackId}`);
    const { language, packaged } = input.tracks?.[track.trackId] ?? {};
    return {
      ...{ path, track, stream: packaged?.stream ?? "" },
      language: toLanguage(language ?? track.language),
    };
  });
}

/** @throws PackError `input` for a track that is encrypted, empty or cut off */
function requireReadable(
  { sampleEntry, samples }: MovieTrack,
  size: number,
  where: string,
): void {
  const encryption = encryptionOf(sampleEntry);
  if (encryption !== undefined)
    throw new PackError("input", `${where}: is encrypted (${encryption}).`, {
      hint: "mss-pack unprotect old.ism --key-file FILE -o clear/ decrypts a package.",
    });
  if (samples.count === 0)
    throw new PackError("input", `${where}: has no samples.`);
  const last = samples.count - 1;
  const end = at(samples.offset, last) + at(samples.size, last);
  if (end > size)
    throw new PackError(
      "input",
      `${where}: its last sample ends at byte ${end}, the file has ${size}.`,
      { hint: "mss-pack mux --salvage takes what is whole." },
    );
}

/** The picture with the most pixels, then the most bytes; of each stream of sound the most bytes. */
function bestOf(tracks: readonly FilmTrack[]): FilmTrack[] {
  const videos = tracks.filter(({ track }) => track.kind === "video");
  const audio = tracks.filter(({ track }) => track.kind === "audio");
  const sounds = new Map<string, FilmTrack[]>();
  for (const sound of audio) {
    const name = sound.stream.toLowerCase();
    sounds.set(name, [...(sounds.get(name) ?? []), sound]);
  }
  return [videos, ...sounds.values()].flatMap(largest);
}

function largest([first, ...others]: readonly FilmTrack[]): FilmTrack[] {
  if (first === undefined) return [];
  const isBetter = (a: MovieTrack, b: MovieTrack) =>
    pixelsOf(a) - pixelsOf(b) || byteLength(a.samples) - byteLength(b.samples);
  return [
    others.reduce(
      (best, one) => (isBetter(one.track, best.track) > 0 ? one : best),
      first,
    ),
  ];
}

function pixelsOf({ shownSize }: MovieTrack): number {
  return (shownSize?.width ?? 0) * (shownSize?.height ?? 0);
}

/** No frame of sound and no picture lasts so long. */
const GAP_SECONDS = 0.5;

/** Where a fragment is missing: silence, or the picture before it stands still. */
function gapNotes({ track, stream }: FilmTrack): string[] {
  const { samples, timescale, kind } = track;
  const notes: string[] = [];
  for (let i = 0; i < samples.count - 1; i++) {
    const seconds = sampleDuration(samples, i) / timescale;
    if (seconds < GAP_SECONDS) continue;
    const begin = at(samples.decodeTime, i) - at(samples.decodeTime, 0);
    const what = kind === "video" ? "its last picture is held" : "silence";
    notes.push(
      `${stream}: nothing for ${seconds.toFixed(3)} s at ${(begin / timescale).toFixed(3)} s of it: ${what}`,
    );
  }
  return notes.slice(0, MOST_GAPS);
}

/** More say nothing new: the film is a slide show, or in shreds. */
const MOST_GAPS = 10;

/** What is encoded because it cannot be copied; or that nothing need be. */
function codecNotes(tracks: readonly FilmTrack[]): string[] {
  const strange = tracks.filter(({ track: { kind, sampleEntry } }) => {
    const codec = codecOfSampleEntry(sampleEntry.type);
    return codec?.kind !== kind || codec.onlyIn !== undefined;
  });
  if (strange.length === 0)
    return [
      "a package: its best picture and sounds are encoded again; mss-pack mux takes all of it as it is",
    ];
  const names = strange.map(
    ({ track: { kind, sampleEntry } }) => `${kind} ${sampleEntry.type}`,
  );
  return [
    `a package: its best picture and sounds are encoded; mux cannot copy ${[...new Set(names)].join(", ")}`,
  ];
}

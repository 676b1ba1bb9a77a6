import { posix, dirname, join, resolve } from "node:path";
import {
  fragmentPlaces,
  type WholeFragments,
} from "../isobmff/fragment-places.js";
import { PackError } from "../errors.js";
import { toLanguage } from "../media/language.js";
import { rescale, SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import type { SeenFile, SeenPackage, SeenTrack } from "../repair/seen.js";
import { brokenLevels } from "../repair/level-mends.js";
import { lostFiles } from "../repair/lost-levels.js";
import { beginOfFilm } from "../repair/time-mends.js";
import { streamOf, timelineOf } from "../repair/timeline.js";

/** A track of a package that gets a file of its own, with its fragments as they are cut. */
export interface TrackToMend {
  /** Absolute, of its file or folder. */
  readonly path: string;
  readonly own: SeenTrack;
  /** Name of its new file. */
  readonly file: string;
  /** The stream that it is a level of. */
  readonly stream: string;
  readonly language: string;
  readonly places: WholeFragments;
  /** When each fragment begins, from the begin of the film, in ticks of 10 MHz. */
  readonly begins: readonly Ticks[];
  /** How many of them are taken. */
  readonly count: number;
}

/** What becomes of a protected package. */
export interface MendedTracks {
  readonly tracks: readonly TrackToMend[];
  readonly notes: readonly string[];
}

/**
 * The tracks of a package with their fragments. Files that are cut off end all tracks with the last fragment that
 * each of them has whole.
 *
 * @throws PackError `input` when a file cannot be read
 */
export async function tracksToMend(
  ism: string,
  seen: SeenPackage,
): Promise<MendedTracks> {
  const folder = dirname(resolve(ism));
  const tracks: TrackToMend[] = [];
  const names = new Set<string>();
  const out = leftOut(seen);
  for (const file of seen.files) {
    if (out.has(file.name)) continue;
    const path = join(folder, file.name);
    const all = await fragmentPlaces(path);
    for (const own of file.tracks.filter((one) => !isData(seen, one))) {
      const name = freeName(newName(file, own), names);
      names.add(name);
      const places = placesOf(file, own, all);
      const begins = beginsOf(seen, file, own);
      const stream = streamOf(seen, own)?.name ?? nameOf(seen, own);
      const language = languageOf(seen, own);
      tracks.push({
        ...{ path, own, file: name, stream, language, places, begins },
        count: Math.min(places.offset.length, begins.length),
      });
    }
  }
  const data = seen.files.flatMap((file) =>
    file.tracks.filter((own) => isData(seen, own)),
  );
  const notes = [
    ...[...out].map(([file, why]) => `${file}: left out: ${why}`),
    ...data.map(({ track }) => `${track.name} is left out: it is no captions`),
  ];
  return { tracks: endedTogether(alignedTracks(tracks)), notes };
}

/** The files that the film can do without, and why they are not taken. */
function leftOut(seen: SeenPackage): ReadonlyMap<string, string> {
  const broken = [...brokenLevels(seen).keys()].map(
    (file) => [file, "it lacks pictures that other levels have"] as const,
  );
  const lost = lostFiles(seen).map(
    ({ file, why }) => [file, `it ${why}`] as const,
  );
  return new Map([...broken, ...lost]);
}

/** Of a file, those of the fragments that were seen, each once. */
function placesOf(
  { name, kind }: SeenFile,
  { track, heads }: SeenTrack,
  all: ReadonlyMap<number, WholeFragments>,
): WholeFragments {
  const places = all.get(track.trackId);
  if (places === undefined)
    throw new PackError(
      "input",
      `${name}: has no whole fragment of track ${track.trackId}.`,
    );
  if (kind !== "fragments") return places;
  const numberAt = new Map(places.offset.map((at, i) => [at, i]));
  const numbers = heads.flatMap(({ offset }) => numberAt.get(offset) ?? []);
  return {
    ...places,
    offset: numbers.map((i) => places.offset[i] ?? 0),
    end: numbers.map((i) => places.end[i] ?? 0),
  };
}

/** Events and commands, which are no captions. MS-SSTR 2.2.2.3 */
function isData(seen: SeenPackage, own: SeenTrack): boolean {
  if (own.track.kind !== "textstream") return false;
  const subtype = streamOf(seen, own)?.element.attributes.get("Subtype");
  return !["SUBT", "CAPT", "DESC", ""].includes(subtype?.toUpperCase() ?? "");
}

const ENDINGS: Readonly<Record<string, string>> = {
  video: ".ismv",
  audio: ".isma",
  textstream: ".ismt",
};

/** The old name where it can stay; a file with several tracks gives each its number. */
function newName({ name, trackCount }: SeenFile, { track }: SeenTrack): string {
  const base = posix.basename(name).replace(/\.\w{1,5}$/, "");
  const number = trackCount > 1 ? `_${track.trackId}` : "";
  return `${base}${number}${ENDINGS[track.kind] ?? ".ismv"}`;
}

/** Origins on Windows ignore the case of names. */
function freeName(wanted: string, taken: ReadonlySet<string>): string {
  const dot = wanted.lastIndexOf(".");
  const isTaken = (name: string) =>
    [...taken].some((one) => one.toLowerCase() === name.toLowerCase());
  let name = wanted;
  for (let number = 2; isTaken(name); number++)
    name = `${wanted.slice(0, dot)}_${number}${wanted.slice(dot)}`;
  return name;
}

/** Without an .ism, sounds in several languages are streams of their own. */
function nameOf(seen: SeenPackage, own: SeenTrack): string {
  const { kind, name } = own.track;
  if (seen.server !== undefined || kind !== "audio") return name;
  const sounds = seen.files
    .flatMap(({ tracks }) => tracks)
    .filter(({ track }) => track.kind === "audio");
  const languages = new Set(sounds.map((one) => languageOf(seen, one)));
  return languages.size > 1 ? `audio_${languageOf(seen, own)}` : name;
}

function languageOf(seen: SeenPackage, own: SeenTrack): string {
  const told = streamOf(seen, own)?.element.attributes.get("Language");
  const names = [told, own.track.language, own.language].map(toLanguage);
  return names.find((name) => name !== "und") ?? "und";
}

function beginsOf(
  seen: SeenPackage,
  file: SeenFile,
  own: SeenTrack,
): readonly Ticks[] {
  const { begins } = timelineOf(seen, file, own);
  const origin = beginOfFilm(seen) ?? 0n;
  if (begins.length >= own.heads.length)
    return begins.map((time) => Math.max(0, Number(time - origin)));
  // Nothing tells them: each begins where the one before ends.
  const { timescale = SMOOTH_TIMESCALE } = own;
  let position = 0;
  return own.heads.map(({ duration }) => {
    const begin = rescale(position, timescale, SMOOTH_TIMESCALE);
    position += duration;
    return begin;
  });
}

/** Clocks of two files may round otherwise: a tick of 48 kHz. */
const SLACK = 209;

/** Levels of a stream share one list of times, so each has those of the first to the tick. */
function alignedTracks(tracks: readonly TrackToMend[]): TrackToMend[] {
  return tracks.map((track) => {
    const first = tracks.find(({ stream }) => stream === track.stream);
    const begins = track.begins.map((time, i) => {
      const shared = first?.begins[i] ?? time;
      return Math.abs(shared - time) <= SLACK ? shared : time;
    });
    return { ...track, begins };
  });
}

/** All of them go on while each has whole fragments. */
function endedTogether(tracks: readonly TrackToMend[]): TrackToMend[] {
  const media = tracks.filter(({ own }) => own.track.kind !== "textstream");
  const isCut = media.some(
    ({ places, count, begins }) => places.isCutOff || count < begins.length,
  );
  if (!isCut) return [...tracks];
  const end = Math.min(...media.map(endOf));
  return tracks.map((track) => ({
    ...track,
    count: track.begins
      .slice(0, track.count)
      .filter((begin, i) => begin + lengthOf(track, i) / 2 < end).length,
  }));
}

/** When the last whole fragment of a track ends. */
export function endOf(track: TrackToMend): Ticks {
  const last = track.count - 1;
  return (track.begins[last] ?? 0) + lengthOf(track, last);
}

function lengthOf({ own }: TrackToMend, i: number): Ticks {
  const { timescale = SMOOTH_TIMESCALE, heads } = own;
  return rescale(heads[i]?.duration ?? 0, timescale, SMOOTH_TIMESCALE);
}

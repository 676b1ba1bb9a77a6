import { audioCutTimes } from "../media/fragment-length.js";
import { fragmentBegins, type Fragments } from "../media/fragments.js";
import { bitrateNotes } from "../media/level-bitrates.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { byteLength } from "../media/track.js";
import type { TextPlan } from "../plan/encode-plan.js";
import type { Sidecars } from "../plan/sidecars.js";
import type { CommonClock } from "../tracks/align-tracks.js";
import { cutFragments } from "../tracks/cut-fragments.js";
import { chooseCuts } from "../tracks/cuts-at-key-frames.js";
import { holesInVideo } from "../tracks/holes.js";
import { keyFrames } from "../tracks/key-frames.js";
import type { SourceTrack } from "../tracks/read-track.js";
import {
  forAllFirst,
  forSomeNotes,
  onlyInNotes,
  requireDurations,
  requireSameCodec,
  requireSameRate,
} from "../tracks/requirements.js";
import { kilobits } from "../util/format.js";
import { holdLastPictures } from "./hold-pictures.js";
import {
  bitratesOf,
  otherBitrateNotes,
  type CutTrack,
} from "./mux-bitrates.js";

/** Everything that will be written, before any writing. */
export interface MuxPlan extends Sidecars {
  /** Base name of the package. */
  readonly name: string;
  readonly durationSeconds: number;
  /** Pictures first, the largest bitrate first; then sound, in the order given. */
  readonly tracks: readonly NamedTrack[];
  /** Captions, behind the tracks. */
  readonly text: readonly TextPlan[];
  /** Of all samples, which are nearly all of the package. */
  readonly bytes: number;
  /** The time of the inputs that is 0 in the package, in 10 MHz ticks. */
  readonly zero: Ticks;
  /** When fragments begin, in 10 MHz ticks. */
  readonly cutTimes: readonly Ticks[];
  /** Which tracks were filled, cut or held, in words. */
  readonly notes: readonly string[];
}

/** @throws PackError `input` or `unsupported` when the tracks cannot be one package as they are */
export async function planMux(
  { tracks, zero, end, notes }: CommonClock,
  name: string,
  fragmentSeconds: number,
): Promise<MuxPlan> {
  tracks.forEach(requireDurations);
  const videos = tracks.filter(({ kind }) => kind === "video");
  requireSameCodec(videos);
  requireSameRate(videos);
  const cutTimes = await cutsFor(videos, fragmentSeconds, end);
  const cut = forAllFirst(tracks).map((source) => ({
    source,
    fragments: cutFragments(source.track, cutTimes, source.label),
  }));
  cut.forEach(holdLastPictures);
  const named = nameTracks(cut, name);
  const other = otherBitrateNotes(cut);
  const rank = ({ source }: NamedTrack) => (source.kind === "video" ? 0 : 1);
  return {
    name,
    durationSeconds: end / SMOOTH_TIMESCALE,
    tracks: named.sort(
      (a, b) =>
        rank(a) - rank(b) || (rank(a) === 0 ? b.bitrate - a.bitrate : 0),
    ),
    text: [],
    bytes: tracks.reduce(
      (sum, { track }) => sum + byteLength(track.samples),
      0,
    ),
    zero,
    cutTimes,
    notes: [
      ...notes,
      ...onlyInNotes(videos),
      ...forSomeNotes(tracks),
      ...levelNotes(named),
      ...other,
    ],
  };
}

/** Where rungs have nearly one bitrate. */
export function levelNotes(tracks: readonly NamedTrack[]): string[] {
  const streams = new Set(tracks.map(({ stream }) => stream));
  return [...streams].flatMap((name) =>
    bitrateNotes(tracks.filter(({ stream }) => stream === name)),
  );
}

async function cutsFor(
  videos: readonly SourceTrack[],
  fragmentSeconds: number,
  end: Ticks,
): Promise<Ticks[]> {
  if (videos.length === 0) return audioCutTimes(fragmentSeconds, end);
  const rungs = [];
  for (const video of videos) {
    const { list, error } = await keyFrames(video);
    const held = holesInVideo(video.track.samples);
    rungs.push({ label: video.label, keyFrames: list, error, held });
  }
  return chooseCuts(rungs, Math.round(fragmentSeconds * SMOOTH_TIMESCALE), end);
}

/** A track with its names: in its file and in the manifests. */
export interface NamedTrack {
  readonly source: SourceTrack;
  readonly fragments: Fragments;
  /** File name in the package. */
  readonly file: string;
  /** For the manifests, in bits per second. */
  readonly bitrate: number;
  /** The stream that has this track as a quality. */
  readonly stream: string;
}

/**
 * Names each track's file, bitrate and stream.
 *
 * @param name of the package
 * @throws PackError `usage` when a given bitrate is far from the measured one
 */
export function nameTracks(
  tracks: readonly CutTrack[],
  name: string,
): NamedTrack[] {
  const streams = streamNames(tracks);
  const files = new Set<string>();
  const bitrates = bitratesOf(tracks);
  return tracks.map((cut, i) => {
    const bitrate = bitrates[i] ?? 0;
    const file = freeName(fileName(name, cut.source, bitrate), files);
    files.add(file);
    return { ...cut, file, bitrate, stream: streams[i] ?? "" };
  });
}

function fileName(
  name: string,
  { kind, track }: SourceTrack,
  bitrate: number,
): string {
  const rate = kilobits(bitrate);
  return kind === "video"
    ? `${name}_${rate}.ismv`
    : `${name}_${track.language}_${rate}.isma`;
}

/** Origins on Windows ignore the case of names. */
function freeName(requestedName: string, taken: ReadonlySet<string>): string {
  const dot = requestedName.lastIndexOf(".");
  let name = requestedName;
  for (let number = 2; taken.has(name); number++)
    name = `${requestedName.slice(0, dot)}_${number}${requestedName.slice(dot)}`;
  return name;
}

/**
 * All pictures are one stream. Sound tracks are qualities of one stream when they have
 * the same codec, language, channels, rate and fragments, and lie in different files. Two tracks
 * of one file are two sounds to choose from, not two qualities. In a package, its names decide.
 */
function streamNames(tracks: readonly CutTrack[]): string[] {
  const groups: CutTrack[][] = [];
  for (const track of tracks.filter(isAudio)) {
    const group = groups.find((members) =>
      members.every((member) => isAlternative(member, track)),
    );
    if (group === undefined) groups.push([track]);
    else group.push(track);
  }
  const names = groupNames(groups);
  return tracks.map((track) => {
    const group = groups.findIndex((members) => members.includes(track));
    return names[group] ?? "video";
  });
}

function isAudio({ source }: CutTrack): boolean {
  return source.kind === "audio";
}

function isAlternative(a: CutTrack, b: CutTrack): boolean {
  const [one, other] = [a.source.track, b.source.track];
  const [name, otherName] = [a, b].map(({ source }) => source.packaged?.stream);
  const areApart = name === undefined && a.source.path !== b.source.path;
  return (
    name === otherName &&
    (areApart || name !== undefined) &&
    one.codec === other.codec &&
    one.language === other.language &&
    JSON.stringify(one.format) === JSON.stringify(other.format) &&
    JSON.stringify(fragmentBegins(a.fragments)) ===
      JSON.stringify(fragmentBegins(b.fragments))
  );
}

/**
 * The name in its package; else the bare type for a single stream, else with the language. A
 * number makes it unique: origins ignore the case of names.
 */
function groupNames(groups: readonly (readonly CutTrack[])[]): string[] {
  const names: string[] = [];
  for (const [track] of groups) {
    const requestedName = track ? nameOf(track.source, groups.length) : "";
    let name = requestedName;
    const isTaken = () => names.some((one) => isSameName(one, name));
    for (let number = 2; isTaken(); number++)
      name = `${requestedName}_${number}`;
    names.push(name);
  }
  return names;
}

function nameOf({ track, packaged }: SourceTrack, count: number): string {
  const stream = packaged?.stream ?? "";
  if (MAY_BE_KEPT.test(stream) && !isSameName(stream, "video")) return stream;
  return count === 1 ? "audio" : `audio_${track.language}`;
}

/** What needs no escape in an address and in XML. */
const MAY_BE_KEPT = /^[\w-]{1,64}$/;

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

import { PackError } from "../errors.js";
import type { Ticks } from "../media/time.js";
import type { Fragment } from "../mux/fragments.js";
import { averageBitrate } from "../mux/track-boxes.js";
import type { SourceTrack } from "./source-track.js";

/** A track with all that its file and its place in the manifests are called. */
export interface NamedTrack {
  readonly source: SourceTrack;
  readonly fragments: readonly Fragment[];
  /** File name in the package. */
  readonly file: string;
  /** For the manifests, in bits per second. */
  readonly bitrate: number;
  /** The stream that it is a quality of. */
  readonly stream: string;
}

/** A track that is cut. */
export interface CutTrack {
  readonly source: SourceTrack;
  readonly fragments: readonly Fragment[];
}

/** A player chooses by this number: further off it would choose wrongly. */
const FURTHEST_OFF = 2;

/**
 * Names each track's file, bitrate and stream.
 *
 * @param name of the package
 * @throws PackError `usage` when a bitrate is given that is far from the measured one
 */
export function nameTracks(
  tracks: readonly CutTrack[],
  name: string,
): NamedTrack[] {
  const streams = streamNames(tracks);
  const files = new Set<string>();
  return tracks.map((cut, i) => {
    const bitrate = bitrateOf(cut.source);
    const file = freeName(fileName(name, cut.source, bitrate), files);
    files.add(file);
    return { ...cut, file, bitrate, stream: streams[i] ?? "" };
  });
}

function bitrateOf({ label, track, bitrate }: SourceTrack): number {
  const measured = averageBitrate(track);
  if (bitrate === undefined) return measured;
  const share = bitrate / measured;
  if (share <= FURTHEST_OFF && share >= 1 / FURTHEST_OFF) return bitrate;
  throw new PackError(
    "usage",
    `${label}: a bitrate of ${bitrate} is given, its samples have ${measured} on average. Expected at most twice or half of that.`,
    { hint: "Players choose by it. Leave it out to have it measured." },
  );
}

function fileName(
  name: string,
  { kind, track }: SourceTrack,
  bitrate: number,
): string {
  const kilobits = Math.round(bitrate / 1000);
  return kind === "video"
    ? `${name}_${kilobits}.ismv`
    : `${name}_${track.language}_${kilobits}.isma`;
}

/** Origins on Windows take names that differ in case for the same. */
function freeName(wanted: string, taken: ReadonlySet<string>): string {
  const dot = wanted.lastIndexOf(".");
  let name = wanted;
  for (let number = 2; taken.has(name); number++)
    name = `${wanted.slice(0, dot)}_${number}${wanted.slice(dot)}`;
  return name;
}

/**
 * All pictures are one stream. Sound tracks are qualities of one stream when they
 * are the same in language, channels, rate and fragments, and lie in different
 * files: two tracks of one file are two things to listen to, not two qualities.
 */
function streamNames(tracks: readonly CutTrack[]): string[] {
  const groups: CutTrack[][] = [];
  for (const track of tracks.filter(isSound)) {
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

function isSound({ source }: CutTrack): boolean {
  return source.kind === "audio";
}

function isAlternative(a: CutTrack, b: CutTrack): boolean {
  const [one, other] = [a.source.track, b.source.track];
  return (
    a.source.path !== b.source.path &&
    one.language === other.language &&
    JSON.stringify(one.format) === JSON.stringify(other.format) &&
    JSON.stringify(timesOf(a)) === JSON.stringify(timesOf(b))
  );
}

function timesOf({ fragments }: CutTrack): Ticks[] {
  return fragments.map(({ time }) => time);
}

/** The bare type when there is one stream; else with the language, and a number when that is not enough. */
function groupNames(groups: readonly (readonly CutTrack[])[]): string[] {
  if (groups.length === 1) return ["audio"];
  const names: string[] = [];
  for (const [track] of groups) {
    const wanted = `audio_${track?.source.track.language}`;
    let name = wanted;
    for (let number = 2; names.includes(name); number++)
      name = `${wanted}_${number}`;
    names.push(name);
  }
  return names;
}

import type { TrackEncryption } from "../drm/finished/header.js";
import { trackDefaults } from "../isobmff/fragment-runs.js";
import { rescale, rescaleExact, SMOOTH_TIMESCALE } from "../media/time.js";
import { clearType, isProtectedEntry } from "../isobmff/parsed-box.js";
import { readAt } from "../isobmff/scan.js";
import {
  chunksOf,
  type ClientManifest,
  hasAll,
  levelAddress,
  levelOfTrack,
} from "../smooth/client-manifest.js";
import type { ServerTrack } from "../smooth/server-manifest.js";
import { AlikeFragments } from "./alike-fragments.js";
import type { Findings } from "./finding.js";
import { checkFragment, type SampleRun } from "./fragment-check.js";
import { checkFileHeader } from "./header-check.js";
import { checkLevel } from "./level-check.js";
import type { CheckedManifest } from "./manifest-check.js";
import {
  checkProtectedFragment,
  type InitializationVectors,
} from "./protected-fragment.js";
import {
  checkFileProtection,
  type ClientProtection,
} from "./protection-check.js";
import {
  checkDocument,
  KnownDocuments,
  TEXT_ENTRIES,
  type TextTrack,
} from "./text-check.js";
import { readWhole, visitHeads } from "./read-heads.js";
import {
  type FragmentIndex,
  fragmentSpan,
  openTrack,
  type TrackReader,
  UNTOLD,
} from "./track-reader.js";
import { checkRates, type TrackRates } from "./rate-check.js";
import {
  beginOf,
  checkAligned,
  checkFirstTime,
  checkJoins,
  checkTimeline,
  scaleOfStream,
} from "./timeline-check.js";
import { checkTrackRuns, TrackRuns } from "./track-runs.js";

/** Facts that all tracks of a package share. */
export interface PackageProtection {
  readonly client: ClientProtection | undefined;
  readonly vectors: InitializationVectors;
  /** The first track of each stream, by its name. */
  readonly rungs: Map<string, FirstRung>;
  /** Of the track that is read. */
  readonly runs: TrackRuns;
}

/** The track of a stream that the others are compared with. */
interface FirstRung {
  /** With which its pictures are shown. */
  readonly offset: number;
  /** Its fragments; kept only where no manifest tells them. */
  readonly times: BigInt64Array | undefined;
}

/** A track as it was read back. */
export interface CheckedTrack {
  readonly file: string;
  readonly kind: string;
  readonly trackId: number;
  readonly fragments: number;
  /** Undefined for a file that `isUntouched` names: its fragments were not all read. */
  readonly samples: number | undefined;
  /** In 10 MHz ticks. */
  readonly end: number;
  /** Its samples are encrypted. */
  readonly isProtected: boolean;
  /** The scheme, in the words of its schm: `piff` or `cenc`; undefined in the clear. */
  readonly protectionScheme: string | undefined;
  /** Undefined for captions, and where not all fragments were read or no manifest declares a bitrate. */
  readonly rates?: TrackRates | undefined;
}

const HANDLERS: Readonly<Record<string, string>> = {
  video: "vide",
  audio: "soun",
  textstream: "text",
};

/**
 * Each (Name, Bitrate) of the client manifest belongs to exactly one track of the server
 * manifest, and back.
 */
export function checkAddresses(
  server: CheckedManifest,
  client: ClientManifest,
  findings: Findings,
): void {
  const { tracks } = server;
  for (const { name, levels } of client.streams)
    for (const { bitrate, custom } of levels) {
      const answering = tracks.filter(
        (track) =>
          track.name.toLowerCase() === name.toLowerCase() &&
          track.bitrate === bitrate &&
          hasAll(track.params, custom),
      );
      const address = levelAddress(name, bitrate, custom);
      const what = `number of tracks that answer to ${address}`;
      const place = findings.in(server.file);
      place.expect("address", what, answering.length, 1);
    }
  for (const track of tracks) {
    const { name, bitrate } = track;
    const stream = streamOf(track, client);
    if (levelOfTrack(stream, track) !== undefined) continue;
    const address = levelAddress(name, bitrate, new Map());
    const what = `no quality level for ${address} of the server manifest`;
    findings.in(client.file).fault("address", what);
  }
}

/** Reads one whole track file except its samples, and compares it with both manifests. */
export async function checkTrack(
  folder: string,
  track: ServerTrack,
  client: ClientManifest,
  findings: Findings,
  protection: PackageProtection,
  signal?: AbortSignal,
  isWhole = true,
): Promise<CheckedTrack | undefined> {
  const announced = () => announcedOf(track, client);
  const reader = await openTrack(
    ...([folder, track.src, track.trackId, findings, announced] as const),
  );
  if (reader === undefined) return undefined;
  try {
    return await checkOpenTrack(
      reader,
      track,
      client,
      findings,
      protection,
      isWhole,
      signal,
    );
  } finally {
    await reader.file.close();
  }
}

/** The times of a track in the client manifest; of another timescale none, as no file needs them. */
function announcedOf(track: ServerTrack, client: ClientManifest): bigint[] {
  const stream = streamOf(track, client);
  const isFit = stream && stream.chunkCount <= MOST_ANNOUNCED;
  const isOurs = scaleOfStream(client, stream) === SMOOTH_TIMESCALE;
  return isFit && isOurs ? [...chunksOf(stream)].map(({ time }) => time) : [];
}

/** A week of two-second fragments. */
const MOST_ANNOUNCED = 302_400;

/** Names ignore case, as IIS does. */
function streamOf({ name }: ServerTrack, { streams }: ClientManifest) {
  const key = name.toLowerCase();
  return streams.find((one) => one.name.toLowerCase() === key);
}

async function checkOpenTrack(
  reader: TrackReader,
  track: ServerTrack,
  client: ClientManifest,
  findings: Findings,
  protection: PackageProtection,
  isWhole: boolean,
  signal: AbortSignal | undefined,
): Promise<CheckedTrack> {
  const { src: file, kind } = track;
  const stream = streamOf(track, client);
  const level = levelOfTrack(stream, track);
  const header = checkFileHeader(reader, HANDLERS[kind] ?? kind, findings);
  const entry = header?.sampleEntry;
  if (entry && level) checkLevel(level, entry, findings.in(client.file));

  const isProtected = entry !== undefined && isProtectedEntry(entry);
  const encryption = isProtected
    ? await checkEntry(reader, protection, findings)
    : undefined;
  // Of sound a sample is encrypted whole: how it begins, the key alone shows.
  const isHidden = isProtected && kind === "audio";
  const type = entry ? clearType(entry) : "";
  const text = { sampleEntry: type, known: new KnownDocuments() };
  const moov = reader.header.find((box) => box.type === "moov");
  const defaults = moov ? trackDefaults(moov) : new Map<number, never>();
  const seen = isHidden ? "" : type;
  const alike = new AlikeFragments(reader, seen);
  const { runs } = protection;
  runs.begin(reader.index.length);
  await visitHeads(reader, isWhole, signal, (i, head) => {
    if (encryption !== undefined) {
      const { begin, end } = fragmentSpan(reader, i);
      const place = findings.in(file, i + 1);
      const where = { start: begin, extent: end - begin, defaults, encryption };
      checkProtectedFragment(head, where, protection.vectors, place);
    }
    const known = alike.check(i, head);
    const run = known ?? checkFragment(reader, i, head, seen, findings);
    if (run !== known) alike.learn(i, head, run);
    if (run && TEXT_ENTRIES.has(type))
      checkText(reader, i, head, run, text, findings);
    if (run) runs.set(i, run);
  });
  if (isWhole) checkTrackRuns(file, runs, findings);
  const { index } = reader;
  tellUntold(index, runs);
  const from = header?.timescale || SMOOTH_TIMESCALE;
  const at = (ticks: bigint) => rescaleExact(ticks, from, SMOOTH_TIMESCALE);
  const begin = beginOf(client) ?? at(index.time[0] ?? 0n);
  const last = index.time.at(-1) ?? 0n;
  const lastEnd = last + BigInt(runs.duration(runs.count - 1) ?? 0);
  const end = Number(at(lastEnd) - begin);
  if (stream) {
    const type = stream.element.attributes.get("Type");
    const what = `StreamIndex ${stream.name} Type`;
    const expected = kind === "textstream" ? "text" : kind;
    findings.in(client.file).expect("client-manifest", what, type, expected);
  }
  checkFirstTime(index.time[0] ?? 0n, findings.in(file, 1));
  const scales = { file: from, manifest: scaleOfStream(client, stream) };
  if (stream) checkTimeline(reader, runs, stream, scales, findings);
  checkJoins(reader, runs, scales, kind === "textstream", findings);
  const times = stream ? undefined : index.time;
  const first = firstRung(track, runs, times, protection.rungs);
  if (first.times) checkAligned(reader, first.times, findings);
  if (isWhole) checkRung(track, runs, first, findings);
  // Captions have a nominal bitrate: so few bytes decide nothing.
  const rates =
    isWhole && stream && level && kind !== "textstream"
      ? checkRates(
          { ...track, ...level, scale: from, runs, end },
          stream.levels.length,
          findings,
        )
      : undefined;
  const told = header && rescale(header.duration, from, SMOOTH_TIMESCALE);
  // No Smooth client sees it.
  const mdhd = findings.in(file).dialect;
  mdhd.expect("header", "duration in mdhd", told, end);
  const samples = isWhole ? runs.samples : undefined;
  return {
    file,
    kind,
    trackId: track.trackId,
    fragments: runs.count,
    samples,
    end,
    isProtected,
    protectionScheme: encryption?.scheme,
    rates,
  };
}

/** A longer document is not believed: the document of a whole film has a few hundred kilobytes. */
const MOST_TEXT = 16 * 1024 * 1024;

function checkText(
  reader: TrackReader,
  i: number,
  head: Uint8Array,
  { samples, duration }: SampleRun,
  text: TextTrack,
  findings: Findings,
): void {
  const { begin, end } = fragmentSpan(reader, i);
  const place = findings.in(reader.name, i + 1);
  if (end - begin > MOST_TEXT)
    return place.wrong("captions", "bytes", end - begin, MOST_TEXT);
  const bytes = readWhole(reader, i, head);
  checkDocument({ bytes, samples, duration }, text, place);
}

async function checkEntry(
  reader: TrackReader,
  { client, vectors }: PackageProtection,
  findings: Findings,
): Promise<TrackEncryption | undefined> {
  vectors.next();
  const bytes = await readAt(reader.file, 0, reader.headerSize);
  const place = findings.in(reader.name);
  return checkFileProtection(bytes, reader.trackId, client, place);
}

/** Times that no box and no manifest tells are sums of durations. */
function tellUntold({ time }: FragmentIndex, runs: TrackRuns): void {
  for (let i = 0; i < time.length; i++)
    if (time[i] === UNTOLD)
      time[i] =
        i === 0 ? 0n : (time[i - 1] ?? 0n) + BigInt(runs.duration(i - 1) ?? 0);
}

function firstRung(
  { name }: ServerTrack,
  { usualOffset }: TrackRuns,
  times: BigInt64Array | undefined,
  rungs: Map<string, FirstRung>,
): FirstRung {
  const first = rungs.get(name) ?? { offset: usualOffset, times };
  rungs.set(name, first);
  return first;
}

/** Azure's encoder delayed the pictures of some rungs and not those of others. */
function checkRung(
  { src, kind }: ServerTrack,
  { usualOffset }: TrackRuns,
  { offset }: FirstRung,
  findings: Findings,
): void {
  if (kind !== "video") return;
  const what =
    "composition offset of the first sample, unlike that of another rung: players that take times for decode times jump there,";
  const place = findings.in(src).dialect;
  place.expect("composition", what, usualOffset, offset);
}

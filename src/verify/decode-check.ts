import { join } from "node:path";
import type { ContentKey } from "../drm/content-key.js";
import type { Tools } from "../ffmpeg/find.js";
import { requireNotKilled } from "../ffmpeg/killed.js";
import { lastLines, runTool } from "../ffmpeg/run.js";
import { watchedTask } from "../ffmpeg/stall.js";
import { complaintsIn } from "../ffmpeg/stderr.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import {
  type DecodeSource,
  plainSource,
  protectedSource,
} from "./decode-source.js";
import { Findings, type FindingPlace } from "./finding.js";
import type { CheckedTrack } from "./package-check.js";
import { checkSamples } from "./sample-check.js";
import { checkSyncFlags } from "./sync-check.js";

/**
 * Frames are counted and numbered anew. With its own guess of the frame rate, ffmpeg
 * would drop or double some, and complain about it.
 */
const EVERY_FRAME_ONCE = ["-vf", "setpts=N/25/TB", "-r", "25"];

/**
 * Of HEVC ffmpeg calls few damaged slices an error. Where the encoder wrote the hash of each
 * picture, it shows them all. ISO/IEC 23008-2 D.2.19
 */
const COMPARE_HASHES = ["-err_detect", "crccheck"];

/**
 * A stranger's file may be a playlist under another name. It must neither be read as one
 * nor open anything else. ffmpeg's demuxer has all of these names at once.
 */
const ONLY_MP4 = [
  ...["-protocol_whitelist", "file,pipe"],
  ...["-format_whitelist", "mov,mp4,m4a,3gp,3g2,mj2"],
];

/**
 * Decodes a track from begin to end. For a picture, also decodes its middle and last
 * fragment each alone, as after a seek. The first one was decoded with nothing before it
 * already: it is tried alone only to name the place of a fault. Accepts no complaint.
 */
async function checkDecoding(
  folder: string,
  track: CheckedTrack,
  source: DecodeSource,
  tools: Tools,
  findings: Findings,
  signal?: AbortSignal,
): Promise<void> {
  const { file, kind, samples } = track;
  if (kind === "audio") await checkSamples(track, source, findings, signal);
  const decoder = decoderOf(folder, track, tools, signal);
  const place = findings.in(file);
  const { frames, isRight } = await decode(decoder, source.whole(), place);
  // ffmpeg regroups sound frames, so their count proves nothing.
  if (kind !== "video") return;
  place.expect("decode", "number of decoded frames", frames, samples);
  const tried = fragmentsToTry(track);
  if (isRight && frames === samples) tried.delete(0);
  for (const i of tried) {
    const bytes = await source.alone(i);
    if (bytes === undefined) return;
    const alone = findings.in(file, i + 1);
    const { frames: count } = await decode(decoder, bytes, alone);
    if (count === 0)
      alone.fault("decode", "gives no picture when decoded alone");
  }
}

/**
 * Checks that an encrypted track is hidden: its first, middle and last fragment must not
 * decode like clear ones.
 *
 * @param source without a key
 */
async function checkHidden(
  folder: string,
  track: CheckedTrack,
  source: DecodeSource,
  tools: Tools,
  findings: Findings,
  signal?: AbortSignal,
): Promise<void> {
  const decoder = decoderOf(folder, track, tools, signal);
  for (const i of (await openFragments(decoder, track, source)) ?? []) {
    const place = findings.in(track.file, i + 1);
    place.fault(
      "protection",
      "decodes without a key: its samples are not encrypted",
    );
  }
}

/**
 * Tests whether the key of a source opens a track. One fragment that decodes well proves
 * the key. When none decodes, the key is wrong or all of them are damaged.
 *
 * @returns undefined when too little is encrypted for a test
 */
async function opensTrack(
  folder: string,
  track: CheckedTrack,
  source: DecodeSource,
  tools: Tools,
  signal?: AbortSignal,
): Promise<boolean | undefined> {
  const decoder = decoderOf(folder, track, tools, signal);
  const open = await openFragments(decoder, track, source);
  return open && open.length > 0;
}

/** Seeks to these three fragments show more than seeks to any other three. */
function fragmentsToTry({ fragments }: CheckedTrack): Set<number> {
  return new Set([0, Math.floor(fragments / 2), fragments - 1]);
}

/**
 * Encrypted fragments that decode as clear. A decoder accepts noise for one picture in
 * fifty. When so few pictures are encrypted, all fragments together must decode. Of Dolby
 * sound ffmpeg passes over noise without a word, so sound must come out of it too.
 *
 * @returns undefined when too little is encrypted for a test
 */
async function openFragments(
  decoder: Decoder,
  track: CheckedTrack,
  source: DecodeSource,
): Promise<number[] | undefined> {
  const tried: DecodedRun[] = [];
  for (const i of fragmentsToTry(track)) {
    const encrypted = await source.encryptedCount(i);
    if (encrypted.bytes < ENOUGH_HIDDEN.bytes) continue;
    const bytes = await source.alone(i);
    if (bytes === undefined) continue;
    const decoded = await decode(decoder, bytes);
    const isRight = decoded.isRight && !isSilent(decoded, decoder, track);
    const isSure = encrypted.samples >= ENOUGH_HIDDEN.samples;
    tried.push({ i, isRight, isSure });
  }
  if (tried.length === 0) return undefined;
  const areAll = tried.every(({ isRight }) => isRight);
  const open = tried.filter((one) => one.isRight && (one.isSure || areAll));
  return open.map(({ i }) => i);
}

/** Whether of sound less than a tenth of a fragment was decoded. */
function isSilent(
  { microseconds }: DecodeResult,
  { isVideo }: Decoder,
  { end, fragments }: CheckedTrack,
): boolean {
  const ticks = (microseconds * SMOOTH_TIMESCALE) / 1_000_000;
  return !isVideo && ticks < end / fragments / 10;
}

interface DecodedRun {
  readonly i: number;
  readonly isRight: boolean;
  /** So much of it is encrypted that a decoder would notice noise. */
  readonly isSure: boolean;
}

/** A decoder may not notice a smaller fault; a still picture has no more. */
const ENOUGH_HIDDEN = { bytes: 1024, samples: 3 };

function decoderOf(
  folder: string,
  { file, kind }: CheckedTrack,
  tools: Tools,
  signal: AbortSignal | undefined,
): Decoder {
  return { path: join(folder, file), tools, isVideo: kind === "video", signal };
}

interface Decoder {
  /** The file's path, for messages. */
  readonly path: string;
  readonly tools: Tools;
  readonly isVideo: boolean;
  readonly signal: AbortSignal | undefined;
}

interface DecodeResult {
  /** The number of decoded frames. */
  readonly frames: number;
  /** When the last of them ends: of sound, which has no count of frames. */
  readonly microseconds: number;
  /** Decoded without a complaint. */
  readonly isRight: boolean;
}

/**
 * @param stdin the bytes to decode; undefined: the file itself
 * @param place gets the complaints
 */
async function decode(
  { path, tools, isVideo, signal }: Decoder,
  stdin: Uint8Array | AsyncIterable<Uint8Array> | undefined,
  place?: FindingPlace,
): Promise<DecodeResult> {
  const args = [
    ...(stdin === undefined ? ["-nostdin"] : []),
    // ffmpeg reports damage in a warning, or, for invented parts, at level info:
    // complaints.ts has the list. The warning may be missing: threads race for it.
    ...["-hide_banner", "-nostats", "-loglevel", "level+info"],
    ...["-progress", "pipe:1"],
    ...(isVideo ? COMPARE_HASHES : []),
    ...ONLY_MP4,
    ...["-i", stdin === undefined ? path : "pipe:0"],
    ...(isVideo ? EVERY_FRAME_ONCE : []),
    ...["-f", "null", "-"],
  ];
  const counts = new Map<string, number>();
  const onLine = (line: string) => {
    const [, name = "", count] =
      /^(frame|out_time_us|out_time_ms)=\s*(\d+)/.exec(line) ?? [];
    if (count !== undefined) counts.set(name, Number(count));
  };
  const task = watchedTask(tools, path, "verify");
  let complaint: string | undefined;
  const onErrorLine = (line: string) => {
    complaint = complaintsIn(line).at(-1) ?? complaint;
  };
  const options = {
    signal,
    task,
    onLine,
    onErrorLine,
    ...(stdin && { stdin }),
  };
  const run = await runTool(tools.ffmpeg.path, args, options);
  const { exitCode, stderr } = requireNotKilled(run, "ffmpeg");
  const isRight = exitCode === 0 && complaint === undefined;
  if (!isRight) {
    const words =
      complaint ?? (lastLines(stderr, 1) || `exit code ${exitCode}`);
    place?.fault("decode", `ffmpeg complains while decoding: ${words}`);
  }
  return {
    frames: counts.get("frame") ?? 0,
    // Both are microseconds; old builds have only the second.
    microseconds: counts.get("out_time_us") ?? counts.get("out_time_ms") ?? 0,
    isRight,
  };
}

/**
 * Decodes a track. An encrypted track must be hidden, and with its key it must decode
 * like any other.
 *
 * @param contentKey of an encrypted track; without it the track is only tested for being
 * hidden
 */
export async function decodeTrack(
  folder: string,
  track: CheckedTrack,
  contentKey: ContentKey | undefined,
  tools: Tools,
  findings: Findings,
  signal?: AbortSignal,
): Promise<void> {
  if (track.kind === "textstream") return; // its documents were read already
  const look = async (check: typeof checkDecoding, source: DecodeSource) => {
    try {
      await check(folder, track, source, tools, findings, signal);
    } finally {
      await source.close();
    }
  };
  await checkSyncFlags(folder, track, findings, signal);
  if (!track.isProtected)
    return look(checkDecoding, plainSource(folder, track, findings));
  const encryptedSource = await protectedSource(
    folder,
    track,
    undefined,
    findings,
  );
  if (encryptedSource === undefined) return;
  await look(checkHidden, encryptedSource);
  if (contentKey === undefined) return;
  const opened = await protectedSource(folder, track, contentKey, findings);
  if (opened !== undefined) await look(checkDecoding, opened);
}

/**
 * Tests whether a key opens a package without a checksum. Bytes decrypted with another
 * key are neither picture nor sound.
 *
 * @param tracks found right by verify
 * @returns undefined when too little is encrypted for a test
 */
export async function opensPackage(
  folder: string,
  tracks: readonly CheckedTrack[],
  contentKey: ContentKey,
  tools: Tools,
  signal?: AbortSignal,
): Promise<boolean | undefined> {
  let isOpened: boolean | undefined;
  for (const track of tracks.filter((one) => one.isProtected)) {
    const source = await protectedSource(
      ...([folder, track, contentKey, new Findings()] as const),
    );
    if (source === undefined) continue; // opening the file reports it
    try {
      isOpened =
        (await opensTrack(folder, track, source, tools, signal)) ?? isOpened;
    } finally {
      await source.close();
    }
    if (isOpened) return true;
  }
  return isOpened;
}

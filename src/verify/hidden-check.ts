import type { ContentKey } from "../drm/content-key.js";
import type { Tools } from "../ffmpeg/find.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import { protectedSource, type DecodeSource } from "./decode-source.js";
import { Findings } from "./finding.js";
import type { CheckedTrack } from "./package-check.js";
import {
  decode,
  decoderOf,
  fragmentsToTry,
  type Decoder,
  type DecodeResult,
} from "./run-decoder.js";

/**
 * Checks that an encrypted track is hidden: its first, middle and last fragment must not
 * decode like clear ones.
 *
 * @param source without a key
 */
export async function checkHidden(
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

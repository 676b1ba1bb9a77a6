import { join } from "node:path";
import { concat } from "../isobmff/bytes.js";
import { readAt } from "../isobmff/scan.js";
import type { Tools } from "../tools/find.js";
import { requireNotKilled } from "../tools/killed.js";
import { lastLines, runTool } from "../tools/run.js";
import { watchedTask } from "../tools/task.js";
import type { Findings, Place } from "./finding.js";
import type { CheckedTrack } from "./package-check.js";
import { fragmentSpan, openTrack } from "./track-reader.js";

/**
 * Frames are counted and numbered anew: left to its guess of the frame rate,
 * ffmpeg would drop or double some, and complain about it.
 */
const EVERY_FRAME_ONCE = ["-vf", "setpts=N/25/TB", "-r", "25"];

/**
 * A file from a stranger may be a playlist under another name: it must neither
 * be taken for one nor open anything else. ffmpeg's demuxer goes by all of
 * these names at once.
 */
const ONLY_MP4 = [
  ...["-protocol_whitelist", "file,pipe"],
  ...["-format_whitelist", "mov,mp4,m4a,3gp,3g2,mj2"],
];

/** What is piped into ffmpeg is held in memory: 10 s at 50 Mbit/s are believed. */
const LARGEST_ALONE = 64 * 1024 * 1024;

/**
 * Decodes a track from begin to end, and for a picture its first, middle and
 * last fragment each alone, as after a seek; accepts no complaint.
 */
export async function checkDecoding(
  folder: string,
  track: CheckedTrack,
  tools: Tools,
  findings: Findings,
  signal?: AbortSignal,
): Promise<void> {
  const { file, kind, samples, fragments } = track;
  const decoder = {
    path: join(folder, file),
    tools,
    isVideo: kind === "video",
    signal,
  };
  const place = findings.in(file);
  const frames = await decode(decoder, decoder.path, undefined, place);
  // Sound frames are regrouped by ffmpeg: their count tells nothing.
  if (kind !== "video") return;
  place.expect("decode", "number of decoded frames", frames, samples);
  const numbers = new Set([0, Math.floor(fragments / 2), fragments - 1]);
  for (const i of numbers) {
    const bytes = await readAlone(folder, track, i, findings);
    if (bytes === undefined) return;
    const alone = findings.in(file, i + 1);
    const count = await decode(decoder, "pipe:0", bytes, alone);
    if (count === 0)
      alone.fault("decode", "gives no picture when decoded alone");
  }
}

interface Decoder {
  /** Of the file, for messages. */
  readonly path: string;
  readonly tools: Tools;
  readonly isVideo: boolean;
  readonly signal: AbortSignal | undefined;
}

/** @returns how many frames came out */
async function decode(
  { path, tools, isVideo, signal }: Decoder,
  input: string,
  stdin: Uint8Array | undefined,
  place: Place,
): Promise<number> {
  const args = [
    ...(stdin === undefined ? ["-nostdin"] : []),
    ...["-v", "error", "-progress", "pipe:1"],
    ...ONLY_MP4,
    ...["-i", input],
    ...(isVideo ? EVERY_FRAME_ONCE : []),
    ...["-f", "null", "-"],
  ];
  let decoded = 0;
  const onLine = (line: string) => {
    const count = /^frame=\s*(\d+)/.exec(line)?.[1];
    if (count !== undefined) decoded = Number(count);
  };
  const task = watchedTask(tools, path, "verify");
  const options = { signal, task, onLine, ...(stdin && { stdin }) };
  const run = await runTool(tools.ffmpeg.path, args, options);
  const { exitCode, stderr } = requireNotKilled(run, "ffmpeg");
  if (exitCode !== 0 || stderr.trim() !== "") {
    const words = lastLines(stderr, 1) || `exit code ${exitCode}`;
    place.fault("decode", `ffmpeg complains while decoding: ${words}`);
  }
  return decoded;
}

/** The file's header and one fragment: what a client has after a seek. */
async function readAlone(
  folder: string,
  { file, trackId }: CheckedTrack,
  i: number,
  findings: Findings,
): Promise<Uint8Array | undefined> {
  const reader = await openTrack(folder, file, trackId, findings);
  if (reader === undefined) return undefined;
  try {
    const { begin, end } = fragmentSpan(reader, i);
    const size = Math.max(0, end - begin);
    if (size > LARGEST_ALONE) {
      const most = `at most ${LARGEST_ALONE}`;
      findings.in(file, i + 1).wrong("decode", "size", size, most);
      return undefined;
    }
    const header = await readAt(reader.file, 0, fragmentSpan(reader, 0).begin);
    return concat([header, await readAt(reader.file, begin, size)]);
  } finally {
    await reader.file.close();
  }
}

import { join } from "node:path";
import type { Tools } from "../tools/find.js";
import { lastLines, runTool } from "../tools/run.js";
import type { Findings } from "./finding.js";

/**
 * Frames are counted and numbered anew: left to its guess of the frame rate,
 * ffmpeg would drop or double some, and complain about it.
 */
const EVERY_FRAME_ONCE = ["-vf", "setpts=N/25/TB", "-r", "25"];

/**
 * Decodes a track file from begin to end and accepts no complaint.
 *
 * @param frames how many video frames must come out; undefined for sound, whose frames ffmpeg regroups
 */
export async function checkDecoding(
  folder: string,
  file: string,
  frames: number | undefined,
  tools: Tools,
  findings: Findings,
  signal?: AbortSignal,
): Promise<void> {
  const args = [
    ...["-nostdin", "-v", "error", "-progress", "pipe:1"],
    ...["-i", join(folder, file)],
    ...(frames === undefined ? [] : EVERY_FRAME_ONCE),
    ...["-f", "null", "-"],
  ];
  let decoded = 0;
  const onLine = (line: string) => {
    const count = /^frame=\s*(\d+)/.exec(line)?.[1];
    if (count !== undefined) decoded = Number(count);
  };
  const { exitCode, stderr } = await runTool(tools.ffmpeg.path, args, {
    signal,
    onLine,
  });
  const place = findings.in(file);
  if (exitCode !== 0 || stderr.trim() !== "") {
    const words = lastLines(stderr, 1) || `exit code ${exitCode}`;
    place.fault("decode", `ffmpeg complains while decoding: ${words}`);
  }
  if (frames !== undefined) {
    place.expect("decode", "number of decoded frames", decoded, frames);
  }
}

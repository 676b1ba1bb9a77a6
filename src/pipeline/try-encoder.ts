import { codecNamed } from "../codecs/index.js";
import { TRIAL_FRAMES, TRIAL_GOP, trialCommand } from "../encode/trial.js";
import { PackError } from "../errors.js";
import { ffmpegArguments, type FfmpegCommand } from "../ffmpeg/command.js";
import type { Tools } from "../ffmpeg/find.js";
import { lastLines, runTool, type RunResult } from "../ffmpeg/run.js";
import { taskOf } from "../ffmpeg/stall.js";
import { complaintsIn } from "../ffmpeg/stderr.js";
import { frameTime, SMOOTH_TIMESCALE } from "../media/time.js";
import { at, type Track } from "../media/track.js";
import { isEncoded, type VideoPlan } from "../plan/encode-plan.js";
import { keyFrames } from "../tracks/key-frames.js";
import { readEncoded } from "../tracks/read-encoded.js";
import { commandLine } from "../util/format.js";

function trialOf(picture: VideoPlan, folder: string) {
  return trialCommand(picture, picture.rungs.filter(isEncoded), folder);
}

/** The same for pictures that are tried in the same way. */
export function trialName(picture: VideoPlan): string {
  return ffmpegArguments(trialOf(picture, "").command).join("\n");
}

/**
 * Has a device encode a moment of a test picture.
 *
 * @param folder for what it makes
 * @throws PackError `tool` where it does not open, or makes pictures that no package may have; `aborted`
 */
export async function tryEncoder(
  picture: VideoPlan,
  folder: string,
  tools: Tools,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { path } = tools.ffmpeg;
  const { encoder = "" } = picture;
  const { command, files } = trialOf(picture, folder);
  const task = taskOf(tools, path, "tool");
  const run = await runTool(path, ffmpegArguments(command), { signal, task });
  if (run.exitCode !== 0 || complaintsIn(run.stderr).length > 0)
    throw notOpen(encoder, path, command, run);
  for (const { rung, path: file } of files) {
    const fault = await faultIn(picture, { rung, pieces: [file] });
    if (fault !== undefined) throw notAble(encoder, rung.name, fault);
  }
}

/** Why the pictures of a trial would not do for a package; undefined when they do. */
async function faultIn(
  { grid }: VideoPlan,
  item: Parameters<typeof readEncoded>[0],
): Promise<string | undefined> {
  const [path = ""] = item.pieces;
  try {
    const track = await readEncoded(item);
    const label = item.rung.name;
    const source = { path, label, track, trackId: 1, bitrate: undefined };
    const { list } = await keyFrames({ ...source, kind: "video" });
    return (
      countFault(track) ??
      keyFrameFault(list.map(({ sample }) => sample)) ??
      orderFault(track, frameTime(1, grid.frameRate, SMOOTH_TIMESCALE)) ??
      codecNamed(track.codec).codedPicture(track.config)?.reason
    );
  } catch (error) {
    if (error instanceof PackError && error.code !== "aborted")
      return error.message.replace(`${path}: `, "").replace(/\.$/, "");
    throw error;
  }
}

function countFault({ samples }: Track): string | undefined {
  return samples.count === TRIAL_FRAMES
    ? undefined
    : `${samples.count} pictures of ${TRIAL_FRAMES}`;
}

function keyFrameFault(found: readonly number[]): string | undefined {
  const expected = Array.from(
    { length: Math.ceil(TRIAL_FRAMES / TRIAL_GOP) },
    (_, i) => i * TRIAL_GOP,
  );
  return expected.every((frame) => found.includes(frame))
    ? undefined
    : `key frames that close a group at pictures ${found.join(", ")}. Expected ${expected.join(", ")}`;
}

/** Players built on ffmpeg are late by as many pictures as the deepest order needs: decision 0005. */
function orderFault({ samples }: Track, frame: number): string | undefined {
  let deepest = 0;
  for (let i = 0; i < samples.count; i++)
    deepest = Math.max(deepest, -at(samples.compositionOffset, i));
  const pictures = Math.round(deepest / frame);
  return pictures <= 1
    ? undefined
    : `pictures that are decoded ${pictures} places after their turn. Expected at most 1`;
}

const HINT =
  "mss-pack doctor lists what this ffmpeg has; without --encoder, libx264 encodes.";

function notOpen(
  encoder: string,
  path: string,
  command: FfmpegCommand,
  { stderr, exitCode }: RunResult,
): PackError {
  const words = lastLines(stderr, 6);
  const cause = complaintsIn(stderr)[0] ?? lastLines(stderr, 1);
  return new PackError(
    "tool",
    `${encoder}: does not work here with ${path}: ${cause.replace(/\.$/, "")}. Expected a device that encodes every rung at once.`,
    {
      hint: HINT,
      facts: {
        ...{ encoder, exitCode, stderr: words },
        command: commandLine(path, ffmpegArguments(command)),
      },
    },
  );
}

function notAble(encoder: string, rung: string, fault: string): PackError {
  const expected = fault.includes(". Expected ")
    ? fault
    : `${fault}. Expected what every player of Smooth Streaming shows`;
  return new PackError(
    "tool",
    `${encoder}: of a test picture for ${rung} it made ${expected}.`,
    { hint: HINT, facts: { encoder, rung, fault } },
  );
}

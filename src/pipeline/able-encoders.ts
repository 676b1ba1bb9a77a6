import { encoderOf } from "../codecs/index.js";
import { PackError } from "../errors.js";
import { requireEncoders, type Tool, type Tools } from "../ffmpeg/find.js";
import {
  isEncoded,
  requiredEncoders,
  videoStream,
  type EncodePlan,
} from "../plan/encode-plan.js";
import { PRESET_CODECS } from "../plan/preset.js";
import { withTemporaryFolder } from "./temporary.js";

/**
 * Requires the encoders of a plan: that ffmpeg has them, and that a device's opens here and makes what a package needs.
 * ffmpeg lists encoders of devices that are not there, so a moment of a test picture is encoded, once for all films of
 * the same ladder.
 *
 * @throws PackError `tool` where one is missing, does not open, or makes other pictures; `aborted`
 */
export async function requireAbleEncoders(
  plan: EncodePlan,
  tools: Tools,
  signal?: AbortSignal,
): Promise<void> {
  await requireEncoders(tools.ffmpeg, requiredEncoders(plan));
  const picture = videoStream(plan);
  if (picture?.encoder === undefined || !picture.rungs.some(isEncoded)) return;
  const { trialName, tryEncoder } = await import("./try-encoder.js");
  const known = tried.get(tools.ffmpeg) ?? new Set<string>();
  tried.set(tools.ffmpeg, known);
  const name = trialName(picture);
  if (known.has(name)) return;
  await withTemporaryFolder(plan.name, signal, (folder) =>
    tryEncoder(picture, folder, tools, signal),
  );
  known.add(name);
}

/** Trials that went well: a batch has many films of one ladder. */
const tried = new WeakMap<Tool, Set<string>>();

/** What to do where no ffmpeg has a device's encoder, in place of what to do without x264. */
export function namingDevice(encoder: string): (error: unknown) => never {
  return (error) => {
    const isItsLack =
      error instanceof PackError &&
      encoder !== encoderOf(PRESET_CODECS.video) &&
      error.message.includes(`has no encoder ${encoder}`);
    if (!isItsLack) throw error;
    const { code, message, facts } = error;
    const hint = `Name an ffmpeg that is built with ${encoder}: --ffmpeg PATH. Without --encoder, libx264 encodes.`;
    throw new PackError(code, message, { hint, facts, cause: error });
  };
}

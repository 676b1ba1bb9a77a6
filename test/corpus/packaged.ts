import { Command } from "commander";
import { join } from "node:path";
import { makeItem } from "../../src/batch/item.js";
import { packItem } from "../../src/batch/pack-item.js";
import { failureOf } from "../../src/cli/errors.js";
import { makeOptions, type MakeFlags } from "../../src/cli/flags.js";
import { planMessage, resultMessage } from "../../src/cli/batch-events.js";
import { addOptions } from "../../src/cli/program.js";
import { PackError, type Failure } from "../../src/errors.js";
import { ratio } from "../../src/media/time.js";
import { audioStreams, videoStream } from "../../src/plan/encode-plan.js";
import { tools } from "../support/programs.js";
import type { MadePackage, ResultLine } from "./row.js";

/**
 * What the command makes of a file, as its `--json` says it. The work is the command's,
 * with its options, but in this process and with programs that are found once: hundreds
 * of inputs need no new Node.js and no new question about ffmpeg.
 *
 * @throws an error that is no refusal: for the command it would be a bug
 */
export async function packaged(
  input: string,
  args: readonly string[],
): Promise<MadePackage | Failure> {
  const command = addOptions(new Command().exitOverride(), "pack");
  const flags = command.parse(args, { from: "user" }).opts<MakeFlags>();
  const options = makeOptions(flags, new AbortController().signal, "");
  let plan: unknown;
  const { result, error } = await packItem(makeItem(input, 1, 1), {
    ...options,
    tools: await tools(),
    onPlan: (_, made, found) => (plan = planMessage(made, found).object),
  });
  if (result !== undefined)
    return madePackage(asJson(plan), asJson(resultMessage(result).object));
  if (!(error instanceof PackError)) throw error;
  return failureOf(error);
}

function asJson(object: unknown): unknown {
  return JSON.parse(JSON.stringify(object));
}

function madePackage(planLine: unknown, resultLine: unknown): MadePackage {
  const { plan } = planLine as Pick<MadePackage, "plan">;
  const result = resultLine as ResultLine;
  const video = videoStream(plan);
  const pathOf = (file: string | undefined) => join(result.folder, file ?? "");
  const sounds = audioStreams(plan).map(({ rungs }) => pathOf(rungs[0]?.file));
  return {
    plan,
    result,
    video: pathOf(video?.rungs[0]?.file),
    audio: sounds.at(-1) ?? "",
    sounds,
    framesPerSecond: video ? ratio(video.grid.frameRate) : 0,
  };
}

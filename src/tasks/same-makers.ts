import { PackError } from "../errors.js";
import { buildText, encoderBuild } from "../ffmpeg/encoder-build.js";
import type { Tools } from "../ffmpeg/find.js";
import { version } from "../util/install.js";
import type { TaskPlan } from "./task-plan.js";

/**
 * Pieces of two encoders would not fit together, or be other bytes on another day.
 *
 * @throws PackError `tool` when the programs here are others than those that the plan was made with
 */
export async function requireSameMakers(
  tasks: Pick<TaskPlan, "version" | "encoder">,
  tools: Tools,
  {
    allowMixed = false,
    signal,
  }: {
    readonly allowMixed?: boolean | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<void> {
  if (allowMixed) return;
  const own = buildText(await encoderBuild(tools, signal));
  const planned = buildText(tasks.encoder);
  if (own !== planned) throw other(own, planned);
  const ours = `mss-pack ${version()}`;
  const theirs = `mss-pack ${tasks.version}`;
  if (ours !== theirs) throw other(ours, theirs);
}

function other(found: string, expected: string): PackError {
  return new PackError(
    "tool",
    `Here is ${found}, and the plan was made with ${expected}. Expected the same on every machine.`,
    {
      hint: "--allow-mixed takes part nevertheless; pieces that do not fit together are refused later.",
      facts: { found, expected },
    },
  );
}

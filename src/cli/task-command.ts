import { PackError } from "../errors.js";
import { openPlan, packageOf, tooEarly } from "../tasks/open-plan.js";
import { packageTasks, type PackagedTasks } from "../tasks/package-tasks.js";
import { toldAsPassing } from "../tasks/passing.js";
import { STOP_WITH_STDIN } from "../util/stop-with-stdin.js";
import { runTask } from "../tasks/run-task.js";
import { withReporter, type ReporterFlags } from "./choose-reporter.js";
import { deliveredMessage } from "./messages.js";
import { StoppedBySignal, say, writeLine } from "./process.js";
import type { Message } from "./reporter.js";
import { verifyCommand } from "./verify-command.js";

/** Options of `mss-pack task`, as commander's values. */
export interface TaskFlags extends ReporterFlags {
  readonly allowMixed?: boolean;
  readonly nice?: number;
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
  readonly stallTimeout?: number;
}

/** `mss-pack task plan.json N`: for schedulers, which learn from its exit code whether to try again. */
export async function taskCommand(
  plan: string,
  step: string,
  flags: TaskFlags,
  signal: AbortSignal,
): Promise<void> {
  try {
    const stop = AbortSignal.any([signal, endOfWorker(process.env)]);
    await doStep(plan, step, flags, stop);
  } catch (error) {
    throw isByHand(error) ? error : toldAsPassing(error);
  }
}

/** Ctrl-C: a person wants no other try. */
function isByHand(error: unknown): boolean {
  const { cause } = error as { cause?: unknown };
  return cause instanceof StoppedBySignal && cause.by === "SIGINT";
}

/** A worker holds our standard input open while it lives. */
function endOfWorker(environment: NodeJS.ProcessEnv): AbortSignal {
  const gone = new AbortController();
  if (environment[STOP_WITH_STDIN] !== undefined)
    process.stdin
      .once("error", () => gone.abort())
      .once("end", () => gone.abort())
      .resume()
      .unref();
  return gone.signal;
}

async function doStep(
  plan: string,
  step: string,
  flags: TaskFlags,
  signal: AbortSignal,
): Promise<void> {
  const { allowMixed, ffmpeg, ffprobe, stallTimeout, nice } = flags;
  const options = {
    ...{ allowMixed, signal, nice, ffmpegPath: ffmpeg, ffprobePath: ffprobe },
    ...(stallTimeout !== undefined && { stallTimeoutSeconds: stallTimeout }),
  };
  if (step === "package")
    return withReporter(flags, plan, async (reporter) =>
      packagedMessage(
        await packageTasks(plan, {
          ...options,
          onProgress: (progress) => reporter.progress(progress),
        }),
      ),
    );
  if (step === "verify") return verifyPackage(plan, flags, signal);
  const result = await runTask(plan, numberOf(step), options);
  if (flags.json) writeLine({ type: "task", number: Number(step), ...result });
  else if (!flags.quiet)
    say(result.wasDone ? `${result.step}: was done` : `${result.step}: done`);
}

function numberOf(step: string): number {
  if (/^\d{1,6}$/.test(step)) return Number(step);
  throw new PackError(
    "usage",
    `"${step}" is no step. Expected its number, package or verify.`,
    {
      hint: "mss-pack plan FILM -o OUT --work FOLDER tells the steps of a film.",
    },
  );
}

function packagedMessage({ manifest, result }: PackagedTasks): Message {
  if (result !== undefined)
    return deliveredMessage(result, result.plan, { plan: result.plan });
  return {
    text: () => `${manifest}: was packaged`,
    object: { state: "skipped", manifest },
  };
}

/** @throws PackError `encode` when the package is not made yet */
async function verifyPackage(
  plan: string,
  flags: TaskFlags,
  signal: AbortSignal,
): Promise<void> {
  const manifest = await packageOf(await openPlan(plan));
  if (manifest === undefined) throw tooEarly(plan, "package");
  await verifyCommand([manifest], { ...flags, verify: "full" }, signal);
}

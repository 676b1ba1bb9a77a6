import type { BatchReport } from "../batch/batch.js";
import { watchFolder } from "../batch/watch/watch.js";
import { PackError } from "../errors.js";
import { eventsOf } from "./batch-events.js";
import { chooseReporter } from "./choose-reporter.js";
import { followUp } from "./follow-up.js";
import { makeOptions, protectionAskedFor, type MakeFlags } from "./flags.js";
import {
  batchError,
  finish,
  requireReportPlace,
  type Outcome,
} from "./outcome.js";

export interface WatchFlags extends MakeFlags {
  readonly settle?: number;
  readonly poll?: number;
  readonly once?: boolean;
  readonly recursive?: boolean;
}

/** `mss-pack watch folder -o out/` */
export async function watchCommand(
  folder: string,
  flags: WatchFlags,
  signal: AbortSignal,
): Promise<void> {
  refuseMisfits(flags);
  await requireReportPlace(flags);
  await finish(await run(folder, flags, signal), flags);
}

function refuseMisfits(flags: WatchFlags): void {
  if (flags.name !== undefined) {
    throw new PackError(
      "usage",
      "--name does not go with watch: each package is called like its file.",
    );
  }
  if (flags.report !== undefined && !flags.once) {
    throw new PackError(
      "usage",
      "--report goes with watch --once only: a watch has no end.",
      {
        hint: "Each file in failed/ has a report beside it; --json tells all.",
      },
    );
  }
}

/** Never rejects, so there is always a result to report. */
async function run(
  folder: string,
  flags: WatchFlags,
  signal: AbortSignal,
): Promise<Outcome> {
  const reporter = chooseReporter(flags, { isBatch: true });
  const events = eventsOf(reporter);
  try {
    const options = makeOptions(
      flags,
      signal,
      `mss-pack watch ${folder} -o out/`,
    );
    const { settle, poll, once, recursive, keepFolders } = flags;
    const protection = await protectionAskedFor(flags, {
      output: flags.output,
      watched: folder,
      signal,
    });
    const ready = `Watching ${folder}, Ctrl-C ends it.`;
    const report = await watchFolder(folder, {
      ...options,
      protection,
      ...events,
      afterEach: followUp(flags, reporter, signal),
      onMoved: (item, to) => reporter.moved(item, to),
      onWarning: (text) => reporter.warn(text),
      onReady: () => (once ? undefined : reporter.say(ready)),
      ...{ settleSeconds: settle, pollSeconds: poll, once },
      ...{ recursive, keepFolders },
    });
    reporter.summary(report);
    return { report, error: watchError(report, signal), isBatch: true };
  } catch (error) {
    return { error };
  } finally {
    events.release();
    reporter.close();
  }
}

/** A watch that a signal ends reports that, even when it had no work. */
function watchError(
  report: BatchReport,
  signal: AbortSignal,
): PackError | undefined {
  if (!signal.aborted) return batchError(report, signal, WHERE_THEY_ARE);
  return new PackError(
    "aborted",
    report.stopped === 0
      ? "The watch was ended."
      : "The watch was ended in the middle of the work.",
    {
      cause: signal.reason,
      hint: "Begun again, it goes on with what is left in the folder.",
    },
  );
}

const WHERE_THEY_ARE =
  "They are in failed/, each with its reason; those that are not to blame stay where they were.";

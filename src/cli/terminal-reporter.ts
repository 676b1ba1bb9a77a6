import { Presets, SingleBar, MultiBar } from "cli-progress";
import type { BatchItem } from "../batch/item.js";
import type { PackProgress } from "../pipeline/options.js";
import { say } from "./print.js";
import {
  remainingSeconds,
  type BatchReporter,
  type Reporter,
} from "./reporter.js";
import {
  barLabel,
  endText,
  movedText,
  planText,
  summaryText,
  progressDetails,
} from "./text.js";

/** A bar on stderr with the step's name, percent, speed and time left. */
export function terminalReporter(verbose: boolean): Reporter {
  const eta = remainingSeconds();
  const bar = new SingleBar(
    {
      format: "{label} {bar} {percentage} %{details}",
      stream: process.stderr,
      barsize: 30,
      clearOnComplete: true,
      hideCursor: true,
      // Ctrl-C is ours: it must stop ffmpeg and clean up first.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  let isShown = false;
  return {
    plan: (said) => process.stderr.write(`${said.lines(verbose)}\n`),
    progress(progress) {
      const payload = {
        label: progress.label.padEnd(8),
        details: progressDetails(progress, eta(progress)),
      };
      if (!isShown) bar.start(100, 0, payload);
      isShown = true;
      bar.update(Math.floor(progress.fraction * 100), payload);
    },
    result(said) {
      bar.stop();
      process.stderr.write(`${said.lines(verbose)}\n`);
    },
    close: () => bar.stop(),
  };
}

/** A bar for each input that is worked on, below the lines that stay. */
export function batchBars(verbose: boolean): BatchReporter {
  const bars = barStack();
  return {
    onStart: (item) => bars.add(item),
    onPlan: (item, plan, tools) =>
      bars.above(planText(item, plan, tools, verbose)),
    onProgress: (item, progress) => bars.update(item, progress),
    onEnd(item, { report }) {
      bars.remove(item);
      bars.above(endText(item, report));
    },
    summary(report) {
      bars.close();
      say(summaryText(report));
    },
    say: (text) => bars.above(text),
    onMoved: (item, to) => bars.above(movedText(item, to)),
    onTrouble: (text) => bars.above(text),
    close: () => bars.close(),
  };
}

interface Running {
  bar: SingleBar | undefined;
  percent: number;
  payload: { label: string; step: string; details: string };
  readonly eta: ReturnType<typeof remainingSeconds>;
}

/**
 * The bars of all inputs that run. Lines are written with all bars taken away:
 * MultiBar's own log leaves pieces of bars behind lines that are longer or more.
 */
function barStack() {
  const running = new Map<BatchItem, Running>();
  let stack: MultiBar | undefined;
  const hide = () => {
    stack?.stop();
    stack = undefined;
  };
  const show = () => {
    if (running.size === 0) return;
    stack = new MultiBar(OPTIONS, Presets.shades_classic);
    for (const entry of running.values())
      entry.bar = stack.create(100, entry.percent, entry.payload);
  };
  const redrawn = (change: () => void) => {
    hide();
    change();
    show();
  };
  return {
    add: (item: BatchItem) => redrawn(() => running.set(item, begun(item))),
    remove: (item: BatchItem) => redrawn(() => running.delete(item)),
    above: (text: string) => redrawn(() => say(text)),
    update(item: BatchItem, progress: PackProgress) {
      const entry = running.get(item);
      if (entry === undefined) return;
      entry.percent = Math.floor(progress.fraction * 100);
      entry.payload.step = progress.label;
      entry.payload.details = progressDetails(progress, entry.eta(progress));
      entry.bar?.update(entry.percent, entry.payload);
    },
    close() {
      running.clear();
      hide();
    },
  };
}

function begun(item: BatchItem): Running {
  return {
    bar: undefined,
    percent: 0,
    payload: { label: barLabel(item), step: "begins", details: "" },
    eta: remainingSeconds(),
  };
}

const OPTIONS = {
  format: "{label} {bar} {percentage} % {step}{details}",
  stream: process.stderr,
  barsize: 20,
  clearOnComplete: true,
  hideCursor: true,
  // Ctrl-C is ours: it must stop ffmpeg and clean up first.
  gracefulExit: false,
};

import { Presets, MultiBar, type SingleBar } from "cli-progress";
import type { BatchItem } from "../batch/item.js";
import type { BatchProgress } from "../batch/time-left.js";
import type { PackProgress } from "../pipeline/options.js";
import {
  barLabel,
  remainingText,
  movedText,
  progressDetails,
  timeLeft,
  wholeLabel,
} from "./batch-text.js";
import { say } from "./process.js";
import {
  remainingSeconds,
  wording,
  type Reporter,
  type ReporterOptions,
} from "./reporter.js";

/** A bar on stderr for each running input, below the lines that stay. */
export function terminalReporter(options: ReporterOptions): Reporter {
  const { isBatch } = options;
  const words = wording(options);
  const look = barStyle(isBatch, process.stderr.columns || 80);
  const bars = barStack(look);
  return {
    start(item) {
      if (isBatch) bars.add(item);
    },
    plan: (item, message) => bars.above(words.plan(item, message)),
    progress(item, progress, batch) {
      // While a single input is being probed there is nothing to show.
      if (!isBatch) bars.add(item);
      bars.update(item, progress);
      if (batch) bars.whole(wholeLabel(item, look.nameWidth), batch);
    },
    end(item, ended) {
      bars.remove(item);
      bars.above(words.end(item, ended));
    },
    moved: (item, to) => bars.above(movedText(item, to)),
    summary(report) {
      bars.close();
      bars.above(words.summary(report));
    },
    say: (text) => bars.above(text),
    warn: (text) => bars.above(text),
    close: () => bars.close(),
  };
}

/** A bar and its content; a new bar replaces it after text is written above. */
interface DrawnBar {
  bar: SingleBar | undefined;
  percent: number;
  payload: { label: string; step: string; details: string };
}

const NOTHING = { step: "", details: "" };

interface Running extends DrawnBar {
  readonly eta: ReturnType<typeof remainingSeconds>;
}

/**
 * The bars of all running inputs. All bars are removed while lines are written: MultiBar's own
 * log leaves pieces of bars after long or multiple lines.
 */
function barStack(look: BarStyle) {
  const running = new Map<BatchItem, Running>();
  let all: DrawnBar | undefined;
  let stack: MultiBar | undefined;
  const hide = () => {
    stack?.stop();
    stack = undefined;
  };
  const show = () => {
    if (running.size === 0) return;
    stack = new MultiBar({ ...OPTIONS, ...look }, Presets.shades_classic);
    for (const entry of [...running.values(), ...(all ? [all] : [])])
      entry.bar = stack.create(100, entry.percent, entry.payload);
  };
  const redrawn = (change: () => void) => {
    hide();
    change();
    show();
  };
  return {
    add(item: BatchItem) {
      if (!running.has(item))
        redrawn(() => running.set(item, begun(item, look)));
    },
    remove: (item: BatchItem) => redrawn(() => running.delete(item)),
    above(text: string | undefined) {
      if (text !== undefined) redrawn(() => say(text));
    },
    update(item: BatchItem, progress: PackProgress) {
      const entry = running.get(item);
      if (entry === undefined) return;
      entry.percent = Math.floor(progress.fraction * 100);
      entry.payload.step = progress.label.padEnd(look.stepWidth);
      const remaining = entry.eta(progress);
      entry.payload.details = look.isBrief
        ? remainingText(progress, remaining)
        : progressDetails(progress, remaining);
      entry.bar?.update(entry.percent, entry.payload);
    },
    /** The last bar is that of the whole batch. */
    whole(label: string, batch: BatchProgress) {
      const isNew = all === undefined;
      all ??= { bar: undefined, percent: 0, payload: { ...NOTHING, label } };
      all.percent = Math.floor(batch.fraction * 100);
      all.payload.details = look.isBrief
        ? timeLeft(batch)
        : timeLeft(batch).replace(/^, /, "");
      if (isNew) redrawn(() => undefined);
      all.bar?.update(all.percent, all.payload);
    },
    close() {
      running.clear();
      all = undefined;
      hide();
    },
  };
}

function begun(item: BatchItem, { nameWidth }: BarStyle): Running {
  return {
    bar: undefined,
    percent: 0,
    payload: { label: barLabel(item, nameWidth), step: "begins", details: "" },
    eta: remainingSeconds(),
  };
}

const OPTIONS = {
  stream: process.stderr,
  clearOnComplete: true,
  hideCursor: true,
  // We handle Ctrl-C: it must stop ffmpeg and clean up first.
  gracefulExit: false,
};

/** The layout of the progress bars on a terminal of some width. */
interface BarStyle {
  /** In cli-progress's notation. */
  readonly format: string;
  readonly barsize: number;
  readonly stepWidth: number;
  /** Columns for an input's name. */
  readonly nameWidth: number;
  /** The time left alone stands behind the percentage. */
  readonly isBrief: boolean;
}

/** Percent, step, speed and time left, as in "100 % encode, 120 fps, 10.00x, 1:00:00 left". */
const DETAILS = 43;

/** The same without step and speed: "100 %, 1:00:00 left". */
const BRIEF_DETAILS = 19;

/** An item's place in the batch: "[10/20] ". */
const PLACE = 8;

/** A narrower terminal shows brief details of a batch. */
const WIDE = 76;

/**
 * The end of a line that is too long would be cut off, and there the time left stands.
 *
 * @param columns of the terminal
 */
export function barStyle(isBatch: boolean, columns: number): BarStyle {
  if (!isBatch) return styleOfOne(columns);
  return columns < WIDE ? narrowStyle(columns) : wideStyle(columns);
}

function styleOfOne(columns: number): BarStyle {
  return {
    format: "{step} {bar} {percentage} %{details}",
    barsize: between(columns - DETAILS - 3, 4, 30),
    ...{ stepWidth: 8, nameWidth: 0, isBrief: columns < 56 },
  };
}

function wideStyle(columns: number): BarStyle {
  return {
    format: "{label} {bar} {percentage} % {step}{details}",
    barsize: between(columns - PLACE - 24 - DETAILS - 2, 4, 20),
    ...{ stepWidth: 0, isBrief: false },
    nameWidth: between(columns - PLACE - 4 - DETAILS - 2, 10, 24),
  };
}

function narrowStyle(columns: number): BarStyle {
  return {
    format: "{label} {bar} {percentage} %{details}",
    ...{ barsize: 4, stepWidth: 0, isBrief: true },
    nameWidth: between(columns - PLACE - 4 - BRIEF_DETAILS - 2, 4, 24),
  };
}

function between(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

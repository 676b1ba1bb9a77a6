/** The exit code that shells expect when a signal ends a process: 128 and the signal's number. */
const SIGNAL_EXIT_CODES = {
  SIGINT: 130,
  SIGTERM: 143,
  SIGHUP: 129,
  SIGPIPE: 141,
} as const;

type StopSignal = keyof typeof SIGNAL_EXIT_CODES;

export interface StopSignals {
  /**
   * Fires on the first Ctrl-C, SIGTERM, SIGHUP, or when standard output is closed; its reason is
   * a {@link StoppedBySignal}.
   */
  readonly signal: AbortSignal;
  /** Gives the signals back to Node. */
  release(): void;
}

/** Why an AbortSignal fired: the process was asked to stop. */
export class StoppedBySignal extends Error {
  readonly exitCode: number;

  constructor(readonly by: StopSignal) {
    super(`Stopped by ${by}.`);
    this.exitCode = SIGNAL_EXIT_CODES[by];
  }
}

/** Has the reader of standard output gone? */
export function isOutputClosed({ reason }: AbortSignal): boolean {
  return reason instanceof StoppedBySignal && reason.by === "SIGPIPE";
}

let onHangup: (() => boolean) | undefined;

/** From now on SIGHUP stops nothing if the listener handles it: a server reopens its log. */
export function takeHangup(listener: () => boolean): void {
  onHangup = listener;
}

/** The first signal stops ffmpeg and cleans up; a second one ends the process at once. */
export function stopOnSignals(): StopSignals {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (signal === "SIGHUP" && onHangup?.()) return;
    const reason = new StoppedBySignal(signal as StopSignal);
    if (controller.signal.aborted) process.exit(reason.exitCode);
    controller.abort(reason);
  };
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of names) process.on(name, onSignal);
  // Node turns a closed pipe into an error of the stream: `mss-pack ... | head`.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") {
      process.stderr.write(`mss-pack: standard output: ${error.message}\n`);
    }
    if (!controller.signal.aborted) onSignal("SIGPIPE");
  });
  // Otherwise Node opens its debugger. batch-events.ts answers once there is progress to report.
  const ignore = () => undefined;
  if (process.platform !== "win32") process.on("SIGUSR1", ignore);
  // The reader of stderr has gone; the work goes on.
  process.stderr.on("error", () => undefined);
  return {
    signal: controller.signal,
    release() {
      onHangup = undefined;
      names.forEach((name) => process.off(name, onSignal));
      process.off("SIGUSR1", ignore);
    },
  };
}

/** An object as a line on stdout. */
export function writeLine(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Writes text for people, with a line end. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The exit code that shells expect of a process ended by a signal: 128 and its number. */
const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

type StopSignal = keyof typeof SIGNAL_EXIT_CODES;

export interface StopSignals {
  /** Fires on the first Ctrl-C, SIGTERM or SIGHUP; its reason is a {@link StoppedBySignal}. */
  readonly signal: AbortSignal;
  /** Gives the signals back to Node. */
  release(): void;
}

/** Why an AbortSignal fired: the process was asked to stop. */
export class StoppedBySignal extends Error {
  readonly exitCode: number;

  constructor(signal: StopSignal) {
    super(`Stopped by ${signal}.`);
    this.exitCode = SIGNAL_EXIT_CODES[signal];
  }
}

/** The first signal stops ffmpeg and cleans up; a second one ends the process at once. */
export function stopOnSignals(): StopSignals {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    const reason = new StoppedBySignal(signal as StopSignal);
    if (controller.signal.aborted) process.exit(reason.exitCode);
    controller.abort(reason);
  };
  const names = Object.keys(SIGNAL_EXIT_CODES) as StopSignal[];
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    release: () => names.forEach((name) => process.off(name, onSignal)),
  };
}

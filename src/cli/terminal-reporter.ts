import { Presets, SingleBar } from "cli-progress";
import { remainingSeconds } from "./eta.js";
import { progressDetails } from "./text.js";
import type { Reporter } from "./reporter.js";

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

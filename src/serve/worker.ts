import type { LogSink } from "./log-sink.js";
import { serveHere, type Running } from "./serve-here.js";
import type { Settings } from "./settings.js";
import { refusalOf, type FromWorker, type ToWorker } from "./workers.js";

/**
 * A process that answers for another one, which node:cluster started it from.
 * It ends when it is told to, or when that one is gone. Signals that a terminal
 * or a service manager sends to all processes are for the first one alone.
 */
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => undefined);
process.on("disconnect", () => process.exit(0));

let starting: Promise<Running | undefined> | undefined;

process.on("message", (message: ToWorker) => {
  if (message.type === "serve") starting = start(message.settings);
  else void stop();
});

async function start(settings: Settings): Promise<Running | undefined> {
  try {
    const running = await serveHere(settings, SINK, (sentence) =>
      tell({ type: "trouble", sentence }),
    );
    tell({ type: "ready", port: running.port });
    return running;
  } catch (error) {
    tell({ type: "refused", error: refusalOf(error) });
    return undefined;
  }
}

async function stop(): Promise<void> {
  const running = await starting;
  await running?.close();
  // Messages that are under way arrive before the channel is closed.
  process.disconnect();
}

const SINK: LogSink = {
  write: (lines) => tell({ type: "log", lines }),
  reopen: () => undefined,
  close: async () => Promise.resolve(),
};

function tell(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

tell({ type: "here" });

import { chooseStore, type StoreFlags } from "../queue/address.js";
import type { Connected } from "../queue/connect.js";
import { USUAL_TIMING, type WorkTiming } from "../queue/work-options.js";
import { say } from "./process.js";

/** Options of every command of the queue, as commander's values. */
export interface QueueFlags extends StoreFlags {
  readonly migrate?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/**
 * Connects to the queue that the flags name, for a command's work.
 *
 * @throws PackError as `connect`, and as the work
 */
export async function withQueue<T>(
  flags: QueueFlags,
  work: (connected: Connected) => Promise<T>,
): Promise<T> {
  const address = chooseStore(flags, process.env);
  const { connect } = await import("../queue/connect.js");
  const connected = await connect(address, {
    migrate: flags.migrate,
    onWarning: (sentence) => say(`mss-pack: ${sentence}`),
  });
  try {
    return await work(connected);
  } finally {
    await connected.close();
  }
}

/** Tests do not wait for half a minute: MSS_PACK_QUEUE_TIMING="lock=2000,delay=100". */
export function timingOf(environment: NodeJS.ProcessEnv): WorkTiming {
  const text = environment["MSS_PACK_QUEUE_TIMING"] ?? "";
  const given = new Map(
    text.split(",").map((pair) => {
      const [name = "", value] = pair.split("=");
      return [name, Number(value)];
    }),
  );
  const { lockMs, watchMs, tries } = USUAL_TIMING;
  return {
    lockMs: given.get("lock") ?? lockMs,
    watchMs: given.get("watch") ?? watchMs,
    tries: {
      attempts: given.get("attempts") ?? tries.attempts,
      delayMs: given.get("delay") ?? tries.delayMs,
    },
  };
}

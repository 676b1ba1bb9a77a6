import { parentPort } from "node:worker_threads";
import { messageOf, PackError } from "../errors.js";
import {
  readPacked,
  type CaptionAnswer,
  type CaptionOrder,
} from "./caption-thread.js";

/** A thread that reads captions, one after another; see caption-thread.ts. */
let before: Promise<unknown> = Promise.resolve();

parentPort?.on("message", (order: CaptionOrder) => {
  // Columns are copied: memory of this thread that went to the other one would stay between its garbage.
  before = before.then(async () => parentPort?.postMessage(await work(order)));
});

async function work(order: CaptionOrder): Promise<CaptionAnswer> {
  const { source, fileName, options } = order;
  try {
    return { captions: await readPacked(source, fileName, options) };
  } catch (error) {
    const message = messageOf(error);
    if (!(error instanceof PackError))
      return { code: undefined, message, hint: undefined, facts: {} };
    const { code, hint, facts } = error;
    return { code, message: error.message, hint, facts };
  }
}

import { parentPort } from "node:worker_threads";
import { messageOf, PackError } from "../errors.js";
import {
  readPacked,
  type CaptionAnswer,
  type CaptionOrder,
} from "./caption-thread.js";
import type { PackedCues } from "./packed-cues.js";

/** A thread that reads captions, one after another; see caption-thread.ts. */
let before: Promise<unknown> = Promise.resolve();

parentPort?.on("message", (order: CaptionOrder) => {
  before = before.then(async () => answer(await work(order)));
});

/** Columns go to the other thread without a copy. */
function answer(message: CaptionAnswer): void {
  const columns = "captions" in message ? columnsOf(message.captions.cues) : [];
  parentPort?.postMessage(message, columns);
}

function columnsOf(cues: PackedCues): ArrayBuffer[] {
  const { begin, end, place, textEnd, text } = cues;
  return [begin, end, place, textEnd, text].map(
    ({ buffer }) => buffer as ArrayBuffer,
  );
}

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

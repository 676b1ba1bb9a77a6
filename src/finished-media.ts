import type { Delivery } from "./deliver.js";
import type { DeliverOptions } from "./options.js";
import type { ToolPaths } from "./ffmpeg/find.js";
import { version } from "./version.js";

/**
 * What a delivery is that encodes nothing: no later run can go on from it or take it
 * for its own, and ffmpeg is only asked to decode.
 *
 * @param name base name of the package
 * @throws PackError `tool` when the package is to be decoded and there is no ffmpeg
 */
export async function finishedMedia(
  name: string,
  options: ToolPaths & Pick<DeliverOptions, "verify">,
): Promise<Pick<Delivery, "job" | "tools" | "decodeHint">> {
  return {
    job: {
      ...{ name, version: version(), content: undefined },
      ...{ settings: "", ffmpeg: "" },
    },
    tools: options.verify === "full" ? await toolsOf(options) : undefined,
    decodeHint:
      "Samples are taken as they are: what they were taken from may decode no better.",
  };
}

/** The code that looks for programs is loaded when it is wanted. */
export async function toolsOf(paths: ToolPaths) {
  const { findTools } = await import("./ffmpeg/find.js");
  return findTools(paths);
}

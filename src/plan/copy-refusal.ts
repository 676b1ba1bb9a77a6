import { PackError } from "../errors.js";
import type { SourceInfo } from "../probe/source-info.js";
import type { CopyChoice, CopyFacts } from "./copyable.js";

/** Thrown before any work: what was asked for would not be right. */
export function cannotCopy(
  path: string,
  choice: CopyChoice,
  reason: string,
): PackError {
  const what = choice === "top" ? "picture" : "sound";
  return new PackError(
    "input",
    `${path}: --copy ${choice} cannot take its ${what} as it is: ${reason}.`,
    {
      hint: `Without --copy ${choice} it is encoded.`,
      facts: { file: path, copy: choice, reason },
    },
  );
}

/** The containers whose tables are read. */
export function isReadable(container: string): boolean {
  return container.split(",").includes("mp4");
}

/** What is known of a source whose tables nobody has read. */
export function unread({ container, clock }: SourceInfo): CopyFacts {
  const refusal = clock
    ? { reason: "its clock jumps, and the film goes on" }
    : isReadable(container)
      ? { reason: "its tables can only be read of a file on this machine" }
      : {
          reason: `its container is ${container}. Expected MP4 or MOV (ffmpeg -i FILE -c copy FILE.mp4 makes one)`,
        };
  return { begin: 0, picture: refusal, sound: refusal };
}

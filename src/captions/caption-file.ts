import { createHash } from "node:crypto";
import { open, readFile, stat } from "node:fs/promises";
import { messageOf, PackError } from "../errors.js";
import { MOST_CAPTION_BYTES } from "./read-captions.js";

/** @throws PackError `input` */
export async function readCaptionFile(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    // The reader rejects a larger file, and needs only the beginning for that.
    if (size <= MOST_CAPTION_BYTES) return await readFile(path);
    return new Uint8Array(MOST_CAPTION_BYTES + 1);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** Identifies the bytes of captions: SHA-256, in hex. */
export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** So much of a file at a time: less than what the allocator of the system hands out apart. */
const READ_SIZE = 64 * 1024;

/**
 * Hashes caption files again, with one buffer for all of them: the files of twenty languages would
 * be megabytes of garbage that nothing collects.
 */
export class ContentCheck {
  readonly #buffer = Buffer.allocUnsafeSlow(READ_SIZE);

  /**
   * @param content what {@link hashOf} said of the file before
   * @throws PackError `input` when it is another now, or cannot be read
   */
  async requireSame(path: string, content: string): Promise<void> {
    const now = await this.#hash(path).catch((cause: unknown) => {
      throw unreadable(path, cause);
    });
    if (now !== content) throw changed(path);
  }

  async #hash(path: string): Promise<string> {
    const hash = createHash("sha256");
    const file = await open(path);
    try {
      let left = MOST_CAPTION_BYTES + 1;
      while (left > 0) {
        const { bytesRead } = await file.read(this.#buffer);
        if (bytesRead === 0) break;
        hash.update(this.#buffer.subarray(0, bytesRead));
        left -= bytesRead;
      }
      return hash.digest("hex");
    } finally {
      await file.close();
    }
  }
}

export function changed(path: string): PackError {
  return new PackError("input", `${path}: changed during the run.`, {
    hint: "Wait until the file is complete, and run the same command again.",
  });
}

function unreadable(path: string, cause: unknown): PackError {
  return new PackError(
    "input",
    `${path}: cannot be read (${messageOf(cause)}).`,
    {
      hint: "Expected a caption file: --captions FILE, FILE=eng or FILE=eng,caption.",
      cause,
    },
  );
}

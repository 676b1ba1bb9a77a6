import { readFile } from "node:fs/promises";
import { addAbortSignal } from "node:stream";
import { text } from "node:stream/consumers";
import { messageOf, PackError, throwIfAborted } from "../errors.js";

/**
 * The paths in a list: one a line, taken as they are. Empty lines and lines that
 * begin with # do not count; `-` is standard input here too.
 *
 * @param file path of the list, `-` for standard input
 * @throws PackError `usage` when it cannot be read or holds no path
 */
export async function readList(
  file: string,
  signal: AbortSignal,
): Promise<string[]> {
  const lines = (await readText(file, signal))
    .replace(/^\ufeff/, "") // Windows editors begin a file with it
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));
  if (lines.length > 0) return lines;
  throw new PackError("usage", `--from-list ${file}: names no input.`);
}

async function readText(file: string, signal: AbortSignal): Promise<string> {
  if (file === "-" && process.stdin.isTTY) {
    throw new PackError(
      "usage",
      "--from-list -: standard input is a terminal. Expected a list, one path a line.",
      {
        hint: "For example: find clips -name '*.mkv' | mss-pack --from-list - -o out/",
      },
    );
  }
  try {
    return file === "-"
      ? await text(addAbortSignal(signal, process.stdin))
      : await readFile(file, "utf8");
  } catch (cause) {
    throwIfAborted(signal);
    throw new PackError(
      "usage",
      `--from-list ${file}: cannot be read (${messageOf(cause)}).`,
      { cause },
    );
  }
}

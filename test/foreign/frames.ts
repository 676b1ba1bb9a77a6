import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Tools } from "../../src/ffmpeg/find.js";
import { runTool } from "../../src/ffmpeg/run.js";

/** framemd5 of the decoded pictures and sound of each file of a package in the clear. */
export async function framesOf(
  { ffmpeg }: Tools,
  folder: string,
): Promise<Record<string, string[]>> {
  const frames: Record<string, string[]> = {};
  for (const name of readdirSync(folder)) {
    if (!/\.ism[av]$/.test(name)) continue;
    const { exitCode, stdout } = await runTool(
      ffmpeg.path,
      [
        ...["-v", "error", "-nostdin", "-i", join(folder, name)],
        ...["-vsync", "0", "-map", "0", "-f", "framemd5", "-"],
      ],
      { keepStdout: true },
    );
    expect(exitCode).toBe(0);
    const rows = stdout.split("\n").filter((row) => /^\d/.test(row));
    for (const row of rows) {
      const [stream = "", ...columns] = row.split(",");
      const own = (frames[`${name} ${stream}`] ??= []);
      own.push(columns.at(-1)?.trim() ?? "");
    }
  }
  return frames;
}

/** The tracks without their names, for packages that name them otherwise. */
export function tracksIn(frames: Record<string, string[]>): string[] {
  return Object.values(frames)
    .map((rows) => rows.join())
    .sort();
}

import {
  access,
  chmod,
  constants,
  copyFile,
  mkdir,
  stat,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/**
 * The program that npm brought as an optional dependency for this platform.
 * @returns undefined when there is none for it, or it cannot be made to run
 */
export async function bundledProgram(
  name: "ffmpeg" | "ffprobe",
): Promise<string | undefined> {
  const packageName = `@${name}-installer/${process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(
      `${packageName}/package.json`,
    );
    const suffix = process.platform === "win32" ? ".exe" : "";
    return await executable(
      join(dirname(manifest), name + suffix),
      name + suffix,
    );
  } catch {
    return undefined;
  }
}

/**
 * npm unpacks some of these programs without the executable bit and, since
 * version 12, runs no install script that would set it. So set it here, or run a copy.
 */
async function executable(path: string, fileName: string): Promise<string> {
  if (await canRun(path)) return path;
  try {
    await chmod(path, 0o755);
    return path;
  } catch {
    return await cachedCopy(path, fileName);
  }
}

/** For an installation that belongs to somebody else: a copy in the user's cache folder. */
async function cachedCopy(path: string, fileName: string): Promise<string> {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const { size } = await stat(path);
  const folder = join(cache, "mss-pack", String(size));
  const copy = join(folder, fileName);
  if (await canRun(copy)) return copy;
  await mkdir(folder, { recursive: true });
  await copyFile(path, copy);
  await chmod(copy, 0o755);
  return copy;
}

async function canRun(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

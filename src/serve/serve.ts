import { randomBytes } from "node:crypto";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { messageOf, PackError } from "../errors.js";
import { encodePath } from "../smooth/address.js";
import { findPackages } from "./find-packages.js";
import { NO_LOG, openLog } from "./log-sink.js";
import { makeOrigin } from "./origin.js";
import type { ServeHandle, ServeOptions } from "./options.js";
import { loadPreviewKeys } from "./preview/preview-keys.js";
import { listen } from "./listen.js";
import { makeSite, type OriginSettings, type OriginParts } from "./settings.js";

/**
 * Serves every package below a folder over HTTP, as IIS Media Services would, with a page that
 * plays them.
 *
 * @param place a folder that contains packages, or folders with packages; or an .ism, whose folder
 * is served
 * @throws PackError `input` when the folder cannot be read or has no package, `usage` when the
 * address is empty, taken or not ours, or keys could leave this machine, `output` when the log
 * cannot be opened
 */
export async function serve(
  place: string,
  options: ServeOptions = {},
): Promise<ServeHandle> {
  if (options.host === "") throw noHost();
  const { folder, page } = await targetOf(place);
  const root = await requireFolder(folder);
  const found = await findPackages(root);
  const packages = found.length;
  if (packages === 0) throw noPackages(folder);
  const preview = await loadPreviewKeys(options, root);
  const { accessLog, onWarning = () => undefined } = options;
  const sink = accessLog === false ? NO_LOG : openLog(accessLog, onWarning);
  const settings = settingsOf(resolve(folder), options);
  const { host = "127.0.0.1" } = options;
  try {
    const site = makeSite(settings, found, sink, onWarning, preview);
    const origin = makeOrigin(site);
    const port = await listen(origin.server, host, options.port ?? 8080);
    const url = urlOf(host, port);
    return {
      ...{ url, port, packages, pageUrl: url + page },
      previewUrl: preview && `${url}${page}#preview=${preview.token}`,
      reopenLog: () => sink.reopen(),
      close: async () => {
        await origin.close();
        await closeSite(site);
        await sink.close();
      },
    };
  } catch (error) {
    await sink.close();
    throw error;
  }
}

async function closeSite({ pictures, log, files }: OriginParts): Promise<void> {
  pictures.close();
  log.close();
  await files.closeAll();
}

/** The served folder, and the page to open first. */
interface ServeTarget {
  readonly folder: string;
  readonly page: string;
}

async function targetOf(place: string): Promise<ServeTarget> {
  const isPackage =
    /.\.ism$/i.test(place) && (await stat(place).catch(() => null))?.isFile();
  if (!isPackage) return { folder: place, page: "/" };
  const name = basename(place).slice(0, -".ism".length);
  return { folder: dirname(place), page: `/play/${encodePath(name)}` };
}

async function requireFolder(folder: string): Promise<string> {
  const stats = await stat(folder).catch((cause: unknown) => {
    throw unreadable(folder, cause);
  });
  if (stats.isDirectory()) {
    await readdir(folder).catch((cause: unknown) => {
      throw unreadable(folder, cause);
    });
    return realpath(folder);
  }
  throw new PackError("input", `${folder}: is not a folder.`, {
    hint: "Give the folder that the package is in, or its .ism.",
  });
}

function unreadable(folder: string, cause: unknown): PackError {
  return new PackError(
    "input",
    `${folder}: cannot be read (${messageOf(cause)}).`,
    { cause, hint: "Give the folder that your packages are in." },
  );
}

/** With an empty host, Node would listen on every network. */
function noHost(): PackError {
  return new PackError("usage", "The address to listen on is empty.", {
    hint: "Leave --host away for this machine alone, or give 0.0.0.0 for every network of it.",
  });
}

function noPackages(folder: string): PackError {
  return new PackError("input", `${folder}: there is no .ism in it.`, {
    hint: "Give the folder that packages are in, or one above it: mss-pack film.mp4 -o FOLDER makes one.",
    facts: { file: folder },
  });
}

function settingsOf(folder: string, options: ServeOptions): OriginSettings {
  const { anonymize = false } = options;
  return {
    folder,
    allowDownload: options.allowDownload ?? false,
    trustProxy: options.trustProxy ?? false,
    anonymizeKey: anonymize ? randomBytes(32) : undefined,
    logFormat: options.logFormat ?? "json",
    ffmpegPath: options.ffmpegPath,
  };
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

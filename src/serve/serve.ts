import { randomBytes } from "node:crypto";
import { readdir, realpath, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { messageOf, PackError } from "../errors.js";
import { findPackages } from "./find-packages.js";
import { NO_LOG, openLog } from "./log-sink.js";
import type { ServeHandle, ServeOptions } from "./options.js";
import { loadPreviewKeys } from "./preview/preview-keys.js";
import { serveHere } from "./serve-here.js";
import { serveWithWorkers } from "./workers.js";
import type { Settings } from "./settings.js";

/**
 * Serves every package below a folder over HTTP, as IIS Media Services would,
 * with a page that plays them.
 *
 * @param folder packages may lie in folders of it, too
 * @throws PackError `input` when the folder cannot be read or has no package, `usage` when the
 * address is empty, taken or not ours, or keys could get further than this machine, `output` when the log cannot be opened
 */
export async function serve(
  folder: string,
  options: ServeOptions = {},
): Promise<ServeHandle> {
  if (options.host === "") throw noHost();
  const root = await requireFolder(folder);
  const packages = (await findPackages(root)).length;
  if (packages === 0) throw noPackages(folder);
  const preview = await loadPreviewKeys(options, root);
  const { accessLog, onWarning = () => undefined } = options;
  const sink = accessLog === false ? NO_LOG : openLog(accessLog, onWarning);
  const settings = settingsOf(resolve(folder), options);
  try {
    const { workers = 1 } = options;
    const running =
      workers > 1
        ? await serveWithWorkers(workers, settings, sink, onWarning)
        : await serveHere(settings, sink, onWarning, preview);
    const { port, failed } = running;
    const url = urlOf(settings.host, port);
    return {
      ...{ url, port, packages, failed },
      previewUrl: preview && `${url}/#preview=${preview.token}`,
      reopenLog: () => sink.reopen(),
      close: async () => {
        await running.close();
        await sink.close();
      },
    };
  } catch (error) {
    await sink.close();
    throw error;
  }
}

async function requireFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch((cause: unknown) => {
    throw unreadable(folder, cause);
  });
  if (found.isDirectory()) {
    await readdir(folder).catch((cause: unknown) => {
      throw unreadable(folder, cause);
    });
    return realpath(folder);
  }
  throw new PackError("input", `${folder}: is not a folder.`, {
    hint: "Give the folder that the package is in; all of its packages are served.",
  });
}

function unreadable(folder: string, cause: unknown): PackError {
  return new PackError(
    "input",
    `${folder}: cannot be read (${messageOf(cause)}).`,
    { cause, hint: "Give the folder that your packages are in." },
  );
}

/** Node would listen on every network. */
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

function settingsOf(folder: string, options: ServeOptions): Settings {
  const { host = "127.0.0.1", port = 8080, anonymize = false } = options;
  return {
    ...{ folder, host, port },
    allowDownload: options.allowDownload ?? false,
    trustProxy: options.trustProxy ?? false,
    anonymizeKey: anonymize ? randomBytes(32).toString("hex") : undefined,
    logFormat: options.logFormat ?? "json",
    ffmpegPath: options.ffmpegPath,
  };
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

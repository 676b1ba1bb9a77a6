import { open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { PackError, messageOf } from "../errors.js";
import { readAt } from "../isobmff/scan.js";
import { isUrl, stillDemuxer } from "../ffmpeg/input-options.js";
import type { ProbedFile } from "./ask-ffprobe.js";

/** The user's file before its content is read. */
export interface SourceFile extends ProbedFile {
  /** 0 for a URL. */
  readonly sizeBytes: number;
}

/**
 * Finds the user's file.
 *
 * @param allowNetwork http and https addresses are read too
 * @throws PackError `input` when it is no file or empty, `usage` for an address without `allowNetwork`
 */
export async function openSource(
  input: string,
  allowNetwork: boolean,
): Promise<SourceFile> {
  if (isUrl(input)) return urlSource(input, allowNetwork);
  const path = resolve(input);
  try {
    const { isFile, isFolder, sizeBytes } = await lookAt(path);
    if (isFolder) throw folderError(input);
    if (!isFile) throw new PackError("input", `${input}: is not a file.`);
    if (sizeBytes === 0)
      throw new PackError("input", `${input}: is empty (0 bytes).`);
    const demuxer = stillDemuxer(await readHead(path));
    return { path, input, sizeBytes, demuxer };
  } catch (cause) {
    if (cause instanceof PackError) throw cause;
    throw new PackError(
      "input",
      `${input}: cannot be read (${messageOf(cause)}).`,
      { cause },
    );
  }
}

function urlSource(input: string, allowNetwork: boolean): SourceFile {
  if (!allowNetwork) {
    throw new PackError(
      "usage",
      `${input}: is an address. Expected a file, or --allow-network.`,
    );
  }
  return { path: input, input, sizeBytes: 0, demuxer: undefined };
}

async function lookAt(path: string) {
  const stats = await stat(path);
  return {
    isFile: stats.isFile(),
    isFolder: stats.isDirectory(),
    sizeBytes: stats.size,
  };
}

function folderError(input: string): PackError {
  const folder = input.replace(/[\\/]+$/, "");
  return new PackError("input", `${input}: is not a file but a folder.`, {
    hint: `For the films in it: mss-pack '${folder}/*' -o out/, or mss-pack watch ${folder} -o out/.`,
  });
}

async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    return await readAt(file, 0, 16);
  } finally {
    await file.close();
  }
}

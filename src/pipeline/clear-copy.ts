import { mkdir, open, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { ContentKey } from "../drm/content-key.js";
import { clearRewrite } from "../drm/finished/clear-rewrite.js";
import type { FileRewrite } from "../drm/finished/rewrite-file.js";
import { folderNames } from "../isobmff/fragment-folder.js";
import { openForReading } from "../isobmff/media-source.js";
import { writing } from "../output/errors.js";
import { kindAt } from "../smooth/package-files.js";
import { withoutProtection } from "../smooth/protection-element.js";
import { writeNew } from "../util/files.js";
import type { FinishedPackage, MediaFile } from "./finished-package.js";
import { readable, writeAnew, type WriteOptions } from "./rewrite-package.js";

/**
 * Writes the media of a protected package in the clear, in the same layout: files, folders of fragments and folders
 * below. Text, and files without a protected track, are copied.
 *
 * @throws PackError `input` for a file that is damaged, or protected in another way; `output` or `aborted`
 */
export async function clearMedia(
  media: readonly MediaFile[],
  contentKey: ContentKey,
  to: WriteOptions,
): Promise<[]> {
  for (const file of media) {
    if ((await kindAt(file.path)) === "folder")
      await clearFolder(file, contentKey, to);
    else {
      const rewrite = file.isText
        ? undefined
        : await rewriteOf(file.path, contentKey);
      await makeFolderOf(file.file, to);
      await writeAnew(file, rewrite, to);
    }
  }
  return [];
}

/**
 * Writes a protected package in the clear as another maker laid it out, for a job that remakes it.
 *
 * @returns path of its .ism
 */
export async function writeClearCopy(
  finished: FinishedPackage,
  contentKey: ContentKey,
  to: WriteOptions,
): Promise<string> {
  await clearMedia(finished.media, contentKey, to);
  const { client, server, givenPath, sidecars, folder } = finished;
  for (const file of sidecars)
    await writeAnew({ file, path: join(folder, file) }, undefined, to);
  const put = async (file: string, content: Uint8Array) => {
    const path = join(to.folder, file);
    await writing(path, () => writeNew(path, content));
    return path;
  };
  await put(client.file, client.encode(withoutProtection(client.text)));
  return put(basename(givenPath), server);
}

/** @returns undefined for a file in the clear */
function rewriteOf(
  path: string,
  contentKey: ContentKey,
): Promise<FileRewrite | undefined> {
  return readable(path, async () => {
    const file = await openForReading(path);
    try {
      return await clearRewrite(file, contentKey);
    } finally {
      await file.close();
    }
  });
}

async function clearFolder(
  { file, path, isText }: MediaFile,
  contentKey: ContentKey,
  to: WriteOptions,
): Promise<void> {
  const { header, fragments } = folderNames(await readdir(path));
  const rewrite = isText ? undefined : await rewriteOf(path, contentKey);
  const own = { ...to, folder: join(to.folder, file) };
  await writing(own.folder, () => mkdir(own.folder, { recursive: true }));
  const put = (name: string, change: FileRewrite | undefined) =>
    writeAnew({ file: name, path: join(path, name) }, change, own);
  // Of a fragment's file, everything before its moof stays.
  const inside = rewrite && {
    ...rewrite,
    header: (bytes: Uint8Array) => bytes,
  };
  if (header !== undefined && rewrite !== undefined)
    await putHeader(join(path, header), join(own.folder, header), rewrite);
  else if (header !== undefined) await put(header, undefined);
  for (const { name } of fragments) await put(name, inside);
}

async function putHeader(
  from: string,
  to: string,
  rewrite: FileRewrite,
): Promise<void> {
  const bytes = await readable(from, async () => {
    const file = await open(from, "r");
    try {
      return rewrite.header(await file.readFile());
    } finally {
      await file.close();
    }
  });
  await writing(to, () => writeNew(to, bytes));
}

async function makeFolderOf(file: string, to: WriteOptions): Promise<void> {
  const folder = dirname(join(to.folder, file));
  await writing(folder, () => mkdir(folder, { recursive: true }));
}

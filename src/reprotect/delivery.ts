import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Delivery } from "../deliver.js";
import type { ProtectionRequest } from "../drm/index.js";
import { writeNew } from "../folder/durable.js";
import { finishedMedia } from "../finished-media.js";
import { writing } from "../output/errors.js";
import type { DeliverOptions } from "../options.js";
import type { ProtectedFile } from "../protected-package.js";
import { protectionNotes } from "../protection-notes.js";
import type { ToolPaths } from "../ffmpeg/find.js";
import { filesOfPackage, type FinishedPackage } from "./finished-package.js";
import type { WriteOptions } from "./write-file.js";

/** How a package that is made of another one is brought to its place. */
export interface ReprotectOptions
  extends
    Omit<DeliverOptions, "resume" | "skipExisting" | "format">,
    ToolPaths {
  /** Wait until all is on the disk. Default true. */
  readonly fsync?: boolean | undefined;
}

/**
 * The delivery of a package that differs from another one in its protection alone.
 *
 * @param client the text of its client manifest
 * @param write writes its media, and tells how it is protected
 */
export async function deliveryOf(
  found: FinishedPackage,
  client: string,
  protection: ProtectionRequest | undefined,
  options: ReprotectOptions,
  write: (options: WriteOptions) => Promise<readonly ProtectedFile[]>,
): Promise<Delivery> {
  const bytes = await bytesOf(found);
  const files = filesOfPackage(found);
  const fsync = options.fsync ?? true;
  return {
    ...(await finishedMedia(found.name, options)),
    ...{ files, protection, neededBytes: bytes },
    sources: files.map((file) => join(found.folder, file)),
    async writeTracks({ work, signal }) {
      let written = 0;
      const onWritten = (count: number) => {
        const fraction = Math.min(1, (written += count) / bytes);
        options.onProgress?.({ step: "mux", label: "package", fraction });
      };
      const protectedFiles = await write({
        folder: work,
        fsync,
        signal,
        onWritten,
      });
      const notes = protectionNotes(protectedFiles);
      return { tracks: [], protectedFiles, lost: [], notes };
    },
    async writeManifests(work) {
      const put = (file: string, content: Uint8Array) => {
        const path = join(work, file);
        return writing(path, () => writeNew(path, content));
      };
      await put(found.client.file, found.client.encode(client));
      await put(files.at(-1) ?? "", found.server);
    },
  };
}

async function bytesOf({ media }: FinishedPackage): Promise<number> {
  const sizes = media.map(({ path }) =>
    stat(path).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return Math.max(
    1,
    (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0),
  );
}

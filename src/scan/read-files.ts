import { join } from "node:path";
import { openFile, readAt } from "../isobmff/scan.js";
import {
  packageFilesBeside,
  type PackageFiles,
} from "../smooth/package-files.js";
import { makerOf, MARK_BYTES, mediaBegin, textBegin } from "./makers.js";

/** The files of a package, each manifest read once, with the begins of what was read. */
export class ReadFiles {
  readonly files: PackageFiles;
  readonly #folder: string;
  readonly #manifests = new Map<string, ReturnType<PackageFiles["manifest"]>>();
  readonly #begins = new Map<"server" | "client", string>();

  constructor(folder: string) {
    this.#folder = folder;
    const beside = packageFilesBeside(join(folder, "x.ism"));
    this.files = {
      ...beside,
      manifest: (name) => this.#manifest(name, beside),
    };
  }

  async #manifest(name: string, beside: PackageFiles) {
    const known = this.#manifests.get(name);
    const manifest = known ?? beside.manifest(name);
    this.#manifests.set(name, manifest);
    const { bytes, root } = await manifest;
    const kind = root.name === "smil" ? "server" : "client";
    this.#begins.set(kind, textBegin(bytes));
    return manifest;
  }

  /** Who made them, by what was read and by the begin of a media file. */
  async maker(media: string | undefined) {
    const begin = media === undefined ? "" : await this.#begin(media);
    return makerOf({
      server: this.#begins.get("server") ?? "",
      client: this.#begins.get("client") ?? "",
      media: begin,
    });
  }

  /** Of a file that cannot be read, nothing: its reader says why. */
  async #begin(name: string): Promise<string> {
    const file = await openFile(join(this.#folder, name)).catch(
      () => undefined,
    );
    if (file === undefined) return "";
    try {
      return mediaBegin(await readAt(file, 0, MARK_BYTES));
    } catch {
      return "";
    } finally {
      await file.close();
    }
  }
}

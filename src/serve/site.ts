import type { AccessLog } from "./access-log.js";
import type { AtOnce } from "./at-once.js";
import type { BufferPool } from "./buffer-pool.js";
import type { Catalogue } from "./catalogue.js";
import type { OpenFiles } from "./open-files.js";
import type { PreviewKeys } from "./preview/preview-keys.js";
import type { Pictures } from "./pictures.js";

/** What answers are made of, in one process. */
export interface Site {
  readonly catalogue: Catalogue;
  readonly files: OpenFiles;
  readonly pool: BufferPool;
  readonly pictures: Pictures;
  readonly log: AccessLog;
  readonly atOnce: AtOnce;
  readonly allowDownload: boolean;
  /** Folder of the built page files. */
  readonly pages: string;
  readonly version: string;
  /** Keys for the player's page; undefined when it is given none. */
  readonly preview: PreviewKeys | undefined;
  readonly onTrouble: (sentence: string) => void;
}

import { homeFile, version } from "../util/install.js";
import { AccessLog } from "./access-log.js";
import { AnswerCache } from "./answer-cache.js";
import { CaptionFiles } from "./send-captions.js";
import { Catalogue } from "./catalogue.js";
import { PackedFiles } from "./gzip.js";
import { InitSegments } from "./init-segments.js";
import type { PackagePlace } from "./load-package.js";
import type { LogSink } from "./log-sink.js";
import { OpenFiles } from "./open-files.js";
import type { LogFormat } from "./options.js";
import { Pictures } from "./pictures.js";
import type { PreviewKeys } from "./preview/preview-keys.js";
import { BufferPool } from "./read-bytes.js";

/** Settings of an origin, with all defaults filled in. */
export interface OriginSettings {
  /** Absolute path of the served folder; a link in it may be switched to another target. */
  readonly folder: string;
  readonly allowDownload: boolean;
  readonly trustProxy: boolean;
  /** The key for hashing addresses. Without it they are written unchanged. */
  readonly anonymizeKey: Buffer | undefined;
  readonly logFormat: LogFormat;
  readonly ffmpegPath: string | undefined;
}

/** Makes the parts that answers need. */
export function makeSite(
  settings: OriginSettings,
  found: readonly PackagePlace[],
  sink: LogSink,
  onWarning: (sentence: string) => void,
  preview?: PreviewKeys,
): OriginParts {
  const { folder, anonymizeKey, trustProxy, allowDownload } = settings;
  const files = new OpenFiles();
  return {
    catalogue: new Catalogue(folder, found, files, onWarning),
    files,
    pool: new BufferPool(),
    answers: new AnswerCache(),
    packed: new PackedFiles(),
    captions: new CaptionFiles(),
    inits: new InitSegments(),
    pictures: new Pictures(files, settings.ffmpegPath, onWarning),
    log: new AccessLog(sink, {
      trustProxy,
      format: settings.logFormat,
      anonymizeKey,
    }),
    allowDownload,
    pages: PAGES,
    version: version(),
    preview,
    onWarning,
  };
}

/** The built pages. */
const PAGES = homeFile("dist", "player");

/** The parts that answers need. */
export interface OriginParts {
  readonly catalogue: Catalogue;
  readonly files: OpenFiles;
  readonly pool: BufferPool;
  readonly captions: CaptionFiles;
  readonly inits: InitSegments;
  readonly pictures: Pictures;
  readonly log: AccessLog;
  readonly answers: AnswerCache;
  readonly packed: PackedFiles;
  readonly allowDownload: boolean;
  /** Folder of the built page files. */
  readonly pages: string;
  readonly version: string;
  /** Keys for the player's page; undefined without preview keys. */
  readonly preview: PreviewKeys | undefined;
  readonly onWarning: (sentence: string) => void;
}

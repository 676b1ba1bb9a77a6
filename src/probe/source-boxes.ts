import { openForReading, parseMoov } from "../isobmff/movie.js";
import {
  boxAt,
  childBoxes,
  type ParsedBox,
  encryptionOf,
} from "../isobmff/parsed-box.js";
import { scanBoxes } from "../isobmff/scan.js";
import type { SourceFile } from "./source-file.js";

/** What the boxes of a track say that ffprobe does not tell, or not every one. */
export interface SourceBoxes {
  /** How it is encrypted; undefined when it is not. */
  readonly encryption: string | undefined;
}

/** The tracks of an MP4 or MOV, as ffprobe numbers streams; none where it cannot be read. */
export async function readSourceBoxes(
  { path, sizeBytes }: SourceFile,
  container: string,
): Promise<SourceBoxes[]> {
  if (!container.split(",").includes("mp4") || sizeBytes === 0) return [];
  const moov = await moovOf(path, sizeBytes).catch(() => undefined);
  return moov === undefined ? [] : childBoxes(moov, "trak").map(describe);
}

async function moovOf(path: string, size: number) {
  const file = await openForReading(path);
  try {
    for await (const span of scanBoxes(file, size))
      if (span.type === "moov") return await parseMoov(file, span, size, path);
    return undefined;
  } finally {
    await file.close();
  }
}

function describe(trak: ParsedBox): SourceBoxes {
  const stsd = boxAt(trak, ["mdia", "minf", "stbl", "stsd"]);
  const [encryption] = (stsd?.children ?? []).flatMap(
    (entry) => encryptionOf(entry) ?? [],
  );
  return { encryption };
}

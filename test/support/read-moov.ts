import { openForReading } from "../../src/isobmff/media-source.js";
import { parseMoov } from "../../src/isobmff/movie.js";
import type { ParsedBox } from "../../src/isobmff/parsed-box.js";
import { scanBoxes } from "../../src/isobmff/scan.js";

/** The moov of a file, wherever it stands. */
export async function readMoov(path: string): Promise<ParsedBox | undefined> {
  const file = await openForReading(path);
  try {
    const { size } = await file.stat();
    for await (const span of scanBoxes(file, size))
      if (span.type === "moov") return await parseMoov(file, span, size, path);
  } finally {
    await file.close();
  }
  return undefined;
}

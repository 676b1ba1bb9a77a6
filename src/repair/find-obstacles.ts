import { codecOfSampleEntry } from "../codecs/index.js";
import { PackError } from "../errors.js";
import { clearType } from "../isobmff/parsed-box.js";
import type { SeenFile, SeenPackage, SeenTrack } from "./seen.js";

/** Why repair cannot remake a package, and what can. */
export interface Obstacle {
  readonly id: "lost" | "unreadable" | "protected" | "codec";
  readonly file: string;
  /** A sentence without the file's name and its stop. */
  readonly why: string;
  /** What helps: a sentence. */
  readonly hint: string;
}

const HINTS: Readonly<Record<Obstacle["id"], string>> = {
  lost: "Put the file back, or take its track out of the .ism.",
  unreadable: "Take its track out of the .ism: the others can be repaired.",
  protected:
    "mss-pack unprotect gives it back in the clear, with its key (--key-file): repair that.",
  codec: "mss-pack PACKAGE.ism -o FOLDER encodes it, if ffmpeg can decode it.",
};

/** What repair cannot mend. */
export function findObstacles({ files }: SeenPackage): Obstacle[] {
  return files.flatMap((file) => {
    const { name, kind, why = "" } = file;
    if (kind === "lost" || kind === "unreadable")
      return [obstacle(kind, name, why)];
    return file.tracks.flatMap((own) => trackObstacle(file, own));
  });
}

function obstacle(id: Obstacle["id"], file: string, why: string): Obstacle {
  return { id, file, why, hint: HINTS[id] };
}

function trackObstacle(
  { name }: SeenFile,
  { track, sampleEntry, encryption }: SeenTrack,
): Obstacle[] {
  if (track.kind === "textstream") return [];
  if (sampleEntry === undefined)
    return [obstacle("unreadable", name, `has no track ${track.trackId}`)];
  if (encryption !== undefined)
    return [obstacle("protected", name, `is encrypted (${encryption})`)];
  const type = clearType(sampleEntry);
  const codec = codecOfSampleEntry(type);
  if (codec === undefined)
    return [obstacle("codec", name, `is ${type}, which is not taken as it is`)];
  try {
    codec.readConfig(sampleEntry, name);
    return [];
  } catch (error) {
    if (!(error instanceof PackError)) throw error;
    const said = error.message.replace(`${name}: `, "").replace(/\.$/, "");
    return [obstacle("codec", name, said)];
  }
}

import { codecOfSampleEntry } from "../codecs/index.js";
import { PackError } from "../errors.js";
import { clearType } from "../isobmff/parsed-box.js";
import type { SeenFile, SeenPackage, SeenTrack } from "./seen.js";
import { timelines } from "./timeline.js";

/** Why repair cannot remake a package, and what can. */
export interface Obstacle {
  readonly id: "lost" | "unreadable" | "protected" | "codec" | "order";
  readonly file: string;
  /** A sentence without the file's name and its stop. */
  readonly why: string;
  /** What helps: a sentence. */
  readonly hint: string;
}

const OUT_OF_ORDER =
  "Take its track out of the .ism: fragments out of order, or twice there, are not put right.";

const HINTS: Readonly<Record<Obstacle["id"], string>> = {
  lost: "Put the file back, or take its track out of the .ism.",
  unreadable: "Take its track out of the .ism: the others can be repaired.",
  order: OUT_OF_ORDER,
  protected:
    "mss-pack unprotect gives it back in the clear, with its key (--key-file): repair that.",
  codec: "mss-pack PACKAGE.ism -o FOLDER encodes it, if ffmpeg can decode it.",
};

/** What repair cannot mend. After a quick look, fragments out of order may be missing. */
export function findObstacles(seen: SeenPackage): Obstacle[] {
  const found = seen.files.flatMap((file) => {
    const { name, kind, why = "" } = file;
    if (kind === "lost" || kind === "unreadable")
      return [obstacle(kind, name, why)];
    return file.tracks.flatMap((own) => trackObstacle(file, own));
  });
  return [...found, ...outOfOrder(seen)];
}

function outOfOrder(seen: SeenPackage): Obstacle[] {
  const found: Obstacle[] = [];
  for (const { file, begins } of timelines(seen)) {
    const i = begins.findIndex(
      (time, k) => k > 0 && time <= (begins[k - 1] ?? time),
    );
    const why = `has fragment ${i + 1} at ${begins[i]}, and the one before at ${begins[i - 1]}`;
    if (i > 0) found.push(obstacle("order", file, why));
  }
  return found;
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

import { codecOfSampleEntry } from "../codecs/index.js";
import { PackError } from "../errors.js";
import { clearType } from "../isobmff/parsed-box.js";
import { secondsText, SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { brokenLevels, picturesWithGaps } from "./level-mends.js";
import { lostFiles, type LostFile } from "./lost-levels.js";
import type { SeenFile, SeenPackage, SeenTrack } from "./seen.js";
import { isProtectedPackage } from "./protected.js";
import { gaps } from "./time-mends.js";

/** Why repair cannot remake a package, and what can. */
export interface Obstacle {
  readonly id: LostFile["id"] | "protected" | "codec" | "gap";
  readonly file: string;
  /** A sentence without the file's name and its stop. */
  readonly why: string;
  /** What helps: a sentence. */
  readonly hint: string;
}

/** What the key opens. */
export const UNPROTECT =
  "mss-pack unprotect gives it back in the clear, with its key (--key-file): repair that.";

const HINTS: Readonly<Record<Obstacle["id"], string>> = {
  lost: "Put the file back, or take its track out of the .ism.",
  unreadable: "Take its track out of the .ism: the others can be repaired.",
  order:
    "Take its track out of the .ism: fragments out of order are not put right, and of two that differ none is chosen.",
  protected: UNPROTECT,
  gap: "A picture is held for some minutes at most. mss-pack PACKAGE.ism -o FOLDER --end TIME packages what lies before it.",
  codec: "mss-pack PACKAGE.ism -o FOLDER encodes it, if ffmpeg can decode it.",
};

/** What repair cannot mend. After a quick look, fragments out of order may be missing. */
export function findObstacles(seen: SeenPackage): Obstacle[] {
  const lost = lostFiles(seen).filter(({ spared }) => spared === undefined);
  return [
    ...lost.map(({ id, file, why }) => obstacle(id, file, why)),
    ...seen.files.flatMap((file) =>
      file.tracks.flatMap((own) => trackObstacle(file, own)),
    ),
    ...longGaps(seen),
    ...hiddenBy(seen),
  ];
}

/** A composition offset has 31 bits, which are full after 214 s. ISO/IEC 14496-12 8.8.8 */
const LONGEST_HOLD: Ticks = 2 ** 31 - SMOOTH_TIMESCALE;

/** The longest gap of each picture that is kept, where a sample cannot bridge it. */
function longGaps(seen: SeenPackage): Obstacle[] {
  const broken = brokenLevels(seen);
  return picturesWithGaps(seen).flatMap(({ file, gaps }) => {
    const longest = Math.max(0, ...gaps.map(({ length }) => length));
    if (longest <= LONGEST_HOLD || broken.has(file)) return [];
    return [obstacle("gap", file, `has nothing for ${secondsText(longest)}`)];
  });
}

/** What cannot be mended around samples that are encrypted. */
function hiddenBy(seen: SeenPackage): Obstacle[] {
  if (!isProtectedPackage(seen)) return [];
  return [...gaps(seen)].map(({ file, detail }) =>
    obstacle(
      "protected",
      file,
      `lacks ${detail}, where only the key lets silence or a held picture be put`,
    ),
  );
}

function obstacle(id: Obstacle["id"], file: string, why: string): Obstacle {
  return { id, file, why, hint: HINTS[id] };
}

function trackObstacle(
  { name, kind }: SeenFile,
  { track, sampleEntry, encryption }: SeenTrack,
): Obstacle[] {
  if (track.kind === "textstream") return [];
  if (sampleEntry === undefined)
    return [obstacle("unreadable", name, `has no track ${track.trackId}`)];
  if (encryption !== undefined && kind === "plain")
    return [
      obstacle("protected", name, "is an encrypted MP4 without fragments"),
    ];
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

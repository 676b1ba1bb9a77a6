/** yt-dlp names formats by whole kbit/s. */
const STEP = 2_000;

interface Level {
  /** Bits per second. */
  readonly bitrate: number;
}

/**
 * Levels of one stream, highest bitrate first. Nearly equal bitrates are moved apart: a level's
 * bitrate is its address, and a client's name for it.
 */
export function distinctBitrates<T extends Level>(levels: readonly T[]): T[] {
  const sorted = [...levels].sort((a, b) => a.bitrate - b.bitrate);
  let last = -STEP;
  return sorted
    .map((level) => {
      last = Math.max(level.bitrate, last + STEP);
      return { ...level, bitrate: last };
    })
    .reverse();
}

interface NamedLevel extends Level {
  readonly file: string;
}

/** A sentence for each level whose bitrate in the manifests was moved. */
export function bitrateNotes(levels: readonly NamedLevel[]): string[] {
  return spread(levels).map(
    ({ file, more }) =>
      `${file}: ${NEARLY}: the manifests say ${(more / 1000).toFixed(1)} kbit/s more`,
  );
}

/** The same for levels that are only planned: encoding may bring them further apart. */
export function plannedBitrateNotes(levels: readonly NamedLevel[]): string[] {
  const apart = `they are set ${STEP / 1000} kbit/s apart in the manifests`;
  return spread(levels).map(({ file }) => `${file}: ${NEARLY}: ${apart}`);
}

const NEARLY =
  "another level has nearly the same bitrate, by which players tell levels apart";

function spread(levels: readonly NamedLevel[]) {
  const own = new Map(levels.map(({ file, bitrate }) => [file, bitrate]));
  return distinctBitrates(levels)
    .map(({ file, bitrate }) => ({
      ...{ file, more: bitrate - (own.get(file) ?? bitrate) },
    }))
    .filter(({ more }) => more > 0);
}

/** yt-dlp names formats by whole kbit/s. */
const STEP = 2_000;

interface Level {
  /** Bits per second. */
  readonly bitrate: number;
}

/**
 * Levels of one stream, highest bitrate first. Nearly equal bitrates are spread
 * apart: a level's bitrate is its address, and a client's name for it.
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

/** Says of each level that had to be spread apart what the manifests say instead. */
export function bitrateNotes(
  levels: readonly (Level & { readonly file: string })[],
): string[] {
  const own = new Map(levels.map(({ file, bitrate }) => [file, bitrate]));
  return distinctBitrates(levels).flatMap(({ file, bitrate }) => {
    const more = (bitrate - (own.get(file) ?? bitrate)) / 1000;
    return more === 0
      ? []
      : [
          `${file}: another level has nearly the same bitrate, by which players tell levels apart: the manifests say ${more.toFixed(1)} kbit/s more`,
        ];
  });
}

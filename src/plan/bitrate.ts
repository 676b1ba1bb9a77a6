/**
 * A bitrate as people write it: whole bits per second, or with `k` or `M`.
 *
 * @returns bits per second; undefined for anything that is not a bitrate of 1 kbit/s to 2 Gbit/s
 */
export function parseBitrate(text: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([kM]?)$/.exec(String(text).trim());
  if (match === null) return undefined;
  const unit = { "": 1, k: 1_000, M: 1_000_000 }[match[2] as "" | "k" | "M"];
  const bitrate = Math.round(Number(match[1]) * unit);
  return bitrate >= 1_000 && bitrate < 2 ** 31 ? bitrate : undefined;
}

/** A smaller number without a unit nearly always means kilobits. */
const BARE_KILOBITS = 100_000;

/** No picture or sound is sent with fewer bits a second. */
const LEAST = 16_000;

/**
 * The end of the sentence "Expected ..." for a bitrate that is probably a mistake.
 *
 * @returns undefined for a plausible bitrate
 */
export function bitrateDoubt(text: string | number): string | undefined {
  const bitrate = parseBitrate(text);
  if (bitrate === undefined) return undefined;
  const isBare = /^\d+$/.test(String(text).trim());
  if (isBare && bitrate < BARE_KILOBITS)
    return `a bitrate with its unit (do you mean ${bitrate}k?)`;
  return bitrate < LEAST ? "16k or more" : undefined;
}

/** Whole kilobits per second, as in file names. */
export function kilobits(bitrate: number): number {
  return Math.round(bitrate / 1000);
}

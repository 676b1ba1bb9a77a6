/** Seconds as h:mm:ss or m:ss. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const [h, m, s] = [
    Math.floor(whole / 3600),
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  const tail = `${String(m).padStart(h > 0 ? 2 : 1, "0")}:${String(s).padStart(2, "0")}`;
  return h > 0 ? `${h}:${tail}` : tail;
}

/**
 * Bytes for people, in powers of ten with one decimal.
 *
 * @param round needed sizes are rounded up (Math.ceil), free sizes down: otherwise a size that does not fit could
 * print as equal
 */
export function size(
  bytes: number,
  round: (value: number) => number = Math.round,
): string {
  const [unit, name] = UNITS.find(([least]) => bytes >= least) ?? [];
  if (unit === undefined) return `${bytes} B`;
  return `${(round((bytes / unit) * 10) / 10).toFixed(1)} ${name}`;
}

const UNITS = [
  [1e12, "TB"],
  [1e9, "GB"],
  [1e6, "MB"],
  [1e3, "kB"],
] as const;

/** 1234567 as 1,234,567. */
export function whole(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * A name from outside, safe to show: without characters that move a terminal's cursor, end a line or
 * turn the direction of the text after it.
 */
export function shown(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu, "\ufffd");
}

/** The command as a line for a shell, to read and to copy. */
export function commandLine(program: string, args: readonly string[]): string {
  return [program, ...args].map(shellWord).join(" ");
}

/** A word for a POSIX shell, whatever stands in it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`;
}

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

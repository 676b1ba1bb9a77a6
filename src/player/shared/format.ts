/** Smooth Streaming counts time in ticks of 100 ns. */
export const TICKS_PER_SECOND = 1e7;

/** `1:02:03`, `4:05`; `0:00` while the number is unknown. */
export function clockText(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60)];
  const rest = twoDigits(whole % 60);
  return hours > 0
    ? `${hours}:${twoDigits(minutes % 60)}:${rest}`
    : `${minutes}:${rest}`;
}

/** The length of a film, rounded as on the command line. */
export function lengthClock(seconds: number): string {
  return clockText(Math.round(seconds));
}

/** A time in an address: `90`, `90s`, `1h2m3s`. Null for any other text. */
export function addressSeconds(text: string): number | null {
  const [all, hours = 0, minutes = 0, seconds = 0] =
    /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?$/i.exec(text) ?? [];
  if (all === undefined || all === "") return null;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** The same for screen readers: `1 hour 2 minutes 3 seconds`. */
export function spokenClock(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const parts: [number, string][] = [
    [Math.floor(whole / 3600), "hour"],
    [Math.floor(whole / 60) % 60, "minute"],
    [whole % 60, "second"],
  ];
  const phrases = parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}${count === 1 ? "" : "s"}`);
  return phrases.length === 0 ? "0 seconds" : phrases.join(" ");
}

/** Decimal units, as on the command line. */
export function byteSize(bytes: number): string {
  return scaled(bytes, ["B", "kB", "MB", "GB", "TB"]);
}

/** `800 kbit/s`, `5.0 Mbit/s`; `-` if unknown. */
export function bitRate(bitsPerSecond: number): string {
  if (!Number.isFinite(bitsPerSecond)) return "-";
  return scaled(bitsPerSecond, ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"]);
}

function scaled(value: number, units: readonly string[]): string {
  let [scale, unit] = [value, 0];
  while (scale >= 999.5 && unit < units.length - 1) {
    scale /= 1000;
    unit += 1;
  }
  const digits = unit >= 2 && scale < 100 ? 1 : 0;
  return `${scale.toFixed(digits)} ${units[unit]}`;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** `720p`: the short side counts, as in the ladders. */
export function shortSide({ width, height }: PictureSize): string {
  return `${Math.min(width, height)}p`;
}

export interface NamedRung extends PictureSize {
  /** Bits per second. */
  readonly bitrate: number;
}

/** The name of a rung among these. If another one has its size, the bitrate is added: `360p 1.5 Mbit/s`. */
export function rungNameAmong(
  rungs: readonly NamedRung[],
  rung: NamedRung,
): string {
  const name = shortSide(rung);
  const isAlone = rungs.filter((one) => shortSide(one) === name).length < 2;
  return isAlone ? name : `${name} ${bitRate(rung.bitrate)}`;
}

const languages = new Intl.DisplayNames(["en"], { type: "language" });

/** `English` for `eng`; the tag itself if the browser has no name for it. */
export function languageName(tag: string): string {
  if (tag === "" || tag === "und") return "Language not named";
  try {
    return languages.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

const CODECS: Readonly<Record<string, string>> = {
  "ac-3": "Dolby Digital (AC-3)",
  "ec-3": "Dolby Digital Plus (E-AC-3)",
};

/** `Dolby Digital Plus (E-AC-3)` for `ec-3`; the four characters themselves if it has no name. */
export function codecName(codec: string): string {
  return CODECS[codec] ?? codec;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}

/** Index of the last of these ascending numbers that is not above the limit; -1 if all are above. */
export function lastAtOrBefore(
  numbers: readonly number[],
  limit: number,
): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? Infinity) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

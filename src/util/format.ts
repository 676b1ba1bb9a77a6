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

/** The command as a line for a shell, to read and to copy. */
export function commandLine(program: string, args: readonly string[]): string {
  return [program, ...args].map(quoteForShell).join(" ");
}

function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`;
}

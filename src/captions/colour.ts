/** The colours that HTML and TTML name. TTML 1, 8.3.10 */
const NAMED: Readonly<Record<string, string>> = {
  black: "#000000",
  silver: "#c0c0c0",
  gray: "#808080",
  white: "#ffffff",
  maroon: "#800000",
  red: "#ff0000",
  purple: "#800080",
  fuchsia: "#ff00ff",
  magenta: "#ff00ff",
  green: "#008000",
  lime: "#00ff00",
  olive: "#808000",
  yellow: "#ffff00",
  orange: "#ffa500",
  navy: "#000080",
  blue: "#0000ff",
  teal: "#008080",
  aqua: "#00ffff",
  cyan: "#00ffff",
};

/** `#rrggbb` for any form in files: a name, `#rgb`, `#rrggbb` with or without its sign, `rgb(1, 2, 3)`. */
export function toColour(value: string): string | undefined {
  const small = value.trim().toLowerCase();
  if (Object.hasOwn(NAMED, small)) return NAMED[small];
  const short = /^#?([\da-f])([\da-f])([\da-f])$/.exec(small);
  if (short !== null)
    return `#${short
      .slice(1)
      .map((digit) => digit + digit)
      .join("")}`;
  const long = /^#?([\da-f]{6})(?:[\da-f]{2})?$/.exec(small)?.[1];
  if (long !== undefined) return `#${long}`;
  const parts = /^rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*[,)]/.exec(small);
  return parts === null ? undefined : hexColour(parts.slice(1, 4).map(Number));
}

/** From red, green and blue, 0 to 255. */
export function hexColour(parts: readonly number[]): string {
  const digits = parts.map((part) =>
    Math.min(255, Math.max(0, Math.round(part)))
      .toString(16)
      .padStart(2, "0"),
  );
  return `#${digits.join("")}`;
}

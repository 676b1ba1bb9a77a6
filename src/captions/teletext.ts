import { MILLISECOND } from "./cue.js";
import type { Ticks } from "../media/time.js";

/** A packet of SubStation. */
export interface SubStationPacket {
  readonly begin: Ticks;
  readonly end: Ticks;
  readonly text: string;
}

/**
 * Teletext as ffmpeg gives it. A page that is sent again goes on. ETSI EN 300 706
 *
 * @returns SubRip
 */
export function fromTeletext(packets: readonly SubStationPacket[]): string {
  const shown: SubStationPacket[] = [];
  for (const packet of packets) {
    const text = markupOf(packet.text.split(",").slice(FIELDS).join(","));
    const before = shown.at(-1);
    if (before?.text === text && before.end >= packet.begin - MILLISECOND)
      shown[shown.length - 1] = { ...before, end: packet.end };
    else if (text !== "") shown.push({ ...packet, text });
  }
  return shown
    .map(
      ({ begin, end, text }) =>
        `${srtTime(begin)} --> ${srtTime(end)}\n${text}\n`,
    )
    .join("\n");
}

/** Before the text: order, layer, style, name, three margins, effect. */
const FIELDS = 8;

/** ffmpeg names the place of the whole page, and the colour from a letter on. */
function markupOf(text: string): string {
  const [, place = "2"] = /\{\\an([1-9])\}/.exec(text) ?? [];
  const lines = text
    .split("\\N")
    .map(lineOf)
    .filter((line) => line !== "");
  return lines.length === 0 ? "" : `{\\an${place}}${lines.join("\n")}`;
}

/** White is the default, to which each row returns. ETSI EN 300 706 12.2 */
function lineOf(line: string): string {
  const [first = "", ...coloured] = line
    .replaceAll("\\h", " ")
    .split(/\{\\c&H(?=[\da-f]{6}&\})/i);
  const spans = coloured.map((span) => {
    const [blue, green, red] = [0, 2, 4].map((at) => span.slice(at, at + 2));
    const said = withoutOverrides(span.slice(8));
    return said.trim() === ""
      ? said
      : `<font color="#${red}${green}${blue}">${said}</font>`;
  });
  return [withoutOverrides(first), ...spans].join("").trim();
}

function withoutOverrides(text: string): string {
  return text.replaceAll(/\{[^{}]*\}/g, "");
}

function srtTime(time: Ticks): string {
  const milliseconds = Math.round(time / MILLISECOND);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const seconds = Math.floor(milliseconds / 1000);
  const [h, m, s] = [seconds / 3600, (seconds / 60) % 60, seconds % 60];
  const rest = String(milliseconds % 1000).padStart(3, "0");
  return `${two(h)}:${two(m)}:${two(s)},${rest}`;
}

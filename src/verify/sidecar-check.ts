import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, messageOf } from "../errors.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { sidecarKind } from "../smooth/sidecars.js";
import type { FindingPlace, Findings } from "./finding.js";

const RULE = "sidecar";

/** A larger file is not read. A thousand pictures are some 4 MB. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Reads the chapters and thumbnails of a package: times in order and within the film, every
 * thumbnail inside its image.
 *
 * @param files names in the .ism
 * @param end of the film
 */
export async function checkSidecars(
  files: readonly string[],
  folderOf: (file: string) => string,
  end: Ticks,
  findings: Findings,
): Promise<void> {
  const contents = new Map<string, Buffer>();
  for (const file of files) {
    const content = await contentOf(
      join(folderOf(file), file),
      findings.in(file),
    );
    if (content !== undefined) contents.set(file, content);
  }
  for (const [file, content] of contents) {
    const place = findings.in(file);
    switch (sidecarKind(file)) {
      case "chapters":
        checkCues(content, end, place);
        break;
      case "thumbnails":
        checkThumbnails(checkCues(content, end, place), contents, place);
        break;
      case "thumbnailImage":
        if (sizeOfJpeg(content) === undefined)
          place.fault(RULE, "is no JPEG that can be read");
        break;
      case undefined:
        place.note(RULE, "is of an unknown kind and was not read");
    }
  }
}

async function contentOf(
  path: string,
  place: FindingPlace,
): Promise<Buffer | undefined> {
  try {
    const { size } = await stat(path);
    if (size <= MOST_BYTES) return await readFile(path);
    place.fault("file", `is larger than ${MOST_BYTES} bytes`);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    place.fault("file", `cannot be read (${messageOf(error)})`);
  }
  return undefined;
}

interface ReadCue {
  readonly begin: Ticks;
  readonly end: Ticks;
  readonly text: string;
}

const TIME = "(?:(\\d{2,}):)?(\\d{2}):(\\d{2})\\.(\\d{3})";
const TIMING = new RegExp(`^${TIME} --> ${TIME}(?: .*)?$`);

/** The cues of a WebVTT file. WebVTT 4.1 */
function checkCues(
  content: Buffer,
  end: Ticks,
  place: FindingPlace,
): ReadCue[] {
  const blocks = content.toString("utf8").split(/\r?\n\r?\n+/);
  if (!/^\uFEFF?WEBVTT(?:[ \t\r\n]|$)/.test(blocks[0] ?? ""))
    place.fault(RULE, "does not begin with WEBVTT");
  const cues = blocks.flatMap(cueOf);
  if (cues.length === 0) place.fault(RULE, "has no cue");
  let last = 0;
  for (const cue of cues) {
    if (cue.begin < last) place.wrong(RULE, "begin of a cue", cue.begin, last);
    if (cue.end <= cue.begin || cue.end > end + MILLISECOND)
      place.wrong(RULE, "end of a cue", cue.end, end);
    last = cue.begin;
  }
  return cues;
}

/** Times in WebVTT are rounded to this. */
const MILLISECOND = SMOOTH_TIMESCALE / 1000;

function cueOf(block: string): ReadCue[] {
  const lines = block.split(/\r?\n/);
  const at = lines.findIndex((line) => TIMING.test(line));
  const parts = TIMING.exec(lines[at] ?? "")?.slice(1);
  if (parts === undefined) return [];
  const text = lines
    .slice(at + 1)
    .join("\n")
    .trim();
  return [
    { begin: ticksOf(parts.slice(0, 4)), end: ticksOf(parts.slice(4)), text },
  ];
}

function ticksOf([
  hours = "0",
  minutes,
  seconds,
  milliseconds,
]: string[]): Ticks {
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return (whole * 1000 + Number(milliseconds)) * MILLISECOND;
}

/** Each cue names a part of an image of the package. Media Fragments URI 4.2.2 */
function checkThumbnails(
  cues: readonly ReadCue[],
  contents: ReadonlyMap<string, Buffer>,
  place: FindingPlace,
): void {
  for (const { text } of cues) {
    const match = /^([^#]+)#xywh=(\d+),(\d+),(\d+),(\d+)$/.exec(text);
    const image = contents.get(decoded(match?.[1] ?? ""));
    const size = image && sizeOfJpeg(image);
    const [x = 0, y = 0, width = 0, height = 0] =
      match?.slice(2).map(Number) ?? [];
    const isInside =
      size !== undefined &&
      width * height > 0 &&
      x + width <= size.width &&
      y + height <= size.height;
    if (isInside) continue;
    const expected = size
      ? `inside ${size.width}x${size.height} pixels`
      : "FILE#xywh=X,Y,WIDTH,HEIGHT of an image of the package";
    place.wrong(RULE, "place of a thumbnail", text, expected);
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The size in a JPEG's frame header. ITU-T T.81 B.2.2 */
function sizeOfJpeg(
  bytes: Buffer,
): { width: number; height: number } | undefined {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 <= bytes.length;) {
    const marker = bytes.readUInt16BE(at);
    if (marker < 0xffc0 || marker === 0xffda) return undefined;
    if (isFrameHeader(marker))
      return {
        height: bytes.readUInt16BE(at + 5),
        width: bytes.readUInt16BE(at + 7),
      };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

/** SOF0 to SOF15, without the tables DHT, JPG and DAC between them. */
function isFrameHeader(marker: number): boolean {
  return marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
}

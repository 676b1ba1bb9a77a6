import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";

/** The same numbers every time (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const BITRATES = [5_000_000, 2_800_000, 1_300_000];
const AUDIO = 128_000;
const CAPTIONS = 1000;
/** Most hear the first. */
const LANGUAGES = ["eng", "deu", "fra"];
const PACKAGES = 40;
const FRAGMENT_SECONDS = 2;
const FIRST_MS = Date.UTC(2026, 10, 20);
const AGENT =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36";

interface Playing {
  readonly client: string;
  readonly playback: string;
  readonly film: string;
  readonly end: number;
  readonly audio: string;
  /** Without for half of the viewers. */
  readonly captions: string | undefined;
  place: number;
  rung: number;
}

/** Half an hour each evening everybody watches, else few do. */
const EVENING_SECONDS = 1800;
const AT_ONCE = { evening: 60, else: 2 };

/**
 * Writes an access log of `mss-pack serve`, always the same: so many lines,
 * over some days, with a viewer for every 250 of them, who watches a film of
 * three rungs for a few minutes in one of three languages, each other one with captions; lines of a second come in any order, as replies end in any order.
 *
 * @returns how many viewers there are
 */
export async function writeAccessLog(
  path: string,
  lines: number,
): Promise<number> {
  const file = createWriteStream(path, { highWaterMark: 1 << 20 });
  const random = numbersFrom(1);
  let [viewers, written, second] = [0, 0, 0];
  let playing: Playing[] = [];
  while (written < lines) {
    const isEvening = second % 86_400 < EVENING_SECONDS;
    const wanted = isEvening ? AT_ONCE.evening : AT_ONCE.else;
    if (playing.length < wanted) playing.push(begin(viewers++, random));
    const text = playing
      .flatMap((one) => fetches(one, second, random))
      .slice(0, lines - written);
    written += text.length;
    if (!file.write(text.join(""))) await once(file, "drain");
    playing = playing.filter(({ place, end }) => place < end);
    second += FRAGMENT_SECONDS;
  }
  file.end();
  await finished(file);
  return viewers;
}

function begin(number: number, random: () => number): Playing {
  return {
    client: `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`,
    playback: `6e2f0000-0000-4000-8000-${String(number).padStart(12, "0")}`,
    film: `films/film-${Math.floor(random() ** 2 * PACKAGES)}`,
    end: 20 + Math.floor(random() * 160),
    audio: languageBy(random),
    captions: number % 2 === 0 ? languageBy(random) : undefined,
    ...{ place: 0, rung: 2 },
  };
}

function languageBy(random: () => number): string {
  return LANGUAGES[Math.floor(random() ** 2 * LANGUAGES.length)] ?? "eng";
}

function fetches(one: Playing, second: number, random: () => number): string[] {
  if (random() < 0.1) one.rung = Math.floor(random() * BITRATES.length);
  const time = one.place * FRAGMENT_SECONDS * 1e7;
  one.place += 1;
  const bitrate = BITRATES[one.rung] ?? 0;
  const of = (fragment: Fragment) => line(one, second, random, fragment);
  const { audio, captions } = one;
  return [
    of({ type: "audio", language: audio, bitrate: AUDIO, time }),
    of({ type: "video", bitrate, time }),
    ...(captions === undefined
      ? []
      : [of({ type: "text", language: captions, bitrate: CAPTIONS, time })]),
  ];
}

interface Fragment {
  readonly type: "video" | "audio" | "text";
  readonly language?: string;
  readonly bitrate: number;
  readonly time: number;
}

function line(
  { client, playback, film }: Playing,
  second: number,
  random: () => number,
  { type, language, bitrate, time }: Fragment,
): string {
  const stream = language === undefined ? type : `${type}_${language}`;
  const bytes = Math.floor((bitrate / 4) * (0.8 + 0.4 * random()));
  const ms = second * 1000 + Math.floor(random() * 1000);
  const request = {
    time: new Date(FIRST_MS + ms).toISOString(),
    ...{ client, method: "GET" },
    uri: `/${film}.ism/QualityLevels(${bitrate})/Fragments(${stream}=${time})`,
    ...{ status: random() < 0.001 ? 404 : 200, bytes, seconds: 0.004 },
    ...{ agent: AGENT, playback, package: film, stream, type },
    ...(language !== undefined && { language }),
    bitrate,
    ...{ fragment: time, duration: FRAGMENT_SECONDS * 1e7 },
  };
  return `${JSON.stringify(request)}\n`;
}

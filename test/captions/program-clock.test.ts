import { expect, test } from "vitest";
import { readCaptions } from "../../src/captions/read-captions.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** `begins` and `duration` in milliseconds. */
async function read(begins: readonly number[], duration: number) {
  const text = begins
    .map((at) => `${srtTime(at)} --> ${srtTime(at + 1000)}\nat ${at}\n`)
    .join("\n");
  return shortly(text, "film.srt", duration);
}

async function shortly(text: string, name: string, duration: number) {
  const answer = await readCaptions(Buffer.from(text), name, {
    duration: duration * 10_000,
  });
  const times = answer.cues.map(({ begin, end }) => [
    Math.round(begin / 10_000),
    Math.round((end - begin) / 10_000),
  ]);
  return { times, warnings: answer.warnings };
}

const srtTime = (milliseconds: number) => {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const [h, m] = [milliseconds / HOUR, (milliseconds / MINUTE) % 60];
  const s = (milliseconds / 1000) % 60;
  const ms = String(milliseconds % 1000).padStart(3, "0");
  return `${two(h)}:${two(m)}:${two(s)},${ms}`;
};

const taken = (hours: string) => [
  `film.srt, line 1: its times begin at ${hours}:00:00, as those of a broadcast do; that is taken for the film's begin.`,
];

test.each([
  ["01", HOUR, [500, 20 * MINUTE], 30 * MINUTE],
  ["10", 10 * HOUR, [2 * MINUTE, 80 * MINUTE], 90 * MINUTE],
  ["10", 10 * HOUR, [65 * MINUTE, 80 * MINUTE], 90 * MINUTE],
  ["01", HOUR, [100, 175 * MINUTE], 180 * MINUTE],
  ["13", 13 * HOUR, [100, 5 * MINUTE], 10 * MINUTE],
])(
  "captions from %s:00:00 move to the film's begin",
  async (hours, shift, times, duration) => {
    const moved = await read(
      times.map((time) => time + shift),
      duration,
    );
    expect(moved.times.map(([begin]) => begin)).toEqual(times);
    expect(moved.warnings).toEqual(taken(hours));
  },
);

test.each([
  ["within the film", [HOUR, 2 * HOUR], 3 * HOUR],
  [
    "late in the film, the last a little too late",
    [70 * MINUTE, 90 * MINUTE + 5000],
    90 * MINUTE,
  ],
  ["of a longer film", [HOUR, 2 * HOUR], 30 * MINUTE],
])("captions stay: %s", async (_, begins, duration) => {
  const { times, warnings } = await read(begins, duration).catch(() => ({
    times: [],
    warnings: [],
  }));
  const kept = begins.filter((begin) => begin < duration);
  expect(times.map(([begin]) => begin)).toEqual(kept);
  expect(warnings.join()).not.toContain("broadcast");
});

test("what an earlier reading found decides, whatever the length", async () => {
  const text = "61:00:00,000 --> 61:00:01,000\nlate\n";
  const hour = 36_000_000_000;
  const bytes = Buffer.from(text);
  const first = await readCaptions(bytes, "a.srt", { duration: hour });
  expect(first.shift).toBe(61 * hour);
  const { shift } = first;
  for (const duration of [hour, 100 * hour]) {
    const again = await readCaptions(bytes, "a.srt", { duration, shift });
    expect(again.cues.map(({ begin }) => begin)).toEqual([0]);
  }
  const extracted = await readCaptions(bytes, "a.srt", {
    ...{ duration: 100 * hour, isExtracted: true },
  });
  expect([extracted.shift, extracted.cues[0]?.begin]).toEqual([0, 61 * hour]);
});

/** Loads `A`, shows it, and erases it. */
const scc = (show: string, erase: string) =>
  `Scenarist_SCC V1.0\n\n${show}\t9420 9420 9470 9470 c180 942f 942f\n\n${erase}\t942c 942c\n`;

test.each([
  // An hour of the timecode without dropped numbers lasts 3603.6 s.
  ["01:00:10:00", "01:00:12:00", 10_010],
  ["01:00:10;00", "01:00:12;00", 10_010],
  ["10:00:10;00", "10:00:12;00", 10_010],
  ["00:00:10:00", "00:00:12:00", 10_010],
])("SCC from %s is shown at its frame", async (show, erase, begin) => {
  const { times } = await shortly(scc(show, erase), "film.scc", 20 * MINUTE);
  const [[from = 0, lasts = 0] = []] = times;
  expect(Math.abs(from - begin)).toBeLessThan(300);
  expect(Math.abs(lasts - 2000)).toBeLessThan(300);
});

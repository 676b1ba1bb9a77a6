import { describe, expect, test } from "vitest";
import {
  audienceOf,
  combined,
  ours,
  type Asked,
} from "../support/access-log.js";

const MINUTE = 60;
const HOUR = 3600;

/** Fragments of two seconds, one after another, as a player asks for them. */
function watch(count: number, asked: Asked, at = 0): Asked[] {
  return Array.from({ length: count }, (_, i) => ({
    ...asked,
    second: asked.second + i * 2,
    at: at + i * 2,
  }));
}

async function figures(asked: readonly Asked[], write = ours) {
  return (await audienceOf(asked.map(write))).all;
}

describe("a fragment that is fetched again", () => {
  const [first, again] = [
    { second: 0, bitrate: 2_000_000 },
    { second: 10, bitrate: 500_000 },
  ];
  test.each([
    ["a lower one", [first, again], 500_000],
    ["a lower one, told in a log that is read first", [again, first], 500_000],
    [
      "a higher one",
      [
        { ...first, second: 10 },
        { ...again, second: 0 },
      ],
      2_000_000,
    ],
  ])(
    "was watched once, at the rung of the last time: %s",
    async (_, asked, bitrate) => {
      const all = await figures(asked);
      expect(all.secondsWatched).toBe(2);
      expect(all.rungs).toMatchObject([{ bitrate, seconds: 2 }]);
    },
  );
});

describe("a playback", () => {
  test("is what has one session id, whatever the address and the player's name", async () => {
    const all = await figures([
      { second: 0, playback: "a" },
      { second: 2, at: 2, playback: "a", client: "192.0.2.2" },
      { second: 4, at: 4, playback: "b", agent: "Player/2" },
    ]);
    expect(all).toMatchObject({ playbacks: 2, viewers: 2, secondsWatched: 6 });
  });

  test("of one session in two packages is two", async () => {
    const all = await figures([
      { second: 0, playback: "a" },
      { second: 2, playback: "a", film: "otter" },
    ]);
    expect(all).toMatchObject({ playbacks: 2, viewers: 1 });
  });

  test("goes on after a pause over lunch, and is another one on the next day", async () => {
    const lunch = { second: 2 * HOUR, at: 2, playback: "a" };
    const nextDay = { second: 9 * HOUR, at: 4, playback: "a" };
    const first = { second: 0, playback: "a" };
    expect(await figures([first, lunch])).toMatchObject({ playbacks: 1 });
    expect(await figures([first, lunch, nextDay])).toMatchObject({
      playbacks: 2,
    });
  });

  test("without a session id ends when nothing is asked for more than half an hour", async () => {
    const at = (second: number) => ({ second, at: second });
    const half = await figures([at(0), at(30 * MINUTE)]);
    expect(half.playbacks).toBe(1);
    const more = await figures([at(0), at(30 * MINUTE + 1)]);
    expect(more.playbacks).toBe(2);
  });

  test("without a session id is of one client, one player and one package", async () => {
    const all = await figures([
      { second: 0 },
      { second: 0, agent: "Player/2" },
      { second: 0, client: "192.0.2.2" },
      { second: 0, film: "otter" },
    ]);
    expect(all).toMatchObject({ playbacks: 4, viewers: 2 });
  });

  test("is counted on the day on which it began, its time on the days on which it was watched", async () => {
    const { days } = await audienceOf(
      watch(4, { second: 24 * HOUR - 4, playback: "a" }).map(ours),
    );
    expect(days).toMatchObject([
      { day: "2026-11-26", viewers: 1, playbacks: 1, secondsWatched: 4 },
      { day: "2026-11-27", viewers: 1, playbacks: 0, secondsWatched: 4 },
    ]);
  });
});

describe("watched is", () => {
  test("a fragment at two rungs once, at the one that was fetched last", async () => {
    const all = await figures([
      { second: 0, bitrate: 500_000 },
      { second: 3, bitrate: 2_000_000 },
    ]);
    expect(all).toMatchObject({
      secondsWatched: 2,
      averageBitrate: 2_000_000,
      rungs: [{ bitrate: 2_000_000, seconds: 2, share: 1 }],
    });
  });

  test("of two rungs in one second the higher one, since their order is not known", async () => {
    const low = { second: 1, bitrate: 500_000 };
    const high = { second: 1, bitrate: 2_000_000 };
    for (const both of [
      [low, high],
      [high, low],
    ])
      expect(await figures(both)).toMatchObject({ averageBitrate: 2_000_000 });
  });

  test("the picture, not the sound beside it", async () => {
    const all = await figures([
      ...watch(3, { second: 0 }),
      ...watch(9, { second: 0, stream: "audio", bitrate: 128_000 }),
    ]);
    expect(all).toMatchObject({ secondsWatched: 6, averageBitrate: 1_000_000 });
  });

  test("the sound where there is no picture", async () => {
    const all = await figures([
      ...watch(3, { second: 0, stream: "audio_eng", bitrate: 128_000 }),
    ]);
    expect(all).toMatchObject({
      secondsWatched: 6,
      rungs: [{ type: "audio", bitrate: 128_000, share: 1 }],
    });
  });

  test("of a stream whose name tells nothing what the origin's lines tell of it", async () => {
    const audio = { stream: "German", bitrate: 128_000 };
    const { all } = await audienceOf([
      combined({ second: 0, ...audio }),
      ours({ second: 1, at: 2, ...audio }).replace(
        '"type":"German"',
        '"type":"audio"',
      ),
    ]);
    expect(all.rungs).toMatchObject([{ type: "audio", seconds: 4 }]);
  });

  test("a fragment that the client had (304), and one that came in parts (206)", async () => {
    const all = await figures([
      { second: 0, status: 304, bytes: 0 },
      { second: 2, at: 2, status: 206, bytes: 100 },
      { second: 2, at: 2, status: 206, bytes: 150 },
    ]);
    expect(all).toMatchObject({ secondsWatched: 4, bytes: 250 });
  });

  test.each([
    ["HEAD", { method: "HEAD" }],
    ["OPTIONS", { method: "OPTIONS" }],
    ["an error", { status: 404 }],
    ["a redirect", { status: 302 }],
    ["subtitles", { stream: "text_eng" }],
    ["a robot's", { agent: "Examplebot/1.0 (+http://example.com)" }],
  ])("not %s, and makes no viewer", async (_, asked) => {
    const other = { second: 2, at: 2, client: "192.0.2.9", ...asked };
    const all = await figures([{ second: 0 }, other]);
    expect(all).toMatchObject({ secondsWatched: 2, viewers: 1, playbacks: 1 });
  });

  test("what a telephone asks for whose maker's name ends with bot", async () => {
    const agent = "Mozilla/5.0 (Linux; Android 12; CUBOT X50) Chrome/128";
    expect(await figures([{ second: 0, agent }])).toMatchObject({ viewers: 1 });
  });

  test("not what the client did not wait for, though its bytes were sent", async () => {
    const line = ours({ second: 0, bytes: 7 }).replace("{", '{"aborted":true,');
    const { all, packages } = await audienceOf([line]);
    expect(all).toMatchObject({
      viewers: 0,
      playbacks: 0,
      aborted: 1,
      bytes: 7,
    });
    expect(packages).toMatchObject([{ package: "heron", rungs: [] }]);
  });
});

test("switches are counted in the order of the film, up and down", async () => {
  const rungs = [1, 1, 3, 3, 2, 1, 2].map((rung) => rung * 1_000_000);
  const asked = watch(7, { second: 0 }).map((one, i) => ({
    ...one,
    bitrate: rungs[i] ?? 0,
  }));
  expect(await figures(asked)).toMatchObject({
    switchesUp: 2,
    switchesDown: 2,
  });
});

test("the average bitrate counts a long fragment more than a short one", async () => {
  const all = await figures([
    { second: 0, at: 0, duration: 9, bitrate: 1_000_000 },
    { second: 9, at: 9, duration: 1, bitrate: 2_000_000 },
  ]);
  expect(all.averageBitrate).toBe(1_100_000);
});

test("a minute of the film has the playbacks that watched something of it", async () => {
  const { packages } = await audienceOf(
    [
      ...watch(90, { second: 0, playback: "all" }),
      ...watch(10, { second: 0, playback: "begin" }),
      ...watch(10, { second: 0, playback: "end" }, 160),
      ...watch(1, { second: 9, playback: "begin" }),
    ].map(ours),
  );
  expect(packages[0]?.minutes).toEqual([
    { minute: 0, playbacks: 2, retention: 0.6667 },
    { minute: 1, playbacks: 1, retention: 0.3333 },
    { minute: 2, playbacks: 2, retention: 0.6667 },
  ]);
});

describe("where no line tells how long fragments are", () => {
  test("they last until the next one", async () => {
    const all = await figures(watch(5, { second: 0, duration: null }));
    expect(all).toMatchObject({ secondsWatched: 10, secondsEstimated: 10 });
  });

  test("nobody is taken to have watched what lies in a gap", async () => {
    const asked = { second: 0, duration: null };
    const all = await figures([...watch(5, asked), ...watch(5, asked, 600)]);
    expect(all.secondsWatched).toBe(20);
  });

  test("a single one is taken for two seconds", async () => {
    expect(await figures([{ second: 0, duration: null }])).toMatchObject({
      ...{ secondsWatched: 2, secondsEstimated: 2 },
    });
  });

  test("what other lines tell of the same fragment counts, and is no estimate", async () => {
    const { all } = await audienceOf([
      combined({ second: 0, client: "192.0.2.2" }),
      ours({ second: 9 * HOUR, duration: 5 }),
    ]);
    expect(all).toMatchObject({ secondsWatched: 10, secondsEstimated: 0 });
  });
});

test("of several durations that logs tell of one fragment the first one counts", async () => {
  const all = await figures([
    { second: 0, duration: 3 },
    { second: HOUR, duration: 9 },
  ]);
  expect(all.secondsWatched).toBe(6);
});

test("errors are counted by status, and those of packages that are not there apart", async () => {
  const report = await audienceOf(
    [
      { second: 0 },
      { second: 1, status: 404 },
      { second: 2, status: 503 },
      { second: 3, status: 503 },
      { second: 4, film: "weasel", status: 404, bytes: 9 },
    ].map(ours),
  );
  expect(report.all.errors).toEqual([
    { status: 503, requests: 2 },
    { status: 404, requests: 1 },
  ]);
  expect(report.packages).toHaveLength(1);
  expect(report.elsewhere).toMatchObject({ requests: 1, bytes: 9 });
});

test("only the package and the days that are asked for count", async () => {
  const lines = [0, 30, 60].flatMap((hours) =>
    ["heron", "otter"].map((film) => ours({ second: hours * HOUR, film })),
  );
  const report = await audienceOf(lines, {
    package: "/heron.ism",
    ...{ from: "2026-11-26", to: "2026-11-27" },
  });
  expect(report.packageDays).toMatchObject([
    { day: "2026-11-26", package: "heron", requests: 1 },
    { day: "2026-11-27", package: "heron", requests: 1 },
  ]);
  expect(report.selection).toEqual({
    package: "heron",
    ...{ from: "2026-11-26", to: "2026-11-27" },
  });
});

test.each([
  { from: "2026-02-31" },
  { to: "today" },
  { from: "2026-11-27", to: "2026-11-26" },
])("%j is refused", async (options) => {
  await expect(audienceOf([], options)).rejects.toMatchObject({
    code: "usage",
  });
});

describe("at a time", () => {
  const at = (second: number, playback: string): Asked => ({
    second,
    at: second,
    playback,
  });

  test("are the most playbacks of one minute, the first such minute, also over midnight", async () => {
    const midnight = 24 * HOUR;
    const all = await figures([
      ...[at(0, "a"), at(30, "a"), at(70, "a"), at(70, "b")],
      ...[at(midnight - 1, "c"), at(midnight, "c"), at(midnight, "d")],
      // The same fragment again is no second playback.
      at(midnight + 1, "d"),
    ]);
    expect(all.peak).toEqual({ playbacks: 2, at: "2026-11-26T00:01:00Z" });
    expect(all.hours).toHaveLength(24);
    expect(all.hours[0]).toBe(4);
    expect(all.hours[23]).toBe(1);
    expect(all.hours.reduce((sum, one) => sum + one)).toBe(5);
  });

  test("are those of two films together", async () => {
    const { all, packages } = await audienceOf(
      ["heron", "otter"].map((film) => ours({ second: 5, film })),
    );
    expect(all.peak?.playbacks).toBe(2);
    expect(packages.map(({ peak }) => peak?.playbacks)).toEqual([1, 1]);
  });

  test("are none where nothing was watched", async () => {
    const all = await figures([{ second: 0, method: "HEAD" }]);
    expect(all.peak).toBeNull();
  });
});

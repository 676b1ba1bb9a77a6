import fc from "fast-check";
import { expect, test } from "vitest";
import { readAudience } from "../../src/audience/read-audience.js";
import {
  audienceOf,
  logOf,
  nginx,
  ours,
  type Asked,
} from "../support/access-log.js";

/** Requests over three days, in the order of their time, to the millisecond. */
const REQUESTS = fc
  .array(
    fc.record({
      second: fc.integer({ min: 0, max: 3 * 86_400_000 }).map((ms) => ms / 1e3),
      client: fc.constantFrom("192.0.2.1", "192.0.2.2", "2001:db8::3"),
      agent: fc.constantFrom("Player/1", "Player/2"),
      playback: fc.constantFrom(undefined, "a", "b"),
      film: fc.constantFrom("heron", "sub/otter"),
      stream: fc.constantFrom(
        ...["video", "video", "audio_eng", "audio_deu", "text_deu"],
      ),
      bitrate: fc.constantFrom(500_000, 1_000_000, 2_000_000),
      at: fc.nat(200).map((place) => place * 2),
      duration: fc.constant(2),
      status: fc.constantFrom(200, 200, 200, 206, 304, 404),
      method: fc.constantFrom("GET", "GET", "GET", "HEAD"),
      bytes: fc.nat(1e6),
    }),
    { maxLength: 60 },
  )
  .map((all): Asked[] => all.sort((a, b) => a.second - b.second));

/** The same, but most of them close together. */
const DENSE = REQUESTS.map((all) =>
  all.map((asked) => ({ ...asked, second: Math.round(asked.second / 3e3) })),
);

test("reports of our log and of nginx's of the same requests are equal", async () => {
  await fc.assert(
    fc.asyncProperty(REQUESTS, async (all) => {
      expect(await audienceOf(all.map((asked) => nginx(asked)))).toEqual(
        await audienceOf(all.map(ours)),
      );
    }),
  );
});

test("the order of lines within a second does not matter", async () => {
  const shuffled = DENSE.chain((all) =>
    fc
      .array(fc.nat(), { minLength: all.length, maxLength: all.length })
      .map((keys) => {
        const keyed = all.map((asked, i) => ({ asked, key: keys[i] ?? 0 }));
        keyed.sort((a, b) => a.asked.second - b.asked.second || a.key - b.key);
        return { all, other: keyed.map(({ asked }) => asked) };
      }),
  );
  await fc.assert(
    fc.asyncProperty(shuffled, async ({ all, other }) => {
      expect(await audienceOf(other.map(ours))).toEqual(
        await audienceOf(all.map(ours)),
      );
    }),
  );
});

test("a log in several files, cut or of several workers, given in any order, gives the same", async () => {
  const dealt = REQUESTS.chain((all) =>
    fc
      .array(fc.nat(2), { minLength: all.length, maxLength: all.length })
      .map((to) => ({ all, to })),
  );
  await fc.assert(
    fc.asyncProperty(dealt, async ({ all, to }) => {
      const files = [2, 0, 1].map((file) =>
        logOf(all.filter((_, i) => to[i] === file).map(ours), `${file}`),
      );
      const { logs, ...parts } = await readAudience(files);
      const { logs: one, ...whole } = await audienceOf(all.map(ours));
      expect(parts).toEqual(whole);
      const lines = logs.reduce((sum, log) => sum + log.lines, 0);
      expect(lines).toBe(one[0]?.lines);
    }),
  );
});

test("figures of packages, of days and of both add up to those of all", async () => {
  await fc.assert(
    fc.asyncProperty(REQUESTS, async (all) => {
      const report = await audienceOf(all.map(ours));
      const sums = (rows: typeof report.days | typeof report.packages) =>
        FIELDS.map((name) => rows.reduce((sum, row) => sum + row[name], 0));
      const expected = FIELDS.map((name) => report.all[name]);
      expect(sums(report.packages)).toEqual(expected);
      expect(sums(report.days)).toEqual(expected);
      expect(report.elsewhere.requests + report.all.requests).toBe(all.length);
    }),
  );
});

const FIELDS = [
  ...(["playbacks", "secondsWatched", "switchesUp", "switchesDown"] as const),
  ...(["requests", "bytes"] as const),
];

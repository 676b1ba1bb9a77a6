import { expect, test } from "vitest";
import {
  bitrateNotes,
  distinctBitrates,
  plannedBitrateNotes,
} from "../../src/media/level-bitrates.js";

const level = (bitrate: number) => ({
  ...{ bitrate, file: `film_${bitrate}.ismv` },
});

test("levels with nearly the same bitrate are spread 2 kbit/s apart, and told", () => {
  const levels = [800_000, 801_200, 801_900, 2_000_000].map(level);
  expect(distinctBitrates(levels).map(({ bitrate }) => bitrate)).toEqual([
    ...[2_000_000, 804_000, 802_000, 800_000],
  ]);
  expect(bitrateNotes(levels)).toEqual([
    "film_801900.ismv: another level has nearly the same bitrate, by which players tell levels apart: the manifests say 2.1 kbit/s more",
    "film_801200.ismv: another level has nearly the same bitrate, by which players tell levels apart: the manifests say 0.8 kbit/s more",
  ]);
});

test("of levels that are only planned no figure is told that encoding will change", () => {
  expect(plannedBitrateNotes([100_000, 101_000].map(level))).toEqual([
    "film_101000.ismv: another level has nearly the same bitrate, by which players tell levels apart: they are set 2 kbit/s apart in the manifests",
  ]);
});

test("levels that are apart keep their bitrates, and nothing is told", () => {
  const levels = [802_000, 800_000].map(level);
  expect(distinctBitrates(levels)).toEqual(levels);
  expect(bitrateNotes(levels)).toEqual([]);
});

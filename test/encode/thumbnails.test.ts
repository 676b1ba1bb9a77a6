import { expect, test } from "vitest";
import { layOutSprite } from "../../src/encode/thumbnails.js";

const PLANNED = {
  ...{ file: "film.thumbs.vtt", image: "film.thumbs.jpg" },
  ...{ width: 160, height: 90 },
};
const SECOND = 10_000_000;

/** Key frames each two seconds. */
const keyFrames = (count: number, gop = 2 * SECOND) =>
  Array.from({ length: count }, (_, i) => i * gop);

test("a sprite is nearly square, row by row", () => {
  const sprite = layOutSprite(keyFrames(5), { ...PLANNED, everySeconds: 2 });
  expect(sprite).toEqual({
    ...{ columns: 3, rows: 2 },
    thumbnails: [
      { begin: 0, x: 0, y: 0 },
      { begin: 2 * SECOND, x: 160, y: 0 },
      { begin: 4 * SECOND, x: 320, y: 0 },
      { begin: 6 * SECOND, x: 0, y: 90 },
      { begin: 8 * SECOND, x: 160, y: 90 },
    ],
  });
});

test.each([
  [5, [0, 6, 12, 18]],
  [1, [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]],
  [3600, [0]],
])("of key frames each 2 s, %i s take those at %j", (everySeconds, seconds) => {
  const sprite = layOutSprite(keyFrames(10), { ...PLANNED, everySeconds });
  expect(sprite.thumbnails.map(({ begin }) => begin / SECOND)).toEqual(seconds);
});

test("a GOP that is a little shorter than two seconds counts as two", () => {
  const gop = 19_985_833; // 59.94 frames a second, less a frame
  const sprite = layOutSprite(keyFrames(4, gop), {
    ...PLANNED,
    everySeconds: 2,
  });
  expect(sprite.thumbnails).toHaveLength(4);
});

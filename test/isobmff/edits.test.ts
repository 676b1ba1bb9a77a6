import { expect, test } from "vitest";
import { box, fullBox, editBoxes } from "../../src/isobmff/box.js";
import { concat, u32 } from "../../src/isobmff/bytes.js";
import { childBox } from "../../src/isobmff/parsed-box.js";
import { parseBoxes } from "../../src/isobmff/source.js";
import { editsOf } from "../../src/isobmff/tracks.js";

/** Of a track whose edit list has one row of these numbers of 32 bits. */
function editsIn(version: number, row: readonly number[]) {
  const elst = fullBox("elst", version, 0, u32(1, ...row));
  const bytes = box("moov", box("trak", box("edts", elst)));
  const [moov] = parseBoxes(bytes);
  const trak = moov && childBox(moov, "trak");
  if (trak === undefined) throw new Error("no trak");
  return editsOf(trak, "a.mp4 track 1");
}

test.each([
  ["32 bits", 0, [500, 20]],
  ["64 bits", 1, [0, 500, 0, 20]],
])(
  "an edit of %s may have a speed between whole numbers",
  (_, version, row) => {
    for (const rate of [0.5, 1, 1.5, 0])
      expect(editsIn(version, [...row, rate * 65536])).toEqual([
        { segmentDuration: 500, mediaTime: 20, rate },
      ]);
  },
);

test("a box whose size has 64 bits says in the same place that it has grown", () => {
  const child = box("free", u32(7));
  const long = concat([
    ...[u32(1), Buffer.from("moov"), u32(0), u32(16 + child.length), child],
  ]);
  const more = box("skip", u32(8));
  const edited = editBoxes(long, {
    append: ({ type }) => (type === "moov" ? [more] : []),
  });
  expect(Buffer.from(edited)).toEqual(
    Buffer.concat([
      ...[u32(1), Buffer.from("moov"), u32(0)],
      ...[u32(16 + child.length + more.length), child, more],
    ]),
  );
});

import { describe, expect, test } from "vitest";
import { walkBoxes, type BoxNode } from "../../src/isobmff/box-tree.js";
import { box } from "../../src/isobmff/box.js";
import {
  dinf,
  hdlr,
  mdhd,
  mdia,
  mehd,
  minf,
  moov,
  mvex,
  mvhd,
  nmhd,
  tkhd,
  trak,
  trex,
  vmhd,
} from "../../src/isobmff/boxes/movie.js";
import { dfxp, stbl } from "../../src/isobmff/boxes/sample-table.js";
import { initSegment, timescaleIn } from "../../src/isobmff/init-segment.js";
import { editsOf } from "../../src/isobmff/tracks.js";
import { childBox, childBoxes } from "../../src/isobmff/parsed-box.js";
import { parseBoxes } from "../../src/isobmff/source.js";

const trackOf = (trackId: number, timescale: number, isText = false) =>
  trak(
    tkhd({ trackId, duration: 0, width: 0, height: 0, audible: false }),
    mdia(
      mdhd(timescale, 0, "und"),
      isText ? hdlr("text", "Text") : hdlr("vide", "Video"),
      minf(isText ? nmhd() : vmhd(), dinf(), stbl(dfxp())),
    ),
  );
const MOOV = moov(
  mvhd(1000, 0, 4),
  trackOf(1, 48_000),
  trackOf(2, 90_000),
  trackOf(3, 1000, true),
  mvex(mehd(0), trex(1), trex(2), trex(3)),
  box("udta"),
);

function moovOf(bytes: Uint8Array) {
  const [, parsed] = parseBoxes(bytes);
  if (parsed === undefined) throw new Error("no moov");
  return parsed;
}

const namesIn = ({ type, children }: BoxNode): string[] => [
  type,
  ...children.flatMap(namesIn),
];

describe("the initialization segment of a track", () => {
  test("has only this track", () => {
    const found = moovOf(initSegment(MOOV, 2));
    expect(found.children.map(({ type }) => type)).toEqual([
      "mvhd",
      "trak",
      "mvex",
      "udta",
    ]);
    const mvexBox = childBox(found, "mvex");
    expect(mvexBox && childBoxes(mvexBox, "trex")).toHaveLength(1);
    expect(timescaleIn(MOOV, 2)).toBe(90_000);
  });

  test("takes a composition offset off with an edit list of its own", () => {
    const editsIn = (bytes: Uint8Array) => {
      const [found] = childBoxes(moovOf(bytes), "trak");
      return found && editsOf(found, "track");
    };
    const once = initSegment(MOOV, 1, { firstOffset: 800 });
    const edit = { segmentDuration: 0, mediaTime: 800, rate: 1 };
    expect(editsIn(once)).toEqual([edit]);
    const own = [...walkBoxes(once)].find(({ type }) => type === "moov");
    const box = once.subarray(own?.start, (own?.start ?? 0) + (own?.size ?? 0));
    // The list of the file stays, or goes with another one.
    expect(editsIn(initSegment(box, 1))).toEqual([edit]);
    expect(editsIn(initSegment(box, 1, { firstOffset: 0 }))).toEqual([]);
    const negative = initSegment(box, 1, { firstOffset: -9 });
    expect(editsIn(negative)).toEqual([]);
  });

  test("makes documents those of stpp", () => {
    const bytes = initSegment(MOOV, 3, { isStpp: true });
    const names = [...walkBoxes(bytes)].flatMap(namesIn);
    expect(names).toContain("sthd");
    expect(names).toContain("stpp");
    expect(names).not.toContain("nmhd");
    expect(names).not.toContain("dfxp");
  });

  test("is not made of a moov without the track", () => {
    expect(() => initSegment(MOOV, 9)).toThrow("moov has no track 9");
  });
});

import { expect, test } from "vitest";
import {
  mfhd,
  moof,
  tfxd,
  traf,
  trun,
} from "../../src/isobmff/boxes/fragment.js";
import { concat, u32 } from "../../src/isobmff/bytes.js";
import { at, sampleDuration } from "../../src/media/track.js";
import { alikeHeaders } from "../../src/mux/alike-headers.js";
import { LAYOUTS, type LayoutName } from "../../src/mux/layouts.js";
import { fragmentHeaders } from "../../src/mux/track-boxes.js";
import type { OutTrack } from "../../src/mux/protection.js";
import type { Fragment } from "../../src/media/fragments.js";
import { audioTrack, table } from "../support/track.js";

const DURATIONS = [20_000_000, 20_020_000, 5];
const SIZES = [200, 70_000, 0];

/** Three captions, the second in the third day of the film. */
const track: OutTrack = {
  ...audioTrack(table(DURATIONS, { sizes: SIZES })),
  ...{ codec: "ttml", format: { kind: "text", subtype: "SUBT" } },
};
const fragments: Fragment[] = DURATIONS.map((duration, i) => ({
  ...{ firstSample: i, endSample: i + 1, duration },
  time: i * 2 ** 41,
}));

/** Box by box. */
function make({ samples }: OutTrack, fragment: Fragment, number: number) {
  const { firstSample: i, time, duration } = fragment;
  const size = at(samples.size, i);
  const run = trun({
    ...{ dataOffset: 100, durations: [sampleDuration(samples, i)] },
    sizes: [size],
  });
  const boxes = moof(mfhd(number), traf(run, tfxd(time, duration)));
  return concat([boxes, u32(size + 8)]);
}

test("headers with other numbers are those that are made box by box", () => {
  const alike = alikeHeaders(track, make);
  for (const [i, fragment] of fragments.entries())
    expect(alike(fragment, i + 1)).toEqual(make(track, fragment, i + 1));
});

test("a fragment in another form is not alike", () => {
  const alike = alikeHeaders(track, make);
  const [first = { firstSample: 0, endSample: 1, time: 0, duration: 0 }] =
    fragments;
  expect(alike({ ...first, endSample: 2 }, 1)).toBeUndefined();
  expect(alike({ ...first, duration: 1 }, 1)).toBeUndefined();
  const long = { ...track, samples: table([2 ** 32]) };
  const own = { ...first, duration: 2 ** 32 };
  expect(alikeHeaders(long, make)(own, 1)).toBeUndefined();
});

test.each(Object.keys(LAYOUTS) as LayoutName[])(
  "captions of layout %s differ from other tracks in nothing",
  (layout) => {
    const options = { layout, tfdt: true };
    const captions = fragmentHeaders(track, options);
    // The same codec, made the general way: only text is known to be alike.
    const general = fragmentHeaders(
      { ...track, format: { kind: "audio", channels: 2, sampleRate: 48_000 } },
      options,
    );
    for (const [i, fragment] of fragments.entries())
      expect(captions.of(fragment, i + 1)).toEqual(general.of(fragment, i + 1));
  },
);

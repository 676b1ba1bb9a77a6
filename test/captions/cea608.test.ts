import { expect, test } from "vitest";
import {
  captionsOfSamples,
  captionsOfSei,
  type Channel,
} from "../../src/captions/cea608.js";
import { textOf } from "../../src/captions/cue.js";

/** Pop-on of field 1: resume loading, row 15, "Hello", show; in the end erase. */
const PAIRS = "9420 9470 c8e5 ecec ef80 942f 942c".split(" ");
const FRAME = 333_667;

/** cc_data of one pair in the user data of ATSC; CTA-708, 4.4.3 */
function payloadOf(pair: string, type = 0): Uint8Array {
  const bytes = Buffer.from(pair, "hex");
  return Uint8Array.from([
    ...[0xb5, 0x00, 0x31, 0x47, 0x41, 0x39, 0x34, 0x03],
    ...[0xc1, 0xff, 0xfc | type, ...bytes, 0xff],
  ]);
}

/** As decoded: P before the two B that are shown before it. */
function inDecodeOrder<T>(rows: readonly T[]): T[] {
  const order = [0, 3, 1, 2, 6, 4, 5];
  return order.flatMap((i) => rows[i] ?? []);
}

const MESSAGES = PAIRS.map((pair, i) => ({
  time: i * FRAME,
  payload: payloadOf(pair),
}));

test("captions in SEI messages count in the order in which pictures are shown", async () => {
  const cues = await captionsOfSei(inDecodeOrder(MESSAGES));
  expect(cues.map(textOf)).toEqual(["Hello"]);
  expect(cues[0]).toMatchObject({ begin: 5 * FRAME, end: 6 * FRAME });
});

test("other user data is passed over, and other channels are apart", async () => {
  const other = { time: 0, payload: Uint8Array.from([0xb5, 0, 0x3c, 1, 2, 3]) };
  expect(await captionsOfSei([other, ...MESSAGES])).toHaveLength(1);
  for (const channel of ["cc2", "cc3", "cc4"] satisfies Channel[])
    expect(await captionsOfSei(MESSAGES, channel)).toEqual([]);
  const second = PAIRS.map((pair, i) => ({
    ...{ time: i * FRAME, payload: payloadOf(pair, 1) },
  }));
  expect(await captionsOfSei(second, "cc3")).toHaveLength(1);
  expect(await captionsOfSei(second, "cc1")).toEqual([]);
});

test("samples with SEI before the picture, with emulation prevention, and one that is cut off", async () => {
  const samples = MESSAGES.map(({ time, payload }) => {
    // 00 00 03: the third byte keeps 00 00 01 out of the unit.
    const escaped = [...payload].flatMap((byte, i) =>
      i > 1 && byte <= 3 && payload[i - 1] === 0 && payload[i - 2] === 0
        ? [3, byte]
        : [byte],
    );
    const unit = [0x06, 0x04, payload.length, ...escaped, 0x80];
    const picture = [0, 0, 0, 5, 0x41, 1, 2, 3, 4];
    return {
      time,
      bytes: Uint8Array.from([0, 0, 0, unit.length, ...unit, ...picture]),
    };
  });
  const broken = { time: 0, bytes: Uint8Array.from([0, 0, 0, 9, 6, 4, 200]) };
  const cues = await captionsOfSamples([broken, ...inDecodeOrder(samples)]);
  expect(cues.map(textOf)).toEqual(["Hello"]);
});

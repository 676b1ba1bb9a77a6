import { describe, expect, test } from "vitest";
import { beginAndEnd } from "../../src/probe/lengths.js";
import {
  firstPacketsOf,
  readPacket,
  type ListPackets,
} from "../../src/probe/packets.js";

/** A picture of 25 frames a second, a line of ffprobe for each. */
function frames(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => {
    const n = from + i;
    return `stream_index=0|pts=${n}|dts=${n}|pts_time=${n / 25}|flags=K_|pos=${48 + n}`;
  });
}

/** ffprobe, which lists the packets of two intervals, or of one picture. */
function listing(lines: readonly string[], isRead = true) {
  const asked: string[] = [];
  const list: ListPackets = (_fields, options, onPacket) => {
    asked.push(options.join(" "));
    for (const line of lines) onPacket(readPacket(line));
    return Promise.resolve(isRead);
  };
  return { asked, list };
}

async function read(lines: readonly string[], isRead?: boolean) {
  const last: number[] = [];
  const { list, asked } = listing(lines, isRead);
  const begin = await beginAndEnd(list, ["flags"], 30, (packet) =>
    last.push(Number(packet.get("pts"))),
  );
  return { last, begin, list, asked };
}

describe("the begin and the end of a file come in one run", () => {
  test("of a long file", async () => {
    const { begin, last, asked } = await read([
      ...frames(0, 900),
      ...frames(5000, 5003),
    ]);
    expect(asked).toEqual(["-read_intervals %+#900,30%"]);
    expect(begin?.packets.length).toBe(900);
    expect(begin?.isWhole).toBe(false);
    expect(last).toEqual([5000, 5001, 5002]);
  });

  test("of a short file, whose end is listed again", async () => {
    const { begin, last } = await read([...frames(0, 40), ...frames(30, 40)]);
    expect(begin?.packets.length).toBe(40);
    expect(begin?.isWhole).toBe(true);
    expect(last).toEqual([30, 31, 32, 33, 34, 35, 36, 37, 38, 39]);
  });

  test("of a file as long as the begin", async () => {
    const { begin, last } = await read([
      ...frames(0, 900),
      ...frames(898, 900),
    ]);
    expect(begin?.packets.length).toBe(900);
    expect(last).toEqual([898, 899]);
  });

  test("not of packets without times, which cannot be told apart", async () => {
    const line = "stream_index=0|pts=N/A|dts=N/A|pos=N/A";
    expect((await read([line, line])).begin).toBeUndefined();
  });

  test("not of a short file with two packets that are alike", async () => {
    const [first = "", ...more] = frames(0, 40);
    expect((await read([first, first, ...more])).begin).toBeUndefined();
  });

  test("not of a file in which ffprobe cannot seek", async () => {
    expect((await read(frames(0, 40), false)).begin).toBeUndefined();
  });
});

describe("the first packets of a picture", () => {
  const sound = (n: number) => `stream_index=1|pts=${n}|dts=${n}`;

  test("are not read again when the begin has them", async () => {
    const lines = [...frames(0, 400), sound(0)];
    const { begin, list, asked } = await read(lines);
    const packets = await firstPacketsOf(list, begin)(0);
    expect(packets.length).toBe(300);
    expect(packets.at(-1)?.get("pts")).toBe("299");
    expect(await firstPacketsOf(list, begin)(1)).toHaveLength(1);
    expect(asked.length).toBe(1);
  });

  test("are read, once, when the begin has too few between those of sounds", async () => {
    const sounds = Array.from({ length: 800 }, (_, n) => sound(n));
    const { begin, list, asked } = await read([...frames(0, 100), ...sounds]);
    const firstOf = firstPacketsOf(list, begin);
    await Promise.all([firstOf(0), firstOf(0)]);
    expect(asked.slice(1)).toEqual([
      "-select_streams 0 -read_intervals %+#300",
    ]);
  });
});

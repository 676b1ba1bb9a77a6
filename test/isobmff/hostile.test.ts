import { describe, expect, test } from "vitest";
import { box, fullBox } from "../../src/isobmff/box.js";
import { concat, u16, u32, u8, zeros } from "../../src/isobmff/bytes.js";
import { dumpFile } from "../../src/isobmff/dump.js";
import { readMovie } from "../../src/isobmff/read-movie.js";
import { childBox, numbersField } from "../../src/isobmff/parsed-box.js";
import { parseBoxes } from "../../src/isobmff/source.js";
import { test as scratchTest, writeTo } from "../support/scratch-folder.js";

/** Four milliards: more rows than memory has room for. */
const MANY = 0xffffffff;

function complaintAbout(bytes: Uint8Array): string {
  const complaints: string[] = [];
  parseBoxes(bytes, (message) => complaints.push(message));
  return complaints.join("; ");
}

/** Boxes of one kind, each inside the one before. */
function nested(depth: number, type: string): Uint8Array {
  let inner: Uint8Array = zeros(0);
  for (let i = 0; i < depth; i++) inner = box(type, inner);
  return inner;
}

/** Each of these once crashed, hung or filled the memory; the reason is told with it. */
describe("a box that lies", () => {
  test("about samples of one size is read in no time: mp4box wrote out a row for each", () => {
    const [stsz] = parseBoxes(fullBox("stsz", 0, 0, u32(9, MANY)));
    expect(stsz?.field("sample_count")).toBe(MANY);
    expect(numbersField(stsz, "sample_sizes")).toEqual([]);
  });

  test("about samples without fields is damaged: mp4box turned once for each", () => {
    const trun = fullBox("trun", 0, 0x000001, u32(MANY, 100, 0));
    expect(complaintAbout(trun)).toBe(
      "trun at 0 is damaged (4 bytes behind its fields)",
    );
    expect(complaintAbout(fullBox("trun", 0, 0x000001, u32(MANY, 100)))).toBe(
      "",
    );
  });

  test("about its rows does not read its neighbour's bytes: each of many would read all", () => {
    const stss = fullBox("stss", 0, 0, u32(2, 1));
    expect(complaintAbout(concat([stss, zeros(64)]))).toMatch(
      /^stss at 0 is damaged/,
    );
  });

  test("about the length of a text is damaged: mp4box made the file longer to read it", () => {
    const hdlr = fullBox("hdlr", 0, 0, u32(0), u16(0x7669));
    expect(complaintAbout(hdlr)).toMatch(/^hdlr at 0 is damaged/);
  });

  test("about its children does not get its siblings: with 60 of them mp4box read 2^60 boxes", () => {
    const liar = fullBox("dref", 0, 0, u32(1));
    const [dinf] = parseBoxes(
      box("dinf", ...Array.from({ length: 60 }, () => liar)),
    );
    expect(dinf?.children).toHaveLength(60);
    expect(dinf && childBox(dinf, "dref")?.children).toEqual([]);
    const entries = fullBox("stsd", 0, 0, u32(MANY));
    expect(parseBoxes(concat([entries, liar]))[0]?.children).toEqual([]);
  });

  test.each(["sgpd", "keys", "iloc"])(
    "about the rows of %s, which need no bytes, is named and not read",
    (type) => {
      const [parsed] = parseBoxes(
        fullBox(type, 2, 0, u32(0, 0, MANY), zeros(64)),
      );
      expect([parsed?.type, parsed?.fieldNames()]).toEqual([type, []]);
    },
  );

  test("about parameter sets gets no more bytes than it has", () => {
    const avcC = box("avcC", u8(1, 66, 192, 30, 0xff, 0xff), u16(0xffff));
    expect(complaintAbout(concat([avcC, zeros(70_000)]))).toMatch(
      /^avcC at 0 is damaged/,
    );
  });
});

describe("boxes in one another", () => {
  test("are read eighteen deep", () => {
    expect(complaintAbout(nested(18, "udta"))).toBe("");
  });

  test("are damaged beyond that: ten thousand overflow the stack", () => {
    for (const depth of [20, 10_000])
      expect(complaintAbout(nested(depth, "udta"))).toMatch(
        /^more than 18 boxes in one another/,
      );
  });

  test("are damaged when there are too many: each takes far more memory than eight bytes", () => {
    const free = box("free");
    const row = concat(Array.from({ length: 20_001 }, () => free));
    expect(complaintAbout(row)).toBe("more than 20000 boxes");
  });
});

describe("the size of a box", () => {
  test.each([
    ["smaller than its header", 7],
    ["of 64 bits that are not there", 1],
    ["open, inside another box", 0],
    ["larger than the box around it", 9],
  ])("%s is damage", (_, size) => {
    const inner = concat([u32(size), u32(0x66726565)]);
    expect(complaintAbout(box("moov", inner))).toMatch(/^no box at 8 in moov/);
  });

  test("of 64 bits counts inside a box too", () => {
    const long = concat([u32(1), u32(0x66726565), u32(0, 16)]);
    const [moov] = parseBoxes(box("moov", long, box("skip")));
    expect(moov?.children.map(({ type, size }) => [type, size])).toEqual([
      ["free", 16],
      ["skip", 8],
    ]);
    const beyond = concat([u32(1), u32(0x66726565), u32(MANY, MANY)]);
    expect(complaintAbout(box("moov", beyond))).toMatch(/^no box at 8 in moov/);
  });
});

scratchTest(
  "a file's moov of 64-bit size beyond its end is refused",
  async ({ scratch }) => {
    const moov = concat([u32(1), u32(0x6d6f6f76), u32(MANY, MANY)]);
    const path = await writeTo(scratch, "film.mp4", moov);
    await expect(readMovie(path)).rejects.toMatchObject({ code: "input" });
    const boxes = dumpFile(path);
    await expect(boxes.next()).resolves.toMatchObject({
      value: { fields: { truncated: "the file ends at 16" } },
    });
    await boxes.return(undefined);
  },
);

describe("a film from a stranger", () => {
  scratchTest(
    "may nest as many boxes as it likes: they were read one by one, for a minute",
    async ({ scratch }) => {
      const levels = 5_000_000;
      const nest = Buffer.alloc(8 * levels);
      for (let i = 0; i < levels; i++) {
        nest.writeUInt32BE(8 * (levels - i), 8 * i);
        nest.write(i === 0 ? "moov" : "trak", 8 * i + 4, "latin1");
      }
      const path = await writeTo(scratch, "film.mp4", nest);
      await expect(readMovie(path)).rejects.toThrow(
        "moov cannot be parsed (more than 18 boxes in one another",
      );
    },
  );

  scratchTest(
    "may have long lists that nobody asks for: mp4box took 30 bytes of memory for each byte of theirs",
    async ({ scratch }) => {
      const liar = fullBox("saiz", 0, 0, u8(0), u32(MANY));
      const stbl = box("stbl", fullBox("sdtp", 0, 0, zeros(100)), liar);
      const trak = box("trak", box("mdia", box("minf", stbl)));
      const movie = box("moov", fullBox("mvhd", 0, 0, MVHD), trak);
      const path = await writeTo(scratch, "film.mp4", movie);
      await expect(readMovie(path)).resolves.toEqual([]);
    },
  );

  scratchTest(
    "may not have tracks that all claim millions of samples without a byte for them",
    async ({ scratch }) => {
      const stbl = box(
        "stbl",
        fullBox("stsd", 0, 0, u32(1), box("xxxx", zeros(8))),
        fullBox("stts", 0, 0, u32(1, 2 ** 21, 1)),
        fullBox("stsz", 0, 0, u32(1, 2 ** 21)),
        fullBox("stsc", 0, 0, u32(1, 1, 2 ** 21, 1)),
        fullBox("stco", 0, 0, u32(1, 0)),
      );
      const hdlr = fullBox("hdlr", 0, 0, u32(0, 0x736f756e), zeros(13));
      const mdhd = fullBox("mdhd", 0, 0, u32(0, 0, 1000, 0, 0));
      const trak = box(
        "trak",
        fullBox("tkhd", 0, 0, zeros(80)),
        box("mdia", mdhd, hdlr, box("minf", stbl)),
      );
      const film = (count: number) =>
        writeTo(
          scratch,
          `${count}.mp4`,
          box(
            "moov",
            fullBox("mvhd", 0, 0, MVHD),
            ...Array.from({ length: count }, () => trak),
          ),
        );
      await expect(readMovie(await film(2))).resolves.toHaveLength(2);
      await expect(readMovie(await film(3))).rejects.toThrow(
        "stsz claims 2097152 samples of 1 bytes. Expected at most 4194304 in a file.",
      );
    },
  );
});

/** A movie of a thousand ticks a second. */
const MVHD = concat([u32(0, 0, 1000, 0), zeros(80)]);

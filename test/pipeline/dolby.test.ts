import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  contentKey,
  mux,
  protectPackage,
  unprotectPackage,
  verify,
} from "../../src/index.js";
import { walkBoxes } from "../../src/isobmff/box-tree.js";
import { get, serving, witness } from "../serve/serving.js";
import { KEY, KID, REQUEST } from "../drm/package.js";
import { written } from "../corpus/make/media.js";
import { hum, moving } from "../corpus/make/sources.js";
import { patchFile } from "../support/patch.js";
import { run, tools } from "../support/programs.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const film = join(folder, "film.mp4");

beforeAll(async () => {
  await written(
    ...["-f", "lavfi", "-t", "3", "-i", moving()],
    ...[
      "-f",
      "lavfi",
      "-t",
      "3",
      "-i",
      `${hum(600)},aformat=channel_layouts=5.1`,
    ],
    ...["-f", "lavfi", "-t", "3", "-i", hum(600)],
    ...["-map", "0", "-map", "1", "-map", "1", "-map", "2"],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-bf", "0"],
    ...["-c:a:0", "eac3", "-c:a:1", "ac3", "-c:a:2", "aac"],
    ...["-metadata:s:a", "language=eng"],
  )(film);
});

/** A film with E-AC-3, AC-3 and AAC, in that order. */
async function muxed(name: string, options = {}) {
  const output = join(folder, name);
  const result = await mux([film], { output, name, fsync: false, ...options });
  return { output, result };
}

/** Begins an E-AC-3 frame of a second substream, for which ffmpeg has no decoder and no error. ETSI TS 102 366 E.1.2 */
const SUBSTREAM = [0x0b, 0x77, 0x08, 0xff, 0x34, 0x80];

/** Bytes with no other sync word. */
function fillWithNoise(bytes: Uint8Array): void {
  let state = 1;
  for (const i of bytes.keys()) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const byte = state >>> 24;
    bytes[i] = byte === 0x0b || byte === 0x77 ? 0x55 : byte;
  }
  bytes.set(SUBSTREAM, 0);
}

/** Where the fourth frame of the first fragment begins. */
function fourthFrame(bytes: Buffer): number {
  const mdat = [...walkBoxes(bytes)].find(({ type }) => type === "mdat");
  const begin = (mdat?.start ?? 0) + 8;
  const size = bytes.indexOf(Buffer.from([0x0b, 0x77]), begin + 2) - begin;
  return begin + 3 * size;
}

describe("Dolby sound in a finished MP4", () => {
  test("is copied behind AAC, announced as clients want it, and decodes", async () => {
    const { output, result } = await muxed("clear", { verify: "full" });
    const sounds = result.plan.tracks.slice(1);
    expect(
      sounds.map(({ stream, source }) => [stream, source.track.codec]),
    ).toEqual([
      ["audio_eng", "aac"],
      ["audio_eng_2", "eac3"],
      ["audio_eng_3", "ac3"],
    ]);
    const client = readFileSync(join(output, "clear.ismc"), "utf8");
    expect(client).toMatch(
      /FourCC="EC-3" SamplingRate="48000" Channels="6" BitsPerSample="16" PacketSize="\d+" AudioTag="65534" CodecPrivateData="00063F000000AF87FBA7022DFB42A4D405CD93843BDD(?:[0-9A-F]{2}){5,6}"/,
    );
    expect(client).toMatch(
      /FourCC="AC-3" .* CodecPrivateData="00063F0000002C806DE046DBCF11B4D100805F6CBBEA[0-9A-F]{6}"/,
    );
    const { ffprobe } = await tools();
    for (const [i, name] of ["aac", "eac3", "ac3"].entries()) {
      const path = join(output, sounds[i]?.file ?? "");
      const { stdout } = await run(ffprobe.path, [
        ...["-v", "error", "-show_entries", "stream=codec_name"],
        ...["-of", "csv=p=0", path],
      ]);
      expect(stdout.toString()).toMatch(new RegExp(`^${name},?\\s*$`));
    }
  });

  test("is filled with silence where it begins late and ends early", async () => {
    const late = join(folder, "late.mp4");
    await written(
      ...["-i", film, "-itsoffset", "0.5", "-t", "2", "-i", film],
      ...["-map", "0:v", "-map", "0:a:2", "-map", "1:a:0", "-map", "1:a:1"],
      ...["-c", "copy"],
    )(late);
    const output = join(folder, "late");
    const name = "late";
    const { plan } = await mux([late], { output, name, verify: "full" });
    expect(plan.notes.join()).toContain("silence before it");
    expect(plan.notes.join()).toContain("silence behind it");
    const { ffmpeg } = await tools();
    for (const { file } of plan.tracks.slice(2)) {
      const { stderr } = await run(ffmpeg.path, [
        ...["-hide_banner", "-i", join(output, file)],
        ...["-af", "silencedetect=d=0.3", "-f", "null", "-"],
      ]);
      const [, heard] = /silence_end: ([\d.]+)/.exec(stderr) ?? [];
      expect(Math.abs(Number(heard) - 0.5)).toBeLessThan(0.01);
    }
  });

  test("of a second file is no quality of the AAC, though it is alike", async () => {
    const [one, two] = [join(folder, "one.mp4"), join(folder, "two.mp4")];
    const short = ["-i", film, "-t", "1", "-ac", "2"];
    await written(...short, "-map", "0:v", "-map", "0:a:2")(one);
    await written(...short, "-map", "0:a:2", "-c:a", "ac3")(two);
    const output = join(folder, "alike");
    const { plan } = await mux([two, one], { output, name: "alike" });
    expect(plan.tracks.map(({ stream }) => stream)).toEqual([
      ...["video", "audio_eng", "audio_eng_2"],
    ]);
    expect(plan.tracks.map(({ source }) => source.track.codec)).toEqual([
      ...["h264", "aac", "ac3"],
    ]);
  });

  test("in a language of its own is told to those who would not hear it", async () => {
    const path = join(folder, "foreign.mp4");
    await written(
      ...["-i", film, "-map", "0:v", "-map", "0:a:0", "-map", "0:a:2"],
      ...["-c", "copy", "-metadata:s:a:0", "language=deu"],
    )(path);
    const output = join(folder, "foreign");
    const { plan } = await mux([path], { output, name: "foreign" });
    expect(plan.notes.join()).toContain("no AAC-LC of its language (deu)");
  });

  test("is not taken for clear sound when ffmpeg passes over noise without a word", async () => {
    const { output } = await muxed("noise", { protection: REQUEST });
    for (const name of readdirSync(output).filter((one) =>
      /_eng_\d{3}.*\.isma$/.test(one),
    ))
      patchFile(join(output, name), (bytes) => {
        for (const { type, start, size } of walkBoxes(bytes))
          if (type === "mdat")
            fillWithNoise(bytes.subarray(start + 8, start + size));
      });
    const { findings } = await verify(join(output, "noise.ism"), {
      decodeWith: await tools(),
    });
    expect(findings.map(({ message }) => message).join()).not.toContain(
      "decodes without a key",
    );
  });

  test("is encrypted like every other sound", async () => {
    const protection = REQUEST;
    const { output, result } = await muxed("locked", { protection });
    const { findings } = await verify(join(output, "locked.ism"), {
      contentKey: contentKey(KID, KEY),
    });
    expect(findings.filter(({ level }) => level === "fault")).toEqual([]);
    for (const { file } of result.plan.tracks) {
      const bytes = readFileSync(join(output, file), "latin1");
      expect(bytes.slice(0, 2000)).toMatch(/encv|enca/);
    }
  });

  test("is protected in its package, and comes back byte for byte", async () => {
    const { output } = await muxed("open");
    const [locked, again] = [join(folder, "shut"), join(folder, "again")];
    await protectPackage(join(output, "open.ism"), {
      ...{ output: locked, protection: REQUEST, verify: "full" },
    });
    await unprotectPackage(join(locked, "open.ism"), {
      ...{ output: again, contentKey: contentKey(KID, KEY) },
    });
    for (const name of readdirSync(output))
      expect(
        readFileSync(join(again, name)).equals(
          readFileSync(join(output, name)),
        ),
      ).toBe(true);
  });

  test("is served, fragment by fragment", async () => {
    const { output } = await muxed("served");
    const { url } = await serving(output);
    const dolby = witness(output, "served").filter(({ stream }) =>
      /_[23]$/.test(stream),
    );
    expect(dolby.length).toBeGreaterThan(2);
    for (const { path, bytes } of dolby)
      expect((await get(`${url}${path}`)).bytes.equals(bytes)).toBe(true);
  });

  test("is told to verify when the manifest says other channels", async () => {
    const { output } = await muxed("changed");
    const ism = join(output, "changed.ism");
    patchFile(join(output, "changed.ismc"), (bytes) =>
      bytes.write("00063E", bytes.indexOf("00063F"), "latin1"),
    );
    const { findings } = await verify(ism);
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: "quality-level" }),
    );
  });

  test.each([
    ["sync word", "does not begin with the sync word 0B77", [0, 0x0b]],
    ["size", "has \\d+ bytes for a frame of \\d+ bytes", [2, 0x04]],
    ["bytes", "whose check word \\(CRC\\) does not fit", [200, 0x01]],
  ] as const)(
    "is a fault when the %s of a frame is damaged, which ffmpeg skips without a word",
    async (what, message, [offset, flip]) => {
      const name = `damaged-${what.replace(" ", "-")}`;
      const { output, result } = await muxed(name);
      const [eac3, ac3] = result.plan.tracks.slice(-2);
      // Of AC-3 a code in a table tells the size.
      const damaged = what === "size" ? [eac3] : [eac3, ac3];
      for (const track of damaged)
        patchFile(join(output, track?.file ?? ""), (bytes) => {
          const at = fourthFrame(bytes) + offset;
          bytes[at] = (bytes[at] ?? 0) ^ flip;
        });
      const ism = join(output, `${name}.ism`);
      const { findings } = await verify(ism, { decodeWith: await tools() });
      for (const track of damaged)
        expect(findings).toContainEqual(
          expect.objectContaining({
            ...{ rule: "decode", file: track?.file, fragment: 1 },
            message: expect.stringMatching(`^sample 4 .*${message}`) as string,
          }),
        );
    },
  );

  test("is refused without AAC beside it", async () => {
    const alone = join(folder, "alone.mp4");
    await written(...["-i", film, "-map", "0:0", "-map", "0:1", "-c", "copy"])(
      alone,
    );
    const output = join(folder, "alone");
    await expect(mux([alone], { output })).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("is E-AC-3, which") as string,
    });
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { mux, protectPackage, verify } from "../../src/index.js";
import { written } from "../corpus/make/media.js";
import { hum, moving } from "../corpus/make/sources.js";
import { REQUEST } from "../drm/package.js";
import { get, serving, witness } from "../serve/serving.js";
import { patchFile, payloadOf } from "../support/patch.js";
import { run, tools } from "../support/programs.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const film = (name: string) => join(folder, `${name}.mp4`);
const ALLOWED = { allowHevc: true, fsync: false } as const;

/** Closed groups of a second, as Smooth needs them. */
const CLOSED = "log-level=none:keyint=25:min-keyint=25:scenecut=0:open-gop=0";

/** A picture before each later key frame needs that key frame. */
const OPEN = CLOSED.replaceAll("25", "27").replace(
  "open-gop=0",
  "open-gop=1:b-adapt=0",
);

async function made(name: string, tag: string, x265: string): Promise<void> {
  await written(
    ...["-f", "lavfi", "-t", "4", "-i", moving()],
    ...["-f", "lavfi", "-t", "4", "-i", hum(300)],
    ...["-c:v", "libx265", "-preset", "ultrafast", "-tag:v", tag],
    ...["-x265-params", `${x265}:bframes=3`, "-pix_fmt", "yuv420p"],
    ...["-c:a", "aac"],
  )(film(name));
}

async function muxed(input: string, name: string, options = {}) {
  const output = join(folder, name);
  const result = await mux([film(input)], {
    ...{ ...ALLOWED, output, name, ...options },
  });
  return { output, result, ism: join(output, `${name}.ism`) };
}

/** NAL units of a CodecPrivateData, by their types. ISO/IEC 23008-2 table 7-1 */
function typesIn(client: string): number[] {
  const [, data = ""] = /CodecPrivateData="([0-9A-F]+)"/i.exec(client) ?? [];
  const units = data.split("00000001").slice(1);
  return units.map((unit) => (parseInt(unit.slice(0, 2), 16) >> 1) & 0x3f);
}

beforeAll(async () => {
  await made("hvc1", "hvc1", CLOSED);
  await made("hev1", "hev1", CLOSED);
  await made("open", "hvc1", OPEN);
  await made("hashed", "hvc1", `${CLOSED}:hash=1`);
});

describe("HEVC in a finished MP4", () => {
  test("is refused in words that name the option", async () => {
    const output = join(folder, "refused");
    await expect(mux([film("hvc1")], { output })).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining(
        "is HEVC, which no player in a browser",
      ) as string,
      hint: expect.stringMatching(
        /--allow-hevc .* Kodi and N_m3u8DL-RE/,
      ) as string,
    });
  });

  test.each(["hvc1", "hev1"])(
    "is packaged as it is where that is asked for (%s)",
    async (tag) => {
      const { output, result, ism } = await muxed(tag, `asked-${tag}`, {
        verify: "full",
      });
      expect(result.plan.notes.join()).toContain(
        "HEVC is read by Kodi and N_m3u8DL-RE",
      );
      expect(result.plan.cutTimes).toEqual([0, 20_000_000]);
      const client = readFileSync(`${ism}c`, "utf8");
      expect(client).toContain(`FourCC="${tag.toUpperCase()}"`);
      expect(typesIn(client)).toEqual([32, 33, 34]);
      const { ffprobe } = await tools();
      const [video] = result.plan.tracks;
      const path = join(output, video?.file ?? "");
      const { stdout } = await run(ffprobe.path, [
        ...["-v", "error", "-count_frames", "-of", "csv=p=0"],
        ...[
          "-show_entries",
          "stream=codec_name,codec_tag_string,nb_read_frames",
        ],
        path,
      ]);
      expect(stdout.toString().trim()).toBe(`hevc,${tag},100`);
    },
  );

  test("is served, fragment by fragment", async () => {
    const { output } = await muxed("hvc1", "served");
    const { url } = await serving(output);
    const fragments = witness(output, "served");
    expect(fragments.length).toBeGreaterThan(3);
    for (const { path, bytes } of fragments)
      expect((await get(`${url}${path}`)).bytes.equals(bytes)).toBe(true);
  });

  test("is not cut in open groups", async () => {
    const output = join(folder, "open");
    const { plan } = await mux([film("open")], { ...ALLOWED, output });
    expect(plan.cutTimes).toEqual([0]); // only the first picture has nothing before it
  });

  test("is not encrypted, which is said", async () => {
    const output = join(folder, "locked");
    const refusal = {
      code: "unsupported",
      message: expect.stringContaining(
        "is HEVC, which mss-pack does not encrypt",
      ) as string,
    };
    const request = { ...ALLOWED, output, protection: REQUEST };
    await expect(mux([film("hvc1")], request)).rejects.toMatchObject(refusal);
    const { ism } = await muxed("hvc1", "clear");
    await expect(
      protectPackage(ism, { output, protection: REQUEST }),
    ).rejects.toMatchObject(refusal);
    expect(readdirSync(folder)).not.toContain("locked");
  });

  test("is no rung beside H.264", async () => {
    const path = film("other");
    await written(
      ...["-i", film("hvc1"), "-an", "-c:v", "libx264", "-preset"],
      ...["ultrafast", "-g", "25", "-bf", "0"],
    )(path);
    const output = join(folder, "mixed");
    const inputs = [film("hvc1"), path];
    await expect(mux(inputs, { ...ALLOWED, output })).rejects.toMatchObject({
      message:
        "other.mp4 is H.264, and hvc1.mp4 track 1 is HEVC. Expected one codec for all rungs.",
    });
  });
});

describe("verify of HEVC", () => {
  test("finds other parameter sets in the manifest", async () => {
    const { ism } = await muxed("hvc1", "sets");
    patchFile(`${ism}c`, (bytes) =>
      bytes.write("0000000140", bytes.indexOf("0000000142"), "latin1"),
    );
    const { findings } = await verify(ism);
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: "quality-level", level: "fault" }),
    );
  });

  test("finds a fragment that does not begin with a key frame", async () => {
    const { ism, output, result } = await muxed("hvc1", "begin");
    patchFile(join(output, result.plan.tracks[0]?.file ?? ""), (bytes) => {
      const at = payloadOf(bytes, "mdat", 2);
      for (let unit = at; ; unit += 4 + bytes.readUInt32BE(unit)) {
        const header = bytes[unit + 4] ?? 0;
        if (header >> 1 > 31) continue;
        bytes[unit + 4] = 1 << 1; // TRAIL_R
        return;
      }
    });
    const { findings } = await verify(ism);
    expect(findings).toContainEqual(
      expect.objectContaining({
        ...{ rule: "random-access", fragment: 2, level: "fault" },
        message: "first picture is NAL unit type 1, expected 16 to 23 (IRAP)",
      }),
    );
  });

  test("finds damage by decoding, by the hash that the encoder wrote", async () => {
    const { ism, output, result } = await muxed("hashed", "damage");
    patchFile(join(output, result.plan.tracks[0]?.file ?? ""), (bytes) => {
      const at = payloadOf(bytes, "mdat");
      bytes.fill(0xa5, at + 3000, at + 3010);
    });
    const { findings } = await verify(ism, { decodeWith: await tools() });
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: "decode", level: "fault" }),
    );
  });
});

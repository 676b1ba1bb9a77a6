import { join } from "node:path";
import { expect, test } from "vitest";
import { codedPicture } from "../../src/codecs/avc-units.js";
import { codecNamed } from "../../src/codecs/index.js";
import { readMovie } from "../../src/isobmff/read-movie.js";
import { makeClip, type ClipOptions } from "../support/clip.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();

async function configOf(name: string, clip: ClipOptions): Promise<Uint8Array> {
  const options = ["-preset", "medium", ...(clip.options ?? [])];
  const path = await makeClip(join(folder, `${name}.mp4`), {
    ...{ seconds: 0.2, audio: null, ...clip, options },
  });
  const [track] = await readMovie(path);
  if (track === undefined) throw new Error(`${path}: no track`);
  return codecNamed("h264").readConfig(track.sampleEntry, path);
}

const x264 = (params: string) => ({ options: ["-x264-params", params] });

test.for<{
  readonly name: string;
  readonly clip?: ClipOptions;
  readonly found: object;
}>([
  {
    name: "High, cropped on two sides",
    clip: { size: "854x478", ...x264("level=3.1") },
    found: { width: 854, height: 478, profile: "high", level: "3.1" },
  },
  {
    name: "Main",
    clip: { options: ["-profile:v", "main", "-level:v", "4"] },
    found: { width: 320, height: 180, profile: "main", level: "4.0" },
  },
  {
    name: "Baseline, told to be BT.709",
    clip: {
      options: [
        ...["-profile:v", "baseline", "-level:v", "3"],
        ...["-colorspace", "bt709", "-color_range", "tv"],
      ],
    },
    found: { width: 320, height: 180, profile: "baseline", level: "3.0" },
  },
  {
    name: "scaling lists",
    clip: x264("cqm=jvt:level=3"),
    found: { width: 320, height: 180, profile: "high", level: "3.0" },
  },
  {
    name: "4:2:2",
    clip: { options: ["-pix_fmt", "yuv422p"] },
    found: { reason: expect.stringContaining("H.264 profile 122.") as string },
  },
  {
    name: "fields",
    clip: { size: "320x192", ...x264("tff=1") },
    found: {
      ...{ width: 320, height: 192 },
      reason: "its pictures may be fields. Expected frames alone",
    },
  },
  {
    name: "oblong pixels",
    clip: x264("sar=4/3"),
    found: { reason: "its stream says that its pixels are not square" },
  },
  {
    name: "full range",
    clip: {
      options: ["-bsf:v", "h264_metadata=video_full_range_flag=1"],
    },
    found: { reason: expect.stringContaining("it is full-range") as string },
  },
  {
    name: "colours of BT.601",
    clip: x264("colormatrix=smpte170m"),
    found: { reason: expect.stringContaining("of matrix 6.") as string },
  },
])("a parameter set tells of $name", async ({ name, clip, found }) => {
  const config = await configOf(name.replaceAll(/\W/g, "-"), clip ?? {});
  expect(codedPicture(config)).toMatchObject(found);
  if (!("reason" in found)) expect(codedPicture(config).reason).toBeUndefined();
});

test("a parameter set that is cut off anywhere is a fault and no crash", async () => {
  const config = await configOf("cut", x264("cqm=jvt"));
  const length = (config[6] ?? 0) * 256 + (config[7] ?? 0);
  // Behind that stand timing and the like, which nobody asks for.
  const read = length - 15;
  for (let kept = 1; kept < read; kept++) {
    const cut = Uint8Array.of(
      ...config.subarray(0, 6),
      ...[kept >> 8, kept & 255],
      ...[...config.subarray(8, 8 + kept), 0],
    );
    const { reason } = codedPicture(cut);
    expect(reason, `${kept} of ${length} bytes`).toBeDefined();
  }
});

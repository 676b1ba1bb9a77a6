import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { WHITE } from "../support/measure.js";
import { MARK_PICTURES } from "./support/media.js";
import { CLIP } from "./support/package.js";
import { describeReader, findProgram, run } from "../support/programs.js";
import { expectWholeRung, STREAMED, rungOf } from "./support/test.js";

const ELEMENTS = [
  ...["souphttpsrc", "mssdemux", "qtdemux", "h264parse", "aacparse"],
  ...["avdec_h264", "avdec_aac", "checksumsink", "videoscale"],
];

describeReader("GStreamer", await missing(), () => {
  for (const [name, test, heights] of STREAMED)
    test.for(heights)(
      `plays picture and sound of the %i-line rung of ${name} to the end`,
      async (height, { pack, origin, scratch }) => {
        const rung = rungOf(pack, height);
        const { stdout } = await play(
          origin.manifestUrl,
          rung.bitrate,
          scratch,
        );
        const times = pictureTimes(stdout.toString());
        expect(times).toHaveLength(CLIP.frames);
        expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeCloseTo(
          (CLIP.frames - 1) / CLIP.frameRate,
          3,
        );
        // qtdemux has signed composition offsets begin at 0: a picture late with B-frames, two with a pyramid.
        expect(times[0]).toBeLessThanOrEqual(2 / CLIP.frameRate);
        const pixels = await readFile(join(scratch, "picture.gray"));
        expect(whiteOf(pixels)).toEqual(MARK_PICTURES);
        const { size } = await stat(join(scratch, "sound.pcm"));
        expect(size).toBe(CLIP.soundFrames * PCM_FRAME);
        expectWholeRung(origin, pack, rung);
      },
    );
});

/** 1024 samples, two channels, two bytes. */
const PCM_FRAME = 1024 * 2 * 2;

/** Every decoded picture becomes a line of time and checksum and a few grey pixels; the sound a file. */
async function play(url: string, bitrate: number, folder: string) {
  // The demuxer takes the best rung that four fifths of the line can carry.
  const kilobits = Math.ceil(bitrate / 800) + 1;
  const pipeline = [
    `souphttpsrc location=${url} ! mssdemux name=demux connection-speed=${kilobits}`,
    "demux.video_00 ! queue ! qtdemux ! h264parse ! avdec_h264 ! tee name=picture",
    "picture. ! queue ! checksumsink",
    `picture. ! queue ! videoconvert ! videoscale ! ${GRAY} ! filesink location=${folder}/picture.gray`,
    "demux.audio_00 ! queue ! qtdemux ! aacparse ! avdec_aac ! audioconvert",
    `! audio/x-raw,format=S16LE ! filesink location=${folder}/sound.pcm`,
  ].join(" ");
  return run("gst-launch-1.0", ["--quiet", ...pipeline.split(" ")]);
}

const SIDE = 16;
const GRAY = `video/x-raw,format=GRAY8,width=${SIDE},height=${SIDE}`;

/** Numbers of the white pictures among small grey ones. */
function whiteOf(pixels: Buffer): number[] {
  const size = SIDE * SIDE;
  return Array.from({ length: pixels.length / size }, (_, i) =>
    pixels.subarray(i * size, (i + 1) * size).reduce((a, b) => a + b, 0),
  ).flatMap((sum, i) => (sum / size > WHITE ? [i] : []));
}

function pictureTimes(lines: string): number[] {
  return [...lines.matchAll(/^(\d+):(\d+):([\d.]+) [\da-f]{40}$/gm)].map(
    ([, hours, minutes, seconds]) =>
      Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
  );
}

async function missing(): Promise<string[]> {
  const inspect = await findProgram("gst-inspect-1.0");
  const launch = await findProgram("gst-launch-1.0");
  if (inspect === undefined || launch === undefined) return ["gst-launch-1.0"];
  const checks = ELEMENTS.map(async (element) =>
    run(inspect, ["--exists", element]).then(
      () => [],
      () => [`element ${element}`],
    ),
  );
  return (await Promise.all(checks)).flat();
}

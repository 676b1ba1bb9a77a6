import { findProgram, run } from "../../support/programs.js";

const ELEMENTS = [
  ...["souphttpsrc", "mssdemux", "qtdemux", "h264parse", "aacparse"],
  ...["avdec_h264", "avdec_aac", "checksumsink", "videoscale"],
];

/** Side of the small grey pictures that {@link playWithGstreamer} writes. */
export const SIDE = 16;
const GRAY = `video/x-raw,format=GRAY8,width=${SIDE},height=${SIDE}`;

/**
 * Plays picture and sound of one rung to the end. Every decoded picture becomes
 * a line of time and checksum, and a few grey pixels in `picture.gray`; the sound
 * `sound.pcm`.
 *
 * @returns times of the pictures, in seconds
 */
export async function playWithGstreamer(
  url: string,
  bitrate: number,
  folder: string,
): Promise<number[]> {
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
  const args = ["--quiet", ...pipeline.split(" ")];
  const { stdout } = await run("gst-launch-1.0", args);
  return pictureTimes(stdout.toString());
}

function pictureTimes(lines: string): number[] {
  return [...lines.matchAll(/^(\d+):(\d+):([\d.]+) [\da-f]{40}$/gm)].map(
    ([, hours, minutes, seconds]) =>
      Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
  );
}

/** What this machine lacks of what {@link playWithGstreamer} needs. */
export async function missingForGstreamer(): Promise<string[]> {
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

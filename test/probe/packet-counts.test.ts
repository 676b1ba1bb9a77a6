import { expect, test } from "vitest";
import type {
  FfprobeReport,
  FfprobeStream,
} from "../../src/probe/ask-ffprobe.js";
import { withPacketCounts } from "../../src/probe/packet-counts.js";
import type { ListPackets } from "../../src/probe/packets.js";
import { AAC, H264, reportOf } from "./reports.js";

const COUNTED = { ...H264, nb_frames: "240" };

/** What the file holds, and how often it was asked for that. */
function file(counts: Readonly<Record<number, number>>) {
  const asked = { whole: 0, begin: 0 };
  const ask = () => {
    asked.whole++;
    const streams = Object.entries(counts).map(([index, count]) => ({
      ...{ index: Number(index), nb_read_packets: String(count) },
    }));
    return Promise.resolve({ streams });
  };
  const list: ListPackets = (_fields, _options, onPacket) => {
    asked.begin++;
    for (const [index, count] of Object.entries(counts))
      if (count > 0) onPacket(new Map([["stream_index", index]]));
    return Promise.resolve(true);
  };
  const counted = (...streams: FfprobeStream[]) =>
    withPacketCounts(reportOf(...streams), ask, list);
  const inTs = (...streams: FfprobeStream[]) => {
    const report = reportOf(...streams);
    const format = { ...report.format, format_name: "mpegts" };
    return withPacketCounts({ ...report, format }, ask, list);
  };
  return { asked, counted, inTs };
}

function counts({ streams = [] }: FfprobeReport) {
  return streams.map(({ nb_read_packets }) => nb_read_packets);
}

test("a file whose header tells all is not read", async () => {
  const { asked, counted } = file({ 0: 240, 1: 377 });
  await counted(COUNTED, { ...AAC, nb_frames: "377" });
  await counted(AAC);
  expect(asked).toEqual({ whole: 0, begin: 0 });
});

test("where the header does not tell, streams are seen in its begin", async () => {
  const { asked, counted } = file({ 0: 240, 1: 377 });
  await counted(H264, AAC);
  expect(asked).toEqual({ whole: 0, begin: 1 });
});

test("a sound that is not seen there is counted in the whole file", async () => {
  const { asked, counted } = file({ 0: 240, 1: 0 });
  expect(counts(await counted(H264, AAC))).toEqual(["240", "0"]);
  expect(asked).toEqual({ whole: 1, begin: 1 });
});

test("so is a sound of MPEG-TS of which nothing but its name is known", async () => {
  const { asked, inTs } = file({ 0: 240, 1: 0 });
  const declared = { ...AAC, channels: 0 };
  expect(counts(await inTs(H264, declared))).toEqual([undefined, "0"]);
  expect(asked).toEqual({ whole: 1, begin: 0 });
});

test("and pictures, where there are several", async () => {
  const { counted } = file({ 0: 1, 1: 240, 2: 377 });
  const film = { ...H264, index: 1 };
  const both = await counted(H264, film, {
    ...AAC,
    index: 2,
    nb_frames: "377",
  });
  expect(counts(both)).toEqual(["1", "240", undefined]);
});

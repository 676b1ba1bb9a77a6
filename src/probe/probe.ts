import type { Tools } from "../ffmpeg/find.js";
import { hasNoList } from "../ffmpeg/input-options.js";
import { askFfprobeAbout, type FfprobeReport } from "./ask-ffprobe.js";
import { withEncryption } from "./encryption.js";
import { withFrameOrientation } from "./orientation.js";
import { withFragmentClock } from "./fragment-clock.js";
import { withFrameTiming, withAssumedRate } from "./frame-timing.js";
import { withRealEnds, withLength } from "./lengths.js";
import { mustBeMeasured, withMeasuredTimes } from "./measure.js";
import { withPacketCounts } from "./packet-counts.js";
import { firstPacketsOf, packetsOf, type ListPackets } from "./packets.js";
import { withSeenScan } from "./scan-type.js";
import { mayChangeShape, withShapes } from "./shapes.js";
import { readSourceBoxes, openSource, type SourceFile } from "./source-file.js";
import { type SourceInfo, videoIn } from "./source-info.js";
import { streamChoice, type StreamSettings } from "./stream-choice.js";
import { describeSource, zeroOf } from "./streams.js";

export interface ProbeOptions extends StreamSettings {
  /** Http and https addresses are read too. */
  readonly allowNetwork?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks ffprobe about a file, and checks what headers often get wrong: the distance of
 * frames, the ends of streams, interlaced pictures.
 *
 * @throws PackError `input` when the file is missing, is no media, names other files,
 * or has neither picture nor sound that can be decoded; `usage` when the user names a
 * stream that does not fit
 */
export async function probe(
  input: string,
  tools: Tools,
  options: ProbeOptions = {},
): Promise<SourceInfo> {
  const { signal } = options;
  const choice = streamChoice(options);
  const sourceFile = await openSource(
    input,
    options.allowNetwork ?? false,
    tools.store,
  );
  const { file, ffprobeReport: unchecked } = await askWhatItIs(
    sourceFile,
    tools,
    signal,
  );
  const ask = askFfprobeAbout(file, tools, signal);
  const boxes = await readSourceBoxes(file, file.demuxer ?? "");
  const ffprobeReport = await withEncryption(unchecked, file, boxes);
  const list = packetsOf(file, tools, signal);
  const { report: ended, begin } = await withRealEnds(
    await withLength(
      await withAssumedRate(ffprobeReport, ask),
      ...([file, tools, signal] as const),
    ),
    list,
  );
  const beginOf = firstPacketsOf(list, begin);
  const { report: oriented, keyFrames } = await withFrameOrientation(
    ...([ended, ask] as const),
    async ({ codec_name: codec = "", index }) =>
      mayChangeShape(codec, file.path, await beginOf(index)),
  );
  const report = await withPacketCounts(oriented, ask, list, begin);
  const { path, sizeBytes } = file;
  const claimed = describeSource(report, path, sizeBytes, choice);
  const source = await withTrueTimes(claimed, report, list);
  const video = videoIn(source);
  const first = video ? await beginOf(video.index) : [];
  const timed = withFrameTiming(source, report, first);
  const shaped = await withShapes(timed, ask, first, keyFrames);
  return withSeenScan(shaped, tools, signal);
}

/**
 * A header's length is a claim. The true times come from tables that list every frame,
 * or from the packets. For fragments whose times ffmpeg cannot read, our own reader
 * gives them.
 */
async function withTrueTimes(
  claimed: SourceInfo,
  report: FfprobeReport,
  list: ListPackets,
): Promise<SourceInfo> {
  const read = await withFragmentClock(claimed);
  if (read !== claimed) return read;
  return (await mustBeMeasured(claimed))
    ? withMeasuredTimes(claimed, report, zeroOf(report, claimed), list)
    : claimed;
}

/** The file's streams, and the demuxer for every later run. */
async function askWhatItIs(
  file: SourceFile,
  tools: Tools,
  signal: AbortSignal | undefined,
): Promise<{ file: SourceFile; ffprobeReport: FfprobeReport }> {
  const report = (of: SourceFile) =>
    askFfprobeAbout(
      of,
      tools,
      signal,
    )(...["-show_format", "-show_streams", "-show_programs"], "-show_chapters");
  const ffprobeReport = await report(file);
  const fileWithDemuxer = {
    ...file,
    demuxer: ffprobeReport.format?.format_name,
  };
  return hasNoList(fileWithDemuxer.demuxer ?? "")
    ? { file: fileWithDemuxer, ffprobeReport: await report(fileWithDemuxer) } // this demuxer looks further
    : { file: fileWithDemuxer, ffprobeReport };
}

import { hasNoList } from "../ffmpeg/input-options.js";
import type {
  AskFfprobe,
  FfprobeReport,
  FfprobeStream,
} from "./ask-ffprobe.js";
import type { Begin, ListPackets } from "./packets.js";
import { streamError, isCoverArt, isMedia } from "./stream-facts.js";

/**
 * The report with the packet counts of streams, where a choice needs them and the
 * header has none. A declared stream may have no packets, and one of several pictures
 * may be a thumbnail. The file is then read once.
 */
export async function withPacketCounts(
  report: FfprobeReport,
  ask: AskFfprobe,
  list: ListPackets,
  begin?: Begin,
): Promise<FfprobeReport> {
  const open = openQuestions(report);
  const streams = report.streams ?? [];
  const mustCount =
    open.some((stream) => streamError(stream) !== undefined) ||
    (hasSeveralFilms(streams) && open.some(isVideo));
  if (open.length === 0 || (!mustCount && (await allCome(open, list, begin))))
    return report;
  const counted = await ask(
    ...["-count_packets", "-show_entries", "stream=index,nb_read_packets"],
  );
  const counts = new Map(
    counted.streams?.map((stream) => [stream.index, stream.nb_read_packets]),
  );
  const withCount = (stream: FfprobeStream) => {
    const count = counts.get(stream.index) ?? "0";
    return open.includes(stream)
      ? { ...stream, nb_read_packets: count }
      : stream;
  };
  return { ...report, streams: streams.map(withCount) };
}

/** Streams whose header does not prove that they have packets. */
function openQuestions({ format, streams = [] }: FfprobeReport) {
  const media = streams.filter(
    (stream) => isMedia(stream) && !isCoverArt(stream),
  );
  if (streams.length < 2) return [];
  const isSeen = hasNoList(format?.format_name ?? "");
  return media.filter(
    (stream) =>
      !(Number(stream.nb_frames) > 0) &&
      // Without a list in front, only its packets prove a stream.
      (!isSeen ||
        streamError(stream) !== undefined ||
        (isVideo(stream) && hasSeveralFilms(streams))),
  );
}

function isVideo({ codec_type }: FfprobeStream): boolean {
  return codec_type === "video";
}

function hasSeveralFilms(streams: readonly FfprobeStream[]): boolean {
  const films = streams.filter(
    (stream) => isVideo(stream) && !isCoverArt(stream),
  );
  return films.length > 1;
}

/** Streams lie beside one another: the first packets nearly always include all of them. */
const FIRST_PACKETS = 200;

async function allCome(
  streams: readonly FfprobeStream[],
  list: ListPackets,
  begin: Begin | undefined,
): Promise<boolean> {
  const seen = new Set(
    begin?.packets
      .slice(0, FIRST_PACKETS)
      .map((packet) => Number(packet.get("stream_index"))),
  );
  const haveCome = () => streams.every(({ index }) => seen.has(index));
  if (begin) return haveCome();
  await list(
    ["stream_index"],
    ["-read_intervals", `%+#${FIRST_PACKETS}`],
    (packet) => seen.add(Number(packet.get("stream_index"))),
  );
  return haveCome();
}

import type {
  AdaptiveStream,
  AdaptiveTitle,
  Representation,
} from "../media/adaptive-title.js";
import { leadPieces } from "../media/lead-pieces.js";
import { segmentSeconds } from "../media/title-clock.js";
import { keyLine } from "./hls-key-line.js";
import { tagLine } from "./hls-tags.js";

/**
 * The playlist of one quality: its segments in order. Addresses count from the folder of the
 * playlist. All playlists of a title begin at one time. RFC 8216 4.3.3, 6.2.4
 */
export function mediaPlaylist(
  stream: AdaptiveStream,
  { segments }: Representation,
  title: AdaptiveTitle,
): string {
  const { encryption } = title;
  const lead = leadPieces(stream, title);
  const seconds = Float64Array.of(
    ...lead.map(({ duration }) => Number(duration) / stream.timescale),
    ...segmentSeconds(stream),
  );
  const times = [...lead.map(({ time }) => time), ...stream.times];
  const lines =
    "base" in segments
      ? times.map((time) => {
          const [before, after] = segments.media;
          return [`${before}${time}${after}`];
        })
      : Array.from(segments.offsets, (offset, i) => [
          `#EXT-X-BYTERANGE:${segments.sizes[i]}@${offset}`,
          segments.file,
        ]);
  const map =
    "base" in segments
      ? { URI: segments.init }
      : { URI: segments.file, BYTERANGE: `${segments.initSize}@0` };
  return playlist(seconds, [
    "#EXT-X-INDEPENDENT-SEGMENTS",
    ...(encryption && !stream.isClear ? [keyLine(encryption)] : []),
    tagLine("EXT-X-MAP", map),
    ...lines.flatMap((one, i) => [extinf(seconds[i] ?? 0), ...one]),
  ]);
}

/** The playlist of captions: one file with all of them. */
export function captionsPlaylist(address: string, duration: number): string {
  const seconds = Float64Array.of(duration);
  return playlist(seconds, [extinf(duration), address]);
}

function playlist(seconds: Float64Array, lines: readonly string[]): string {
  const longest = seconds.reduce((most, one) => Math.max(most, one), 0);
  const all = [
    ...["#EXTM3U", "#EXT-X-VERSION:7"],
    `#EXT-X-TARGETDURATION:${Math.max(1, Math.round(longest))}`,
    ...["#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD"],
    ...[...lines, "#EXT-X-ENDLIST"],
  ];
  return `${all.join("\n")}\n`;
}

/** Six digits: sums over a film stay within a picture. */
function extinf(seconds: number): string {
  return `#EXTINF:${seconds.toFixed(6)},`;
}

import { mpd } from "./write-mpd.js";
import { masterPlaylist, subtitlePlaylist } from "./write-master.js";
import { captionsPlaylist, mediaPlaylist } from "./write-media.js";
import type { AdaptiveTitle } from "../media/adaptive-title.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import { titleClock } from "../media/title-clock.js";
import { OTHER_MANIFESTS } from "../smooth/sidecars.js";

/** A file of a few kilobytes. */
export interface SmallFile {
  readonly file: string;
  readonly content: Uint8Array;
}

/** The manifest of DASH. */
export function dashFiles(name: string, title: AdaptiveTitle): SmallFile[] {
  return [{ file: `${name}${OTHER_MANIFESTS.dash}`, content: mpd(title) }];
}

/** The playlists of HLS: of each track, of captions, and of all of them. */
export function hlsFiles(name: string, title: AdaptiveTitle): SmallFile[] {
  const { streams } = title;
  const seconds = Number(titleClock(title).duration) / SMOOTH_TIMESCALE;
  const timed = streams.filter(({ kind }) => kind !== "text");
  const media = timed.flatMap((stream) =>
    stream.representations.map((one) =>
      playlist(one.segments.playlist, mediaPlaylist(stream, one, title)),
    ),
  );
  const captions = streams.flatMap((stream) =>
    stream.webVtt === undefined
      ? []
      : [
          playlist(
            subtitlePlaylist(stream),
            captionsPlaylist(stream.webVtt, seconds),
          ),
        ],
  );
  const master = `${name}${OTHER_MANIFESTS.hls}`;
  return [
    ...[...media, ...captions],
    { file: master, content: Buffer.from(masterPlaylist(title)) },
  ];
}

function playlist(address: string, text: string): SmallFile {
  return { file: decodeURIComponent(address), content: Buffer.from(text) };
}

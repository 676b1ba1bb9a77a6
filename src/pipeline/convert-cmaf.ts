import { join } from "node:path";
import { captionStream } from "../cmaf/caption-streams.js";
import { dashFiles, hlsFiles } from "../cmaf/manifest-files.js";
import { placedStreams } from "../cmaf/placed-streams.js";
import { rangedTitle } from "../cmaf/ranged-title.js";
import type { AdaptiveTitle } from "../media/adaptive-title.js";
import type { TrackFile } from "../media/presentation.js";
import { writeTrackFiles } from "../mux/track-file.js";
import { writing } from "../output/errors.js";
import { makePresentation } from "../smooth/presentation.js";
import { OTHER_MANIFESTS, playlistFile } from "../smooth/sidecars.js";
import { writeNew } from "../util/files.js";
import { Findings } from "../verify/finding.js";
import { checkParts } from "../verify/parts-check.js";
import { tracksOfRung, type Conversion } from "./conversion.js";
import {
  namedCaptions,
  writeCaptions,
  type NamedCaptions,
} from "./convert-captions.js";
import type { ConvertFilm } from "./convert-film.js";
import { requireNoFaults } from "./requirements.js";

/**
 * A CMAF file for each track, manifests of DASH and HLS over parts of them, and captions as WebVTT. Names end
 * with .mp4: ffmpeg takes segments from no .ismv, and every web server knows its type.
 *
 * @throws PackError `usage` when there is no rung of the asked height
 */
export function planCmaf(
  film: ConvertFilm,
  { rung }: { readonly rung?: string | undefined },
): Conversion {
  const { name, end, bytes, notes } = film;
  const captions = namedCaptions(film, "vtt");
  const tracks = tracksOfRung(film.tracks, rung).map((track) => ({
    ...track,
    file: track.file.replace(/\.ism[va]$/, ".mp4"),
  }));
  const media = tracks.map(({ file }) => file);
  const text = captions.map(({ file }) => file);
  const manifests = [
    ...[...media, ...text].map(playlistFile),
    `${name}${OTHER_MANIFESTS.hls}`,
    `${name}${OTHER_MANIFESTS.dash}`,
  ];
  return {
    ...{ files: [...media, ...text, ...manifests], bytes, end, notes },
    async write(folder, options) {
      const planned = tracks.map(({ source: { track }, ...named }) => ({
        ...{ ...named, track },
        path: join(folder, named.file),
      }));
      const written = await writeTrackFiles(planned, {
        ...{ ...options, layout: "cmaf", tfdt: true },
      });
      await writeCaptions(captions, "vtt", folder);
      await writeManifests(titleOf(film, written, captions), name, folder);
      await checkSet(manifests.slice(-2), folder);
    },
  };
}

function titleOf(
  { name, end }: ConvertFilm,
  written: readonly TrackFile[],
  captions: readonly NamedCaptions[],
): AdaptiveTitle {
  const presentation = makePresentation(name, written);
  const streams = placedStreams(presentation, undefined);
  const title = rangedTitle({ streams, duration: presentation.duration });
  const text = captions.map((one) => captionStream(one, end));
  return { streams: [...title.streams, ...text] };
}

async function writeManifests(
  title: AdaptiveTitle,
  name: string,
  folder: string,
): Promise<void> {
  for (const { file, content } of [
    ...hlsFiles(name, title),
    ...dashFiles(name, title),
  ]) {
    const path = join(folder, file);
    await writing(path, () => writeNew(path, content));
  }
}

/** @throws PackError `verify` when a manifest does not agree with the files */
async function checkSet(
  manifests: readonly string[],
  folder: string,
): Promise<void> {
  const findings = new Findings("fault");
  await checkParts(manifests, { folderOf: () => folder, findings });
  requireNoFaults({ findings: findings.list(), tracks: [], duration: 0 });
}

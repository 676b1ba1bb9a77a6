import { join } from "node:path";
import { dashFiles, hlsFiles } from "../dash-hls/manifest-files.js";
import { placedStreams } from "../dash-hls/placed-streams.js";
import { rangedStream } from "../dash-hls/ranged-title.js";
import { uuidText } from "../drm/kid.js";
import { PackError } from "../errors.js";
import type {
  AdaptiveTitle,
  CommonEncryption,
} from "../media/adaptive-title.js";
import type { TrackFile } from "../media/presentation.js";
import { writeTrackFiles } from "../mux/track-file.js";
import { writing } from "../output/errors.js";
import { makePresentation } from "../smooth/presentation.js";
import { OTHER_MANIFESTS, playlistFile } from "../smooth/sidecars.js";
import { writeNew } from "../util/files.js";
import { Findings } from "../verify/finding.js";
import { checkParts } from "../verify/parts-check.js";
import { notesByName, tracksOfRung, type Conversion } from "./conversion.js";
import { namedCaptions, writeCaptions } from "./convert-captions.js";
import type { ConvertFilm, FilmTrack } from "./convert-film.js";
import { textFilesOf, textTracks, type TextFile } from "./convert-text.js";
import { requireNoFaults } from "./requirements.js";

/**
 * A CMAF file for each track, manifests of DASH and HLS over parts of them, and captions: as tracks of TTML for DASH, and
 * as WebVTT for HLS. Names end with .mp4: ffmpeg takes segments from no .ismv, and every web server knows its type.
 *
 * @throws PackError `usage` when there is no rung of the asked height, `unsupported` when only some rungs are encrypted
 */
export function planCmaf(
  film: ConvertFilm,
  { rung }: { readonly rung?: string | undefined },
): Conversion {
  const { name, end, bytes, notes } = film;
  const captions = namedCaptions(film, "vtt");
  const texts = textFilesOf(name, captions);
  const tracks = tracksOfRung(film.tracks, rung).map((track) => ({
    ...track,
    file: track.file.replace(/\.ism[va]$/, ".mp4"),
  }));
  requireAlike(tracks);
  const namedNotes = notesByName(
    notes,
    film.tracks,
    ({ source }) => tracks.find((one) => one.source === source)?.file,
  );
  const media = tracks.map(({ file }) => file);
  const text = captions.map(({ file }) => file);
  const manifests = [
    ...[...media, ...text].map(playlistFile),
    `${name}${OTHER_MANIFESTS.hls}`,
    `${name}${OTHER_MANIFESTS.dash}`,
  ];
  const textMedia = texts.map(({ track }) => track);
  return {
    files: [...media, ...textMedia, ...text, ...manifests],
    ...{ bytes, end },
    notes: [...namedNotes, ...keptNotes(tracks)],
    async write(folder, options) {
      const planned = tracks.map(({ source: { track }, kept, ...named }) => ({
        ...{ ...named, track: { ...track, protection: kept } },
        path: join(folder, named.file),
      }));
      const text = await textTracks(film, texts, folder);
      const written = await writeTrackFiles([...planned, ...text], {
        ...{ ...options, layout: "cmaf", tfdt: true },
      });
      await writeCaptions(captions, "vtt", folder);
      const title = titleOf(film, { written, tracks, texts });
      await writeManifests(title, name, folder);
      await checkSet(manifests.slice(-2), folder);
    },
  };
}

/** A client must be able to change between the rungs of a stream. */
function requireAlike(tracks: readonly FilmTrack[]): void {
  for (const { stream, file, kept } of tracks) {
    const other = tracks.find((one) => one.stream === stream && !one.kept);
    if (kept === undefined || other === undefined) continue;
    throw new PackError(
      "unsupported",
      `${file}: is encrypted, ${other.file} is not. Expected all rungs of ${stream} alike.`,
      { hint: "With its key (--key-file) the result is in the clear." },
    );
  }
}

function keptNotes(tracks: readonly FilmTrack[]): string[] {
  const kid = tracks.find(({ kept }) => kept)?.kept?.kid;
  return kid === undefined
    ? []
    : [
        `it stays encrypted (cenc) with the key ${uuidText(kid)}; with the key the result would be in the clear`,
      ];
}

interface WrittenSet {
  readonly written: readonly TrackFile[];
  readonly tracks: readonly FilmTrack[];
  readonly texts: readonly TextFile[];
}

function titleOf(
  { name }: ConvertFilm,
  { written, tracks, texts }: WrittenSet,
): AdaptiveTitle {
  const presentation = makePresentation(name, written);
  const hidden = tracks.filter(({ kept }) => kept !== undefined);
  const streams = placedStreams(presentation, ({ file }) =>
    hidden.some((track) => track.file === file) ? SCHEME : undefined,
  );
  const { duration } = presentation;
  const all = streams.flatMap((stream) => {
    const ranged = rangedStream(stream, duration);
    if (ranged === undefined || stream.kind !== "text") return ranged ?? [];
    const own = texts.find(({ name }) => name === stream.name);
    return { ...ranged, webVtt: own && encodeURIComponent(own.file) };
  });
  return { streams: all, encryption: encryptionOf(hidden) };
}

const SCHEME = "cenc";

function encryptionOf([first]: readonly FilmTrack[]):
  CommonEncryption | undefined {
  if (first?.kept === undefined) return undefined;
  const { kid, header } = first.kept;
  return { scheme: SCHEME, kid, ...header };
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

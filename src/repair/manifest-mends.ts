import { codecOfSampleEntry } from "../codecs/index.js";
import { clearType } from "../isobmff/parsed-box.js";
import { isNear, measured } from "../media/declared-bitrate.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import { protectionsIn } from "../smooth/protection-element.js";
import { levelOfTrack } from "../smooth/client-manifest.js";
import type { SystemData } from "../isobmff/media-index.js";
import type { MendKind, MendPlace } from "./mend.js";
import {
  isEncryptedTrack,
  isProtectedPackage,
  systemsTold,
} from "./protected.js";
import type { SeenFile, SeenPackage, SeenTrack } from "./seen.js";
import { announcedOf, streamOf } from "./timeline.js";

/** What the manifests alone show, with the moov and the size of the media. */
export const MANIFEST_MENDS: readonly MendKind[] = [
  {
    id: "ism-lost",
    wrong: "the .ism is lost or cannot be read",
    mend: "it is made of the media files that have its name",
    find: ({ name, serverFault }) => at(`${name}.ism`, serverFault),
  },
  {
    id: "ismc-lost",
    wrong: "the client manifest is lost or cannot be read",
    mend: "it is made of the .ism and the media",
    find: ({ clientManifest, clientFault }) => at(clientManifest, clientFault),
  },
  {
    id: "manifests-disagree",
    wrong: "the .ism and the client manifest name other streams or levels",
    mend: "both are made of the media that the .ism names",
    find: disagreements,
  },
  {
    id: "is-live",
    wrong: "the client manifest still says that it is live",
    mend: "it says that the film is whole",
    find: ({ client, clientManifest }) =>
      isTrue(client?.root.attributes.get("IsLive"))
        ? [{ file: clientManifest }]
        : [],
  },
  {
    id: "custom-attributes",
    wrong:
      "levels are told apart by CustomAttributes, which many players do not fill in",
    mend: "each level has a bitrate of its own",
    find: ({ client, clientManifest }) =>
      client?.streams.some(({ levels }) =>
        levels.some(({ custom }) => custom.size > 0),
      )
        ? [{ file: clientManifest }]
        : [],
  },
  {
    id: "protection-header",
    wrong:
      "the header of the licence system is missing, or written so that some players miss it",
    mend: "the client manifest and all encrypted files have the same one",
    find: headersApart,
  },
  {
    id: "fourcc",
    wrong: "a level has another FourCC than its samples",
    mend: "it is that of the samples",
    find: (seen) => tracksWhere(seen, fourCcDetail),
  },
  {
    id: "bitrate",
    wrong: "a bitrate is less than half or more than twice what the media have",
    mend: "it is measured",
    find: (seen) => tracksWhere(seen, bitrateDetail),
  },
  {
    id: "timescale",
    wrong: "times are not counted in ticks of 10 MHz",
    mend: "they are, by their exact positions",
    find: timescales,
  },
];

function at(file: string, detail: string | undefined): MendPlace[] {
  return detail === undefined ? [] : [{ file, detail }];
}

/** dash.js and rx-player read it in the client manifest, others in the file. */
function* headersApart(seen: SeenPackage): Generator<MendPlace> {
  const { client, clientManifest, files } = seen;
  if (client === undefined || !isProtectedPackage(seen)) return;
  const [told] = systemsTold(seen);
  if (told === undefined) {
    yield { file: clientManifest, detail: "has no ProtectionHeader" };
    return;
  }
  const [{ systemId, header } = NO_HEADER] = protectionsIn(client.root) ?? [];
  if (/\s/.test(header) || /[{}]/.test(systemId))
    yield { file: clientManifest, detail: "has blanks or braces in it" };
  const hidden = files.filter(({ tracks }) => tracks.some(isEncryptedTrack));
  for (const { name, systems = [] } of hidden)
    if (!systems.some((one) => isSame(one, told)))
      yield { file: name, detail: "has no pssh with the ProtectionHeader" };
}

const NO_HEADER = { systemId: "", header: "" };

function isSame(one: SystemData, other: SystemData): boolean {
  return (
    one.systemId === other.systemId &&
    Buffer.compare(one.data, other.data) === 0
  );
}

function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === "true" || value === "1";
}

/** Every track of a file with fragments for which there are words. */
export function* tracksWhere(
  seen: SeenPackage,
  detailOf: (
    own: SeenTrack,
    seen: SeenPackage,
    file: SeenFile,
  ) => string | undefined,
): Generator<MendPlace> {
  for (const file of seen.files)
    for (const own of file.tracks) {
      const detail = detailOf(own, seen, file);
      if (detail === undefined) continue;
      const track = file.trackCount > 1 ? `track ${own.track.trackId}: ` : "";
      yield { file: file.name, detail: `${track}${detail}` };
    }
}

function* disagreements(seen: SeenPackage): Generator<MendPlace> {
  const { client, server, tracks, clientManifest } = seen;
  if (client === undefined || server === undefined) return;
  const isOf = (name: string) =>
    tracks.filter((track) => track.name.toLowerCase() === name.toLowerCase());
  for (const { name, levels } of client.streams) {
    const own = isOf(name);
    if (own.length === 0)
      yield { file: clientManifest, detail: `${name} is not in the .ism` };
    for (const { bitrate } of own.length > 0 ? levels : [])
      if (own.every((track) => track.bitrate !== bitrate))
        yield {
          file: clientManifest,
          detail: `${name} of ${bitrate} bit/s is not in the .ism`,
        };
  }
  for (const { name, bitrate } of tracks) {
    const stream = client.streams.find(
      (one) => one.name.toLowerCase() === name.toLowerCase(),
    );
    const detail =
      stream === undefined
        ? `${name} is not in the client manifest`
        : stream.levels.every((level) => level.bitrate !== bitrate)
          ? `${name} of ${bitrate} bit/s is not in the client manifest`
          : undefined;
    if (detail !== undefined) yield { file: clientManifest, detail };
  }
}

/** Two names for one codec. */
const ALIKE: Readonly<Record<string, string>> = { AVC1: "H264" };

function fourCcDetail(own: SeenTrack, seen: SeenPackage): string | undefined {
  const level = levelOfTrack(streamOf(seen, own), own.track);
  const codec = codecOfSampleEntry(
    own.sampleEntry ? clearType(own.sampleEntry) : "",
  );
  if (level === undefined || codec === undefined) return undefined;
  const found = level.attributes.get("FourCC") ?? "";
  const expected = FOUR_CCS[codec.name];
  const isRight = (ALIKE[found.toUpperCase()] ?? found) === expected;
  return expected === undefined || isRight
    ? undefined
    : `${found || "none"} instead of ${expected}`;
}

/** As `qualityLevel` of each codec writes it. Of captions there are several. */
const FOUR_CCS: Readonly<Record<string, string>> = {
  h264: "H264",
  aac: "AACL",
};

function bitrateDetail(own: SeenTrack, seen: SeenPackage): string | undefined {
  const { track, sizes } = own;
  const { begins, ends } = announcedOf(seen, own) ?? { begins: [], ends: [] };
  if (track.kind === "textstream" || sizes === undefined) return undefined;
  if (seen.server === undefined) return undefined;
  const ticks = Number((ends.at(-1) ?? 0n) - (begins[0] ?? 0n));
  if (ticks < SMOOTH_TIMESCALE) return undefined;
  const seconds = begins.map((begin, i) => {
    const end = begins[i + 1] ?? ends[i] ?? begin;
    return Number(end - begin) / SMOOTH_TIMESCALE;
  });
  const found = measured(sizes, seconds);
  if (isNear(track.bitrate, found)) return undefined;
  const [said, real] = [track.bitrate, found.average].map((one) =>
    Math.round(one / 1000),
  );
  return `${said} kbit/s where the media have ${real}`;
}

function* timescales(seen: SeenPackage): Generator<MendPlace> {
  const { client, clientManifest } = seen;
  for (const { name, tracks, kind } of seen.files)
    for (const { timescale } of kind === "plain" ? [] : tracks)
      if (timescale !== undefined && timescale !== SMOOTH_TIMESCALE)
        yield { file: name, detail: `${timescale} ticks a second` };
  const elements = client
    ? [client.root, ...client.streams.map(({ element }) => element)]
    : [];
  for (const { attributes } of elements) {
    const value = attributes.get("TimeScale");
    if (value !== undefined && Number(value) !== SMOOTH_TIMESCALE)
      yield { file: clientManifest, detail: `TimeScale ${value}` };
  }
}

import { basename, dirname, join, resolve } from "node:path";
import type { CaptionKind } from "../captions/names.js";
import { PackError } from "../errors.js";
import { toLanguage } from "../media/language.js";
import type { SourceChapter } from "../probe/source-info.js";
import { announcedTimesIn } from "../smooth/announced-times.js";
import type {
  ClientManifest,
  ClientStream,
} from "../smooth/client-manifest.js";
import { packageFilesBeside } from "../smooth/package-files.js";
import { readClient, readServer } from "../smooth/read-package.js";
import {
  isInsideName,
  type ServerManifest,
  type ServerTrack,
} from "../smooth/server-manifest.js";
import type { XmlElement } from "../util/xml.js";
import type { OpenedInput } from "./mux-inputs.js";
import { packageSidecars } from "./package-chapters.js";
import {
  isPackage,
  type MuxInput,
  type TrackChoice,
} from "../tracks/read-track.js";

/** The inputs of mux, where each package became its media files. */
export interface OpenedInputs {
  readonly inputs: readonly OpenedInput[];
  /** The text streams of packages. */
  readonly text: readonly PackageText[];
  /** Of the first package that has some. */
  readonly chapters: readonly SourceChapter[];
  /** All files that are read, and none of which may be replaced. */
  readonly sources: readonly string[];
  readonly notes: readonly string[];
}

/** A text stream of a package. */
export interface PackageText {
  /** Absolute, of its media. */
  readonly path: string;
  readonly trackId: number;
  /** Absolute, of the .ism. */
  readonly manifest: string;
  readonly name: string;
  readonly language: string;
  readonly kind: CaptionKind;
}

/**
 * Replaces each package by its media files, with the names, languages and bitrates of its
 * manifests. Only manifests are read.
 *
 * @param lost what the .ism would say, where it is lost
 * @throws PackError `input` for an .ism that cannot be read, or that names files outside its folder; `usage` for track
 * IDs behind a package
 */
export async function openPackages(
  inputs: readonly MuxInput[],
  lost?: ServerManifest,
): Promise<OpenedInputs> {
  const opened: OpenedInputs[] = [];
  for (const input of inputs)
    opened.push(
      isPackage(input) ? await openPackage(input, lost) : alone(input),
    );
  return {
    inputs: opened.flatMap(({ inputs: some }) => some),
    text: opened.flatMap(({ text }) => text),
    chapters: opened.find((one) => one.chapters.length > 0)?.chapters ?? [],
    sources: opened.flatMap(({ sources }) => sources),
    notes: opened.flatMap(({ notes }) => notes),
  };
}

function alone(input: MuxInput): OpenedInputs {
  const sources = [resolve(input.path)];
  return { inputs: [input], text: [], chapters: [], sources, notes: [] };
}

/** One that is lost has no text. */
type OpenedManifest = ServerManifest & { readonly root?: XmlElement };

async function openPackage(
  input: MuxInput,
  lost: ServerManifest | undefined,
): Promise<OpenedInputs> {
  requireWhole(input);
  const manifest = resolve(input.path);
  const files = packageFilesBeside(manifest);
  const server: OpenedManifest =
    lost ?? (await readServer(basename(manifest), files));
  const { clientManifest = "" } = server;
  const client = await readClient(clientManifest, files).catch(
    (error: unknown) => {
      if (error instanceof PackError && error.code === "input") return error;
      throw error;
    },
  );
  const isRead = !(client instanceof PackError);
  const streams = isRead ? client.streams : [];
  const named = server.tracks.map((track) => ({
    track,
    path: fileOf(manifest, track),
    stream: streams.find((one) => isSame(one.name, track.name)),
  }));
  const media = named.filter(({ track }) => track.kind !== "textstream");
  const captions = named.filter(({ track }) => track.kind === "textstream");
  const text = captions.filter(isCaptions);
  const beside = server.root
    ? await packageSidecars(manifest, server.root)
    : { chapters: [], notes: [] };
  const own = inputsOf(media, manifest, input);
  return {
    inputs: lost ? own.map(timedBy(isRead ? client : undefined)) : own,
    text: text.map((one) => textOf(one, manifest)),
    chapters: beside.chapters,
    sources: [
      ...[manifest, join(dirname(manifest), clientManifest)],
      ...new Set(named.map(({ path }) => path)),
    ],
    notes: [
      ...(isRead ? [] : [lostNote(client)]),
      ...captions.filter((one) => !isCaptions(one)).map(dataNote),
      ...beside.notes,
    ],
  };
}

/** No .ism beside them leads from the files to their streams. */
function timedBy(client: ClientManifest | undefined) {
  return (input: MuxInput): OpenedInput => {
    const streamOf = (id: number) => input.tracks?.[id]?.packaged?.stream;
    const announced = announcedTimesIn(client, input.path, streamOf);
    return { ...input, announced };
  };
}

/** A track of a package with what its manifests say of it. */
interface NamedTrack {
  readonly track: ServerTrack;
  /** Absolute. */
  readonly path: string;
  /** In the client manifest; undefined where that is lost, or does not name it. */
  readonly stream: ClientStream | undefined;
}

function requireWhole(input: MuxInput): void {
  const { path, trackIds, bitrate, tracks = {} } = input;
  const isWhole = trackIds === undefined && bitrate === undefined;
  if (isWhole && Object.keys(tracks).length === 0) return;
  throw new PackError(
    "usage",
    `${path}: is a package, and its manifests name tracks and bitrates. Expected it alone, or its .ismv and .isma files.`,
  );
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function fileOf(manifest: string, { src, trackId }: ServerTrack): string {
  if (!Number.isInteger(trackId))
    throw new PackError(
      "input",
      `${manifest}: gives no trackID for ${JSON.stringify(src)}. Expected a number.`,
      { hint: "mss-pack mux takes its .ismv and .isma files by themselves." },
    );
  if (isInsideName(src)) return join(dirname(manifest), src);
  throw new PackError(
    "input",
    `${manifest}: names ${JSON.stringify(src)}. Expected files in its folder.`,
  );
}

/** One for each file, with all of its tracks that the package has. */
function inputsOf(
  media: readonly NamedTrack[],
  manifest: string,
  { language }: MuxInput,
): MuxInput[] {
  const paths = [...new Set(media.map(({ path }) => path))];
  return paths.map((path) => {
    const own = media.filter((one) => one.path === path);
    const choices = own.map((one): [number, TrackChoice] => [
      one.track.trackId,
      choiceOf(one, language),
    ]);
    const ids = [...new Set(choices.map(([id]) => id))];
    return {
      ...{ path, manifest, trackIds: ids },
      tracks: Object.fromEntries(choices),
    };
  });
}

function choiceOf(
  { track, stream }: NamedTrack,
  asked: string | undefined,
): TrackChoice {
  const language = asked ?? languageOf({ track, stream });
  const { name, bitrate } = track;
  return {
    ...(track.kind === "audio" && language !== "und" && { language }),
    packaged: { stream: stream?.name ?? name, bitrate },
  };
}

function languageOf({
  track,
  stream,
}: Pick<NamedTrack, "track" | "stream">): string {
  const own = stream?.element.attributes.get("Language");
  return toLanguage(own ?? track.language ?? "und");
}

/** Captions, and no events or commands. MS-SSTR 2.2.2.3 */
function isCaptions({ stream }: NamedTrack): boolean {
  const subtype = stream?.element.attributes.get("Subtype")?.toUpperCase();
  return subtype === undefined || CAPTIONS.includes(subtype);
}

const CAPTIONS = ["SUBT", "CAPT", "DESC", ""];

function textOf(one: NamedTrack, manifest: string): PackageText {
  const { track, path, stream } = one;
  const subtype = stream?.element.attributes.get("Subtype")?.toUpperCase();
  return {
    ...{ path, manifest, trackId: track.trackId },
    name: stream?.name ?? track.name,
    language: languageOf(one),
    kind: subtype === "SUBT" ? "subtitle" : "caption",
  };
}

function lostNote({ message }: PackError): string {
  return `its client manifest is not used: ${message.replace(/\.$/, "")}; languages are those of its media`;
}

function dataNote({ track, stream }: NamedTrack): string {
  const subtype = stream?.element.attributes.get("Subtype") ?? "data";
  return `${track.name} is left out: it is no captions (${subtype})`;
}

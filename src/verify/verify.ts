import { basename, dirname, join, resolve } from "node:path";
import type { Client } from "../clients/clients.js";
import type { ClientFailure } from "../clients/clients-that-fail.js";
import type { ContentKey } from "../drm/content-key.js";
import {
  errnoOf,
  faultOf,
  messageOf,
  PackError,
  throwIfAborted,
} from "../errors.js";
import type { Tools } from "../ffmpeg/find.js";
import {
  readClientManifest,
  type ClientManifest,
} from "../smooth/client-manifest.js";
import { readManifest, whatToGive } from "../smooth/manifest-file.js";
import { kindAt } from "../smooth/package-files.js";
import {
  isInsideName,
  isPlainName,
  type ServerTrack,
} from "../smooth/server-manifest.js";
import type { XmlElement } from "../util/xml.js";
import { decodeTrack } from "./decode-check.js";
import { Findings, type Finding, type FindingPlace } from "./finding.js";
import {
  checkClientManifest,
  checkServerManifest,
  type CheckedManifest,
} from "./manifest-check.js";
import { isMediaName, manifestOfFile } from "./media-file.js";
import {
  checkAddresses,
  checkTrack,
  type CheckedTrack,
  type PackageProtection,
} from "./package-check.js";
import { checkClients, failuresOf } from "./client-check.js";
import { checkPlain, isPlain } from "./plain-check.js";
import { InitializationVectors } from "./protected-fragment.js";
import {
  checkClientProtection,
  checkProtectedTracks,
  type ClientProtection,
} from "./protection-check.js";
import { checkSidecars } from "./sidecar-check.js";
import { checkTextTimes } from "./text-check.js";
import { TrackRuns } from "./track-runs.js";
import { checkAnnouncedGaps } from "./timeline-check.js";

export interface VerifyOptions {
  /**
   * mss-pack wrote all of it, except the parts of a finished package: another maker's
   * layout is then a fault.
   */
  readonly isOurs?: boolean | undefined;
  /**
   * Also decode every track with this ffmpeg; without it only indexes and fragment heads
   * are read.
   */
  readonly decodeWith?: Tools | undefined;
  /**
   * Decrypts a protected package for decoding; without it, its samples are only tested for
   * being hidden.
   */
  readonly contentKey?: ContentKey | undefined;
  /**
   * Files that stand as they stood in a finished package, while its manifests or other files have
   * changed: of these only what the change could damage is read, that is the header, the index
   * and the first and last fragment, beside the new manifests. Default: no file.
   */
  readonly isUntouched?: ((file: string) => boolean) | undefined;
  /**
   * Of media files only the header, the index and the first and last fragment are read, and of
   * folders of fragments nothing: what manifests and indexes tell in milliseconds. The report says
   * nothing of clients. Not together with `decodeWith`. Default: every fragment's head is read.
   */
  readonly isIndexOnly?: boolean | undefined;
  /** Where a media file lies; default: beside the server manifest. */
  readonly folderOf?: ((file: string) => string) | undefined;
  /**
   * Clients that shall play it: what one of them is known to fail on is a fault. Default: it is
   * told in `clients` of the report alone.
   */
  readonly clients?: readonly Client[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the done share, 0 to 1, after each track. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

export interface VerifyReport {
  /** Faults and notes; a package without faults plays. */
  readonly findings: readonly Finding[];
  readonly tracks: readonly CheckedTrack[];
  /** In 10 MHz ticks, from the client manifest. */
  readonly duration: number;
  /** From the client manifest; undefined when it has none. */
  readonly protection?: ClientProtection | undefined;
  /**
   * What clients are known to fail on; of the asked ones alone, if any were asked. Undefined for a
   * media file, and for a package that is being made.
   */
  readonly clients?: readonly ClientFailure[] | undefined;
}

/**
 * Reads a package back and checks every promise that players rely on
 * (docs/format.md, "What verify checks").
 *
 * @param ismPath the server manifest, or a media file alone
 * @throws PackError `input` when there is no package to read; a wrong package has
 * findings and is no error
 */
export async function verify(
  ismPath: string,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const folder = dirname(resolve(ismPath));
  const folderOf = (file: string) => options.folderOf?.(file) ?? folder;
  const findings = new Findings(options.isOurs ? "fault" : "note");
  const server = isMediaName(ismPath)
    ? await manifestOfFile(ismPath)
    : await serverManifest(ismPath, folder, findings);
  const client = await clientManifest(server, folder, findings);
  if (client === undefined)
    return { findings: findings.list(), tracks: [], duration: 0 };
  const isTold = client !== NO_CLIENT;
  if (isTold) {
    checkClientManifest(client, findings);
    checkAddresses(server, client, findings);
    checkTextTimes(client, findings);
    if (options.isIndexOnly) checkAnnouncedGaps(client, findings);
  }

  if (server.tracks.length === 0)
    findings.in(server.file).fault("server-manifest", "names no track");
  const inside = server.tracks.filter((track) => isInsideName(track.src));
  const protection = {
    client: checkClientProtection(client, findings),
    vectors: new InitializationVectors(),
    rungs: new Map(),
    runs: new TrackRuns(),
  };
  const tracks: CheckedTrack[] = [];
  for (const [i, track] of inside.entries()) {
    throwIfAborted(options.signal);
    await unlessUnreadable(findings.in(track.src), async () => {
      const read = {
        folder: folderOf(track.src),
        ...{ track, client, findings, protection },
      };
      const checked = await checkFile(read, options);
      if (checked !== undefined) tracks.push(checked);
    });
    options.onProgress?.((i + 1) / inside.length);
  }
  const end = tracks.reduce((last, track) => Math.max(last, track.end), 0);
  const duration = isTold ? client.duration : end;
  checkDuration(isTold ? client : undefined, tracks, findings);
  await checkSidecars(server.sidecars, folderOf, duration, findings);
  if (server.otherManifests.length > 0) {
    const { checkParts } = await import("./parts-check.js");
    await checkParts(server.otherManifests, { folderOf, findings });
  }
  if (isTold) checkProtectedTracks(client, protection.client, tracks, findings);
  protection.vectors.check(findings.in(client.file || server.file));
  const clients = await failuresOf(ismPath, options);
  checkClients(clients, options, server.file, findings);
  return {
    ...{ findings: findings.list(), tracks, duration, clients },
    protection: protection.client,
  };
}

async function serverManifest(
  ismPath: string,
  folder: string,
  findings: Findings,
): Promise<CheckedManifest> {
  const { root: ism } = await readManifest(folder, basename(ismPath));
  if (ism.name === "smil")
    return checkServerManifest(ism, basename(ismPath), findings);
  throw new PackError(
    "input",
    `${ismPath}: is not a server manifest (its root element is ${ism.name}).`,
    { hint: await whatToGive(folder) },
  );
}

/** Of a package without one, or of a media file alone: nothing is compared with it. */
const NO_CLIENT: ClientManifest = {
  file: "",
  root: {
    name: "",
    namespace: "",
    attributes: new Map(),
    children: [],
    text: "",
    times: 1,
  },
  duration: NaN,
  streams: [],
};

/**
 * @returns undefined, with a fault, when it cannot be read; NO_CLIENT when there is none, which is
 * a fault where the .ism names it
 */
async function clientManifest(
  { file, clientManifest }: CheckedManifest,
  folder: string,
  findings: Findings,
): Promise<ClientManifest | undefined> {
  if (isMediaName(file)) return NO_CLIENT;
  const usual = file.replace(/\.ism$/i, ".ismc");
  const name = clientManifest ?? usual;
  // A name that leads out of the folder is a finding, not a file to open.
  if (!isPlainName(name)) return undefined;
  const isMissing = (await kindAt(join(folder, name))) === "nothing";
  if (isMissing && clientManifest === undefined) {
    const what =
      "names no client manifest, and there is none: Azure's origin made it for each request, as mss-pack serve does";
    findings.in(file).dialect.say("server-manifest", what);
    return NO_CLIENT;
  }
  const root = await tryManifest(folder, name, findings);
  if (root === undefined) return isMissing ? NO_CLIENT : undefined;
  return readClientManifest(root, name);
}

/** A manifest that another manifest names: an error in it is a finding. */
async function tryManifest(
  folder: string,
  file: string,
  findings: Findings,
): Promise<XmlElement | undefined> {
  try {
    return (await readManifest(folder, file)).root;
  } catch (error) {
    findings.in(file).fault("file", faultOf(error, file));
    return undefined;
  }
}

interface TrackToRead {
  readonly folder: string;
  readonly track: ServerTrack;
  readonly client: ClientManifest;
  readonly findings: Findings;
  readonly protection: PackageProtection;
}

async function checkFile(
  { folder, track, client, findings, protection }: TrackToRead,
  { decodeWith: tools, contentKey, signal, ...options }: VerifyOptions,
): Promise<CheckedTrack | undefined> {
  const { isIndexOnly, isUntouched } = options;
  if (isIndexOnly && (await kindAt(join(folder, track.src))) === "folder")
    return undefined;
  if (await isPlain(folder, track.src))
    return checkPlain(folder, track, tools, findings, signal);
  const isEnds = isIndexOnly || isUntouched?.(track.src) === true;
  const isWhole = tools !== undefined || !isEnds;
  const checked = await checkTrack(
    ...([folder, track, client, findings, protection, signal] as const),
    isWhole,
  );
  if (checked !== undefined && tools !== undefined)
    await decodeTrack(folder, checked, contentKey, tools, findings, signal);
  return checked;
}

/** An error of the disk is a finding, like a missing file. */
async function unlessUnreadable(
  place: FindingPlace,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    place.fault("file", `cannot be read (${messageOf(error)})`);
  }
}

/**
 * With a Duration that is too short, dash.js and shaka-player cut the end off.
 *
 * @param client undefined when there is none
 */
function checkDuration(
  client: ClientManifest | undefined,
  tracks: readonly CheckedTrack[],
  findings: Findings,
): void {
  if (tracks.length === 0) return;
  const end = tracks.reduce((last, track) => Math.max(last, track.end), 0);
  if (client !== undefined) {
    const place = findings.in(client.file);
    const isShort = !(end - client.duration <= LONGEST_FRAME);
    const where = isShort ? place : place.dialect;
    where.expect("duration", "Duration", client.duration, end);
  }
  for (const track of tracks) {
    if (end - track.end <= LONGEST_FRAME) continue;
    const where = findings.in(track.file).dialect;
    where.wrong("duration", "end of the track", track.end, end);
  }
}

/**
 * Tracks should end together. Another maker's tracks may differ by a frame of sound, 32 ms
 * at 32 kHz.
 */
const LONGEST_FRAME = 320_000;

import { basename, dirname, resolve } from "node:path";
import { messageOf, PackError, throwIfAborted } from "../errors.js";
import { errnoOf } from "../output-error.js";
import type { Tools } from "../tools/find.js";
import { checkClientManifest } from "./client-check.js";
import {
  readClientManifest,
  type ClientManifest,
} from "../smooth/client-manifest.js";
import { checkDecoding } from "./decode-check.js";
import { Findings, type Finding, type Place } from "./finding.js";
import {
  checkAddresses,
  checkTrack,
  type CheckedTrack,
} from "./package-check.js";
import { readManifest, tryManifest } from "./manifest-file.js";
import { isPlainName, type ServerTrack } from "../smooth/server-manifest.js";
import { checkServerManifest } from "./server-manifest.js";
import { descendants } from "../smooth/xml-reader.js";

export interface VerifyOptions {
  /** Decode every track with this ffmpeg too; without it indexes and fragment heads are read. */
  readonly decodeWith?: Tools | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told the share that is done, 0 to 1, after each track. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

export interface VerifyReport {
  /** Everything that is wrong; empty for a package that plays. */
  readonly findings: readonly Finding[];
  readonly tracks: readonly CheckedTrack[];
  /** In 10 MHz ticks, as the client manifest tells it. */
  readonly duration: number;
}

/**
 * Reads a package back and checks every promise that players rely on
 * (docs/format.md, "What verify checks").
 *
 * @param ismPath the server manifest
 * @throws PackError `input` when there is no package to read; a wrong package is no error but has findings
 */
export async function verify(
  ismPath: string,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const folder = dirname(resolve(ismPath));
  const findings = new Findings();
  const ism = await readManifest(folder, basename(ismPath));
  if (ism.name !== "smil") {
    throw new PackError(
      "input",
      `${ismPath}: is not a server manifest (its root element is ${ism.name}).`,
      {
        hint: "Give the .ism file of a package.",
      },
    );
  }
  const server = checkServerManifest(ism, basename(ismPath), findings);
  // A name that leads out of the folder is a finding, not a file to open.
  const ismcRoot = isPlainName(server.clientManifest)
    ? await tryManifest(folder, server.clientManifest, findings)
    : undefined;
  if (ismcRoot === undefined)
    return { findings: findings.list(), tracks: [], duration: 0 };
  const client = readClientManifest(ismcRoot, server.clientManifest);
  checkClientManifest(client, findings);
  checkAddresses(server, client, findings);

  if (server.tracks.length === 0)
    findings.in(server.file).fault("server-manifest", "names no track");
  const inside = server.tracks.filter((track) => isPlainName(track.src));
  const tracks: CheckedTrack[] = [];
  for (const [i, track] of inside.entries()) {
    throwIfAborted(options.signal);
    await unlessUnreadable(findings.in(track.src), async () => {
      const read = { folder, track, client, findings };
      const checked = await checkFile(read, options);
      if (checked !== undefined) tracks.push(checked);
    });
    options.onProgress?.((i + 1) / inside.length);
  }
  checkDuration(client, tracks, findings);
  checkProtection(client, tracks, findings);
  return { findings: findings.list(), tracks, duration: client.duration };
}

interface TrackToRead {
  readonly folder: string;
  readonly track: ServerTrack;
  readonly client: ClientManifest;
  readonly findings: Findings;
}

async function checkFile(
  { folder, track, client, findings }: TrackToRead,
  { decodeWith, signal }: VerifyOptions,
): Promise<CheckedTrack | undefined> {
  const checked = await checkTrack(folder, track, client, findings, signal);
  // What is protected decodes with its key only.
  if (checked?.isProtected === false && decodeWith)
    await checkDecoding(folder, checked, decodeWith, findings, signal);
  return checked;
}

/** What the disk refuses to read is a finding, as a file that is not there is one. */
async function unlessUnreadable(
  place: Place,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    place.fault("file", `cannot be read (${messageOf(error)})`);
  }
}

/** Too short a Duration makes dash.js and shaka-player cut the end off. */
function checkDuration(
  client: ClientManifest,
  tracks: readonly CheckedTrack[],
  findings: Findings,
): void {
  const end = tracks.reduce((last, track) => Math.max(last, track.end), 0);
  const place = findings.in(client.file);
  place.expect("duration", "Duration", client.duration, end);
  for (const track of tracks) {
    if (end - track.end <= LONGEST_FRAME) continue;
    const where = findings.in(track.file);
    where.wrong("duration", "end of the track", track.end, end);
  }
}

/** A client asks for a licence when the manifest tells of a protection, and only then. MS-SSTR 2.2.2.2 */
function checkProtection(
  client: ClientManifest,
  tracks: readonly CheckedTrack[],
  findings: Findings,
): void {
  const isTold = descendants(client.root, "ProtectionHeader").length > 0;
  const words = (isProtected: boolean) =>
    isProtected ? "encrypted, by its sample entry" : "in the clear";
  for (const { file, isProtected } of tracks) {
    if (isProtected === isTold) continue;
    const expected = `${words(isTold)}, as the ${isTold ? "" : "missing "}ProtectionHeader of ${client.file} says`;
    findings
      .in(file)
      .wrong("protection", "samples", words(isProtected), expected);
  }
}

/** Tracks should end together; another maker's may differ by a frame of sound, 32 ms at 32 kHz. */
const LONGEST_FRAME = 320_000;

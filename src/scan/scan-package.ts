import { basename, extname, join } from "node:path";
import { messageOf, PackError, throwIfAborted } from "../errors.js";
import { isInsideName } from "../smooth/server-manifest.js";
import type { ClientManifest } from "../smooth/client-manifest.js";
import { protectionsIn, plainSystemId } from "../smooth/protection-element.js";
import { readClient, readPackage, readServer } from "../smooth/read-package.js";
import { describeFinding, Findings, type Finding } from "../verify/finding.js";
import { checkClientManifest } from "../verify/manifest-check.js";
import { verify } from "../verify/verify.js";
import { adviceOn, failuresOfClients, NO_ADVICE } from "./advice.js";
import {
  factsOfManifest,
  factsOfStreams,
  NO_STREAMS,
  protectorOf,
  protectorNamed,
  type StreamFacts,
} from "./facts.js";
import type { FoundPackage } from "./packages-in.js";
import { ReadFiles } from "./read-files.js";
import { lostFragments } from "./lost-fragments.js";
import { readLeftMedia, readLeftTracks } from "./read-left.js";
import type { ScannedFinding, ScannedProtection, ScanRow } from "./row.js";

/** What is known of a package beside its files. */
type Answer = Omit<ScanRow, "package" | "kind" | "bytes" | "files" | "isDeep">;

export interface ScanDepth {
  readonly isDeep: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads one package: both manifests, of each file the moov and the index, and all moofs when
 * asked. Whatever is wrong with it is a part of the answer.
 *
 * @throws PackError `aborted` alone
 */
export async function scanPackage(
  found: FoundPackage,
  depth: ScanDepth,
): Promise<Answer> {
  throwIfAborted(depth.signal);
  const files = new ReadFiles(found.folder);
  const readers = {
    ism: () => scanServer(found, files, depth),
    ismc: () => scanClient(found, files, depth),
    media: () => scanMedia(found, files, depth),
    fragments: () => scanTracks(found, files, depth),
  };
  try {
    return await readers[found.kind]();
  } catch (error) {
    if (error instanceof PackError && error.code === "aborted") throw error;
    return { ...(await unknown(files, found)), problem: problemOf(error) };
  }
}

/** A scan of a night does not end with one package on which mss-pack fails. */
function problemOf(error: unknown): string {
  if (error instanceof PackError) return error.message;
  return `mss-pack failed on it, which is a bug: ${messageOf(error)}`;
}

/** By an .ism. What readPackage refuses, verify may still tell more of. */
async function scanServer(
  { folder, file }: FoundPackage,
  files: ReadFiles,
  { isDeep, signal }: ScanDepth,
): Promise<Answer> {
  const ism = join(folder, file);
  const server = await readServer(file, files.files);
  const media = server.tracks.find(({ src }) => isInsideName(src))?.src;
  const { findings } = await verify(ism, { isIndexOnly: !isDeep, signal });
  const advice = await adviceOn(folder, file, files.files, isDeep);
  try {
    const read = await readPackage(ism, files.files);
    const client = read.isMade
      ? undefined
      : await readClient(read.clientManifest, files.files);
    return {
      ...{ problem: null, ...(await files.maker(media)) },
      duration: believed(read.duration),
      ...factsOfStreams(read.streams),
      protection: protectorOf(read.protection, read.streams),
      ...byLevel([...findings, ...lostFragments(read.streams)]),
      ...advice,
      clients: await failuresOfClients(client, read, files.files),
    };
  } catch (error) {
    if (!(error instanceof PackError)) throw error;
    const announced = await announcedBy(server.clientManifest, files);
    return {
      ...{ problem: error.message, ...announced },
      ...(await files.maker(media)),
      ...{ ...byLevel(findings), ...advice, clients: null },
    };
  }
}

/** By an .ismc alone: where its media is, nothing tells. */
async function scanClient(
  { folder, file, names }: FoundPackage,
  files: ReadFiles,
  { isDeep }: ScanDepth,
): Promise<Answer> {
  const client = await readClient(file, files.files);
  const ism = file.slice(0, -1); // of .ismc
  const findings = new Findings();
  checkClientManifest(client, findings);
  findings
    .in(file)
    .fault(
      "server-manifest",
      "has no .ism beside it: no origin finds its media",
    );
  return {
    ...{ problem: null, ...factsOfClient(client) },
    ...(await files.maker(names[1])),
    ...byLevel(findings.list()),
    ...(await adviceOn(folder, ism, files.files, isDeep)),
    clients: null,
  };
}

async function scanMedia(
  { folder, file }: FoundPackage,
  files: ReadFiles,
  { isDeep, signal }: ScanDepth,
): Promise<Answer> {
  const options = { isIndexOnly: !isDeep, signal };
  const { findings, duration } = await verify(join(folder, file), options);
  const { streams, protection, tracks, ...left } = await readLeftMedia(
    folder,
    file,
    files.files,
  );
  return {
    ...{ problem: null, ...(await files.maker(file)) },
    // Where no box tells times, verify adds up what it has read.
    duration: believed(Math.max(duration, left.duration)),
    ...factsOfStreams(streams),
    protection: protectorOf(protection, streams),
    ...byLevel([...findings, ...unnamed(file)]),
    ...(await adviceOn(folder, ismOf(file), files.files, isDeep, tracks)),
    clients: await failuresOfClients(undefined, { streams }, files.files),
  };
}

async function scanTracks(
  { folder, names }: FoundPackage,
  files: ReadFiles,
  { isDeep }: ScanDepth,
): Promise<Answer> {
  const { streams, protection, duration, tracks } = await readLeftTracks(
    ...([folder, names, files.files] as const),
  );
  return {
    ...{ problem: null, ...(await files.maker(undefined)), duration },
    ...factsOfStreams(streams),
    protection: protectorOf(protection, streams),
    ...byLevel(unnamed(names[0] ?? "")),
    ...(await adviceOn(folder, ismOf("film"), files.files, isDeep, tracks)),
    clients: await failuresOfClients(undefined, { streams }, files.files),
  };
}

/** The .ism that would stand beside a file. */
function ismOf(file: string): string {
  return `${basename(file, extname(file))}.ism`;
}

function unnamed(file: string): Finding[] {
  const findings = new Findings();
  const what = "no .ism names it: no origin finds it";
  findings.in(file).fault("server-manifest", what);
  return findings.list();
}

/** All that is known of a package that cannot be read at all. */
async function unknown(
  files: ReadFiles,
  { names }: FoundPackage,
): Promise<Omit<Answer, "problem">> {
  const media = names.find((name) => /\.ism[av]$/i.test(name));
  return {
    ...{ ...(await files.maker(media)), ...NO_STREAMS },
    ...{ duration: 0, protection: null, faults: [], notes: [] },
    ...{ ...NO_ADVICE, clients: null },
  };
}

/** What a client manifest announces. */
interface Announced extends StreamFacts {
  readonly duration: number;
  readonly protection: ScannedProtection | null;
}

async function announcedBy(name: string, files: ReadFiles): Promise<Announced> {
  try {
    return factsOfClient(await readClient(name, files.files));
  } catch {
    return { ...NO_STREAMS, duration: 0, protection: null }; // a finding says why
  }
}

function factsOfClient(client: ClientManifest): Announced {
  const [header] = protectionsIn(client.root) ?? [];
  return {
    ...factsOfManifest(client),
    duration: believed(client.duration),
    protection: header
      ? protectorNamed(
          plainSystemId(header),
          Buffer.from(header.header, "base64"),
        )
      : null,
  };
}

/** A manifest may claim any length; no film lasts a hundred years. */
function believed(duration: number): number {
  return duration > 0 && duration < MOST_TICKS ? duration : 0;
}

const MOST_TICKS = 100 * 366 * 24 * 3600 * 1e7;

/** Each rule once, with its first finding. */
function byLevel(
  findings: readonly Finding[],
): Pick<Answer, "faults" | "notes"> {
  return {
    faults: rulesIn(findings.filter(({ level }) => level === "fault")),
    notes: rulesIn(findings.filter(({ level }) => level === "note")),
  };
}

function rulesIn(findings: readonly Finding[]): ScannedFinding[] {
  const first = new Map<string, ScannedFinding>();
  for (const finding of findings) {
    const { rule } = finding;
    if (!first.has(rule))
      first.set(rule, { rule, message: describeFinding(finding) });
  }
  return [...first.values()];
}

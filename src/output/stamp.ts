import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { protectionOf, type ProtectionRequest } from "../drm/index.js";
import type { Tools } from "../ffmpeg/find.js";
import type { AudioRung, EncodePlan, PlanStream } from "../plan/encode-plan.js";
import type { LostTime } from "../probe/source-info.js";
import { version } from "../util/install.js";
import { watchSource, type SourceContent } from "./source-content.js";

/** What a package was made of, and with which version. */
export interface Stamp {
  /** See {@link STAMP_FORM}. */
  readonly form: number;
  /** Of mss-pack. For people: another version does not make another package. */
  readonly version: string;
  /** SHA-256 of all bytes of the source, in hex; of an object of a store, of its name and ETag. */
  readonly source: string;
  /** SHA-256, in hex, of all settings that affect the package. */
  readonly settings: string;
  /** Times of the source that could not be decoded. */
  readonly lost: readonly LostTime[];
}

/**
 * The version of the plan's shape that `settings` hashes: another shape gives other
 * hashes of the same settings. Form 1, which stamps leave out, had one picture and one
 * sound; form 2 has streams.
 */
export const STAMP_FORM = 2;

/**
 * The stamp as the text of an XML comment in the .ism. Every reader skips a comment, and
 * the .ism is the last file of a package.
 */
export function stampText(stamp: Stamp): string {
  const { version, form, source, settings, lost } = stamp;
  const hashes = `source=sha256:${source} settings=sha256:${settings}`;
  const words = `mss-pack ${version} form=${form} ${hashes}`;
  return [words, ...lostWords(lost)].join(" ");
}

/** The stamp of a package; undefined when there is no stamp or no package. */
export async function readStamp(manifest: string): Promise<Stamp | undefined> {
  return stampIn(await readFile(manifest, "utf8").catch(() => ""));
}

/** The stamp in the text of an .ism. */
export function stampIn(text: string): Stamp | undefined {
  const [, version, form = "1", source, settings, lost] =
    STAMP.exec(text) ?? [];
  if (!version || !source || !settings) return undefined;
  const hashes = { form: Number(form), source, settings };
  return { version, ...hashes, lost: readLost(lost ?? "") };
}

const STAMP =
  /<!-- mss-pack (\S+)(?: form=(\d+))? source=sha256:([0-9a-f]{64}) settings=sha256:([0-9a-f]{64})(?: lost=(\S+))? -->/;

/**
 * Such as `lost=video:6..8,audio:6..8.02`, or `audio2` of several sounds, to the last
 * digit; empty for a whole package.
 */
function lostWords(lost: readonly LostTime[]): string[] {
  const times = lost.map(
    ({ stream, index, fromSeconds, toSeconds }) =>
      `${stream}${index ?? ""}:${fromSeconds}..${toSeconds}`,
  );
  return times.length === 0 ? [] : [`lost=${times.join(",")}`];
}

function readLost(text: string): LostTime[] {
  return [...text.matchAll(LOST)].map(([, stream, index, from, to]) => ({
    stream: stream === "audio" ? "audio" : "video",
    ...(index && { index: Number(index) }),
    fromSeconds: Number(from),
    toSeconds: Number(to),
  }));
}

const LOST = /(video|audio)(\d*):([^,]+?)\.\.([^,]+)/g;

/** All facts that decide about the result: the same job gives the same package. */
export interface Job {
  /** Base name of the package. */
  readonly name: string;
  /** See {@link settingsHash}. */
  readonly settings: string;
  /** A run does not resume from encoded files of another ffmpeg or mss-pack. */
  readonly ffmpeg: string;
  readonly version: string;
  /** undefined for an address: such a job never counts as one that was done before. */
  readonly content: SourceContent | undefined;
}

/** The settings beside the plan that decide about a package. */
interface JobSettings {
  readonly formatNames: readonly string[];
  readonly engine: string;
  readonly layout: string;
  readonly tfdt: boolean;
  readonly ec3CodecData: string;
  readonly salvage: boolean;
  readonly protection?: ProtectionRequest | undefined;
}

/** @throws PackError `input` when the source cannot be looked at */
export async function describeJob(
  plan: EncodePlan,
  tools: Tools,
  settings: JobSettings,
  signal: AbortSignal | undefined,
): Promise<Job> {
  return {
    name: plan.name,
    settings: settingsHash(plan, settings),
    ffmpeg: tools.ffmpeg.version,
    version: version(),
    content: await watchSource(plan.source.path, signal, tools),
  };
}

/** A job that encodes nothing. No later run can resume from it or take its package for its own. */
export function jobWithoutSource(name: string): Job {
  const nothing = { settings: "", ffmpeg: "", content: undefined };
  return { name, version: version(), ...nothing };
}

/**
 * The stamp for the package of a job; undefined for an address.
 *
 * @param lost times of the source that could not be decoded
 * @throws PackError `input` when the source has changed since it was looked at
 */
export async function stampOf(
  job: Job,
  lost: readonly LostTime[],
): Promise<Stamp | undefined> {
  const { version, settings, content } = job;
  const source = await content?.confirmedHash();
  return source === undefined
    ? undefined
    : { version, form: STAMP_FORM, source, settings, lost };
}

/**
 * SHA-256, in hex, of all that decides about a package beside the bytes of its source.
 * The plan is hashed, not the options: two spellings of the same rungs are the same
 * settings.
 */
function settingsHash(plan: EncodePlan, options: JobSettings): string {
  const settings = {
    ...plan,
    streams: plan.streams.map(decisive),
    // The source has a hash of its own; the others are for people only.
    source: undefined,
    preset: undefined,
    copyable: undefined,
    notes: undefined,
    skipped: undefined,
    estimate: undefined,
    format: options.formatNames.join(" "),
    engine: options.engine,
    tfdt: options.tfdt,
    layout: options.layout,
    // Left out where it decides nothing new: older stamps stay valid.
    ec3CodecData: options.ec3CodecData === "none" ? "none" : undefined,
    salvage: options.salvage,
    protection: options.protection && protectionText(options.protection),
  };
  const text = JSON.stringify(settings, sortKeys);
  return createHash("sha256").update(text).digest("hex");
}

/**
 * Of captions only the content counts, not the path of their file. Captions inside the source
 * are part of its hash: another ffmpeg may write their text in another way. In how many pieces a
 * picture is encoded decides only about equal bytes.
 */
function decisive(stream: PlanStream) {
  if (stream.kind === "audio")
    return { ...stream, rungs: stream.rungs.map(decisiveSound) };
  if (stream.kind === "video")
    return stream.reproducible ? stream : { ...stream, pieces: undefined };
  const { content, stream: number, channel } = stream.source;
  const isInside = number !== undefined || channel !== undefined;
  return isInside
    ? { ...stream, cues: undefined, source: { stream: number, channel } }
    : { ...stream, source: content };
}

/**
 * How loud a sound is follows from the source, so only the target counts: the same package is found without measuring
 * it again, and by another ffmpeg that measures a tenth more.
 */
function decisiveSound({ loudness, ...rung }: AudioRung) {
  return { ...rung, loudness: loudness?.target };
}

/**
 * Key ID and, by the header's checksum, the key. The vectors differ every time and are
 * left out.
 */
function protectionText(request: ProtectionRequest): string {
  const { systemId, data, encryption } = protectionOf(request);
  return [systemId, encryption, Buffer.from(data).toString("base64")].join(" ");
}

/** The order of a plan's fields must not matter. */
function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return value;
  const entries = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
}

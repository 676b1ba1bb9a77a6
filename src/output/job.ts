import { createHash } from "node:crypto";
import { protectionOf, type ProtectionRequest } from "../drm/index.js";
import type { Tools } from "../ffmpeg/find.js";
import type { EncodePlan, PlanStream } from "../plan/encode-plan.js";
import type { LostTime } from "../probe/source-info.js";
import { version } from "../util/install.js";
import { watchSource, type SourceContent } from "./source-content.js";
import { STAMP_FORM, type Stamp } from "./stamp.js";

/** What is to be done, so far as it decides about the result: the same job gives the same package. */
export interface Job {
  /** Base name of the package. */
  readonly name: string;
  /** See {@link settingsHash}. */
  readonly settings: string;
  /** Encoded files of another ffmpeg or mss-pack are not gone on with. */
  readonly ffmpeg: string;
  readonly version: string;
  /** undefined for an address: such a job is never taken for one that was done before. */
  readonly content: SourceContent | undefined;
}

/** What decides about a package beside its plan. */
export interface JobSettings {
  readonly formatNames: readonly string[];
  readonly engine: string;
  readonly layout: string;
  readonly tfdt: boolean;
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
    content: await watchSource(plan.source.path, signal),
  };
}

/** A job that encodes nothing: no later run can go on from it or take its package for its own. */
export function jobWithoutSource(name: string): Job {
  const nothing = { settings: "", ffmpeg: "", content: undefined };
  return { name, version: version(), ...nothing };
}

/**
 * The stamp for the package of a job; none for an address.
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
 * SHA-256 of all that decides about a package beside the bytes of its source,
 * in hex. Taken of the plan, not of the options: other words for the same rungs
 * are the same settings.
 */
function settingsHash(plan: EncodePlan, options: JobSettings): string {
  const settings = {
    ...plan,
    streams: plan.streams.map(withoutPath),
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
    salvage: options.salvage,
    protection: options.protection && protectionText(options.protection),
  };
  const text = JSON.stringify(settings, sortKeys);
  return createHash("sha256").update(text).digest("hex");
}

/** Captions are what they say, wherever their file lies. */
function withoutPath(stream: PlanStream) {
  return stream.kind === "text"
    ? { ...stream, source: stream.source.content }
    : stream;
}

/** Key ID and, by the header's checksum, the key; not the vectors, which are other ones every time. */
function protectionText(request: ProtectionRequest): string {
  const { systemId, data, encryption } = protectionOf(request);
  return [systemId, encryption, Buffer.from(data).toString("base64")].join(" ");
}

/** In which order a plan's fields were written down must not matter. */
function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return value;
  const entries = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
}

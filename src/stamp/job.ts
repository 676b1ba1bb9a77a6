import type { PackOptions } from "../options.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import type { LostTime } from "../probe/damage-log.js";
import type { Tools } from "../ffmpeg/find.js";
import { version } from "../version.js";
import type { Stamp } from "./stamp.js";
import { settingsHash } from "./settings.js";
import { watchSource, type SourceContent } from "./source-content.js";

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

/** @throws PackError `input` when the source cannot be looked at */
export async function describeJob(
  plan: EncodePlan,
  tools: Tools,
  options: PackOptions,
): Promise<Job> {
  return {
    name: plan.name,
    settings: settingsHash(plan, options),
    ffmpeg: tools.ffmpeg.version,
    version: version(),
    content: await watchSource(plan.source.path, options.signal),
  };
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
  return source === undefined ? undefined : { version, source, settings, lost };
}

import type { Cue } from "../captions/cue.js";
import { PackError } from "../errors.js";
import type { Ticks } from "../media/time.js";
import type { GivenCaptions } from "./inside-captions.js";
import type { PackageText } from "./package-inputs.js";
import { readPackagedCues, readPackagedText } from "./ttml-tracks.js";

/** The captions of a stream, by the clock of the film. */
export interface StreamCues {
  readonly name: string;
  readonly language: string;
  readonly cues: readonly Cue[];
}

/** The same as cues, for files of their own. */
export async function packagedCues(
  streams: readonly PackageText[],
  zero: Ticks,
  signal: AbortSignal | undefined,
): Promise<{ captions: StreamCues[]; notes: string[] }> {
  const { read, notes } = await readEach(streams, async (stream) => {
    const clock = (time: Ticks) => time - zero;
    const { path, name, language } = stream;
    const cues = await readPackagedCues(path, stream, clock, signal);
    return { name, language, cues };
  });
  return { captions: read, notes };
}

/**
 * The captions of packages among the inputs. A stream that cannot be read is left out with a
 * note, as one inside a film is.
 *
 * @param zero the time of the packages that is 0 in the new one
 */
export async function packagedCaptions(
  streams: readonly PackageText[],
  zero: Ticks,
  signal: AbortSignal | undefined,
): Promise<{ given: GivenCaptions[]; notes: string[] }> {
  const { read, notes } = await readEach(streams, async (stream) => {
    const { path, name, language, kind } = stream;
    const clock = (time: Ticks) => time - zero;
    const text = await readPackagedText(path, stream, clock, signal);
    return { label: name, source: { path }, language, kind, text };
  });
  return { given: read, notes };
}

/** A stream that cannot be read is left out with a note. */
async function readEach<T>(
  streams: readonly PackageText[],
  readOne: (stream: PackageText) => Promise<T>,
): Promise<{ read: T[]; notes: string[] }> {
  const read: T[] = [];
  const notes: string[] = [];
  for (const stream of streams) {
    try {
      read.push(await readOne(stream));
    } catch (error) {
      if (!(error instanceof PackError) || error.code === "aborted")
        throw error;
      const why = error.message.replace(/\.$/, "");
      notes.push(`${stream.name} is left out: ${why}`);
    }
  }
  return { read, notes };
}

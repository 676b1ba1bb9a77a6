import { PackError } from "../errors.js";
import type { Ticks } from "../media/time.js";
import type { GivenCaptions } from "./inside-captions.js";
import type { PackageText } from "./package-inputs.js";
import { readPackagedText } from "./ttml-tracks.js";

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
  const given: GivenCaptions[] = [];
  const notes: string[] = [];
  for (const stream of streams) {
    const { path, name, language, kind } = stream;
    const clock = (time: Ticks) => time - zero;
    try {
      const text = await readPackagedText(path, stream, clock, signal);
      given.push({ label: name, source: { path }, language, kind, text });
    } catch (error) {
      if (!(error instanceof PackError) || error.code === "aborted")
        throw error;
      const why = error.message.replace(/\.$/, "");
      notes.push(`${name} is left out: ${why}`);
    }
  }
  return { given, notes };
}

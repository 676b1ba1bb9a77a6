import { basename } from "node:path";
import { faultOf, PackError } from "../errors.js";
import type { MuxInput, SourceTrack } from "../tracks/read-track.js";

/** A file of a package that cannot be read. */
export interface LostInput {
  readonly input: MuxInput;
  readonly error: PackError;
}

/** Is it the file that is lost or damaged? */
export function isLoss(error: unknown): error is PackError {
  return error instanceof PackError && error.code === "input";
}

/**
 * A level that cannot be read is left out where another file has its stream.
 *
 * @param tracks that are read
 * @returns notes on what is left out
 * @throws PackError `input`, that of the file, when the film cannot do without it
 */
export function lostNotes(
  lost: readonly LostInput[],
  tracks: readonly SourceTrack[],
): string[] {
  return lost.map(({ input, error }) => {
    const others = streamsOf(input).map((stream) =>
      tracks.find((track) => isOf(track, stream)),
    );
    const [other] = others;
    if (other === undefined || others.includes(undefined)) throw error;
    const why = faultOf(error, input.path).replace(/\.$/, "");
    return `${basename(input.path)}: left out, it cannot be read (${why}); ${other.label} has the same film`;
  });
}

function streamsOf({ tracks = {} }: MuxInput): string[] {
  const names = Object.values(tracks).map(({ packaged }) => packaged?.stream);
  return names.flatMap((name) => name ?? []);
}

function isOf({ packaged }: SourceTrack, stream: string): boolean {
  return packaged?.stream.toLowerCase() === stream.toLowerCase();
}

/** This many are told one by one. */
const TOLD = 3;

/** Fragments that are there twice. */
export function doubledNotes({ doubled = [], label }: SourceTrack): string[] {
  if (doubled.length === 0) return [];
  const told = doubled
    .slice(0, TOLD)
    .map(({ number, kept, offset }) => `${number} (${kept}, at byte ${offset})`)
    .join(", ");
  const rest = doubled.length - TOLD;
  const more = rest > 0 ? ` and ${rest} more` : "";
  return [
    `${label}: fragments that are there twice are taken once: ${told}${more}`,
  ];
}

import type { RepairedPackage, RepairPlan } from "../pipeline/repair.js";
import type { TrackProof } from "../pipeline/frame-proof.js";
import type { MendPlace } from "../repair/mend.js";
import { deliveredMessage } from "./messages.js";
import type { Message } from "./reporter.js";

/** What becomes of a package, in a word for scripts. */
export type RepairState = "whole" | "mendable" | "refused";

export function repairStateOf({ mends, obstacles }: RepairPlan): RepairState {
  if (obstacles.length > 0) return "refused";
  return mends.length > 0 ? "mendable" : "whole";
}

/** The mends of a package, before anything is written. */
export function mendsMessage(plan: RepairPlan): Message {
  const { name, mends, left, obstacles } = plan;
  return {
    text: (detail) =>
      detail === "brief" ? briefText(plan) : planText(plan).join("\n"),
    object: { name, state: repairStateOf(plan), mends, left, obstacles },
  };
}

/** For one of many: the ids alone. */
function briefText({ mends, obstacles }: RepairPlan): string {
  const [first] = obstacles;
  if (first !== undefined)
    return `cannot be repaired: ${first.file} ${first.why}`;
  if (mends.length === 0) return "needs no mend";
  return `needs ${mends.map(({ id }) => id).join(", ")}`;
}

function planText({ input, mends, left, obstacles }: RepairPlan): string[] {
  return [
    `${input}: ${headline(mends.length, obstacles.length)}`,
    ...mends.flatMap(({ id, wrong, mend, places }) => [
      `  ${id}: ${wrong}; ${mend}`,
      ...placeLines(places),
    ]),
    ...left.flatMap(({ id, wrong, places }) => [
      `  stays as it is: ${id}: ${wrong}; mss-pack unprotect first, with its key, lets repair mend it`,
      ...placeLines(places),
    ]),
    ...obstacles.map(
      ({ file, why, hint }) => `  cannot be mended: ${file} ${why}. ${hint}`,
    ),
  ];
}

function headline(mends: number, obstacles: number): string {
  const count = mends === 1 ? "1 mend" : `${mends} mends`;
  if (obstacles > 0) return "cannot be repaired";
  return mends === 0 ? "needs no mend" : `needs ${count}`;
}

/** The first places are enough for people; `--json` has more. */
const TOLD = 3;

function placeLines(places: readonly MendPlace[]): string[] {
  const more = places.length - TOLD;
  return [
    ...places
      .slice(0, TOLD)
      .map(({ file, detail }) => `    ${file}${detail ? `: ${detail}` : ""}`),
    ...(more > 0 ? [`    and ${more} more`] : []),
  ];
}

/** The new package, and the proof that its frames are the old ones. */
export function repairedMessage(
  { proof, name, ...delivered }: RepairedPackage,
  { mends }: Pick<RepairPlan, "mends">,
): Message {
  const message = deliveredMessage(
    delivered,
    { name, notes: [] },
    { mends, proof },
  );
  return {
    text: (detail) => `${message.text(detail)}\n${proofText(proof)}`,
    object: message.object,
  };
}

function proofText(proof: readonly TrackProof[]): string {
  const sum = (count: (track: TrackProof) => number) =>
    proof.reduce((all, track) => all + count(track), 0);
  const added = sum((track) => track.added);
  const leftOut = sum((track) => track.leftOut);
  const count = sum(({ same }) => same);
  const isHidden = proof.some(({ by }) => by === "encrypted samples");
  return [
    isHidden
      ? `Proof: all ${count} samples in ${proof.length} tracks are the old ones, as they are encrypted (MD5 of each)`
      : `Proof: all ${count} pictures and frames of sound in ${proof.length} tracks are the old ones, at their times (framemd5)`,
    ...(added > 0 ? [`${added} frames of silence are added`] : []),
    ...(leftOut > 0 ? [`${leftOut} frames at begin or end are left out`] : []),
  ].join("; ");
}

/** A package that is left as it is. */
export function wholeMessage(
  input: string,
  name: string,
  manifest: string,
  why: string,
): Message {
  return {
    text: () => `${input}: ${why}. Nothing is written.`,
    object: { state: "skipped", name, manifest, why, mends: [] },
  };
}

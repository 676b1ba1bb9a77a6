import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { PackError } from "../errors.js";
import type { WorkStore } from "./work-store.js";

/** A step that is done. It is written last, so a step without one is to be done. */
export interface StepRecord {
  readonly step: string;
  /** Where its files lie in the work folder: each attempt has its own place, so two never mix. */
  readonly place: string;
  readonly files: readonly MadeFile[];
  readonly notes: readonly string[];
}

export interface MadeFile {
  readonly file: string;
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}

const FOLDER = "steps";

/** Begin of the names of all that steps leave. */
export const STEPS = `${FOLDER}/`;

/** A place for the files of an attempt. */
export function placeOf(step: number, attempt: string): string {
  return `${FOLDER}/${step}-${attempt}`;
}

export async function readRecord(
  store: WorkStore,
  step: number,
): Promise<StepRecord | undefined> {
  const text = await store.read(`${FOLDER}/${step}.json`);
  return text === undefined ? undefined : (JSON.parse(text) as StepRecord);
}

export async function writeRecord(
  store: WorkStore,
  step: number,
  record: StepRecord,
): Promise<void> {
  await store.write(`${FOLDER}/${step}.json`, JSON.stringify(record));
}

/** Describes the files of a step. */
export async function madeFiles(
  folder: string,
  files: readonly string[],
): Promise<MadeFile[]> {
  const made: MadeFile[] = [];
  for (const file of files) {
    const path = join(folder, file);
    const { size } = await stat(path);
    made.push({ file, bytes: size, sha256: await hashOf(path) });
  }
  return made;
}

/** @throws PackError `output` when a file in a folder is not what its step has made */
export async function requireMade(
  folder: string,
  files: readonly MadeFile[],
): Promise<void> {
  for (const { file, bytes, sha256 } of files) {
    const path = join(folder, file);
    const { size } = await stat(path);
    if (size === bytes && (await hashOf(path)) === sha256) continue;
    throw new PackError(
      "output",
      `${file}: has other bytes than its step has written.`,
      {
        hint: "The disk or the line has damaged it. Make the plan anew, in another --work FOLDER.",
        facts: {
          file: path,
          expected: { bytes, sha256 },
          found: { bytes: size },
        },
      },
    );
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}

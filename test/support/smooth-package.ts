import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { walkBoxes } from "../../src/isobmff/box-tree.js";
import { fullBox } from "../../src/isobmff/box.js";
import { mfra } from "../../src/isobmff/boxes/fragment.js";
import { concat, u32, u8 } from "../../src/isobmff/bytes.js";
import { writeFixturePackage } from "./fixtures.js";

export interface Cut {
  /** By how much the times of a track are moved. */
  readonly later?: bigint;
  /** The fragment that is lost, counted from 0. */
  readonly without?: number;
  /** Say nothing in the file. */
  readonly isUntold?: boolean;
}

/** A file whose fragments have no time, with an index of other times. */
export function withTimes(
  path: string,
  { later = 0n, without, isUntold }: Cut,
): Buffer {
  const file = readFileSync(path);
  const boxes = [...walkBoxes(file)];
  const at = boxes.findIndex(({ type }) => type === "moof");
  const parts = [file.subarray(0, boxes[at]?.start)];
  const index = boxes.at(-1);
  const old = index?.children[0];
  const row = (old?.start ?? 0) + 24;
  const rows: Uint8Array[] = [];
  let end = parts[0]?.length ?? 0;
  for (let i = 0; at + 2 * i < boxes.length - 1; i++) {
    const [moof, mdat] = boxes.slice(at + 2 * i);
    if (moof === undefined || mdat === undefined || i === without) continue;
    const time = Buffer.alloc(8);
    time.writeBigInt64BE(file.readBigInt64BE(row + 19 * i) + later);
    rows.push(concat([time, u32(0, end), u8(1, 1, 1)]));
    const fragment = file.subarray(moof.start, mdat.start + mdat.size);
    parts.push(fragment);
    end += fragment.length;
  }
  const table = fullBox("tfra", 1, 0, u32(1, 0, rows.length), ...rows);
  return Buffer.concat([...parts, ...(isUntold ? [] : [mfra(table)])]);
}

let made = 0;

/**
 * A package in the layout of Expression Encoder: when a fragment begins stands
 * outside of it. The paths of picture and sound.
 */
export async function smoothPackage(
  parent: string,
  cut: { video?: Cut; audio?: Cut; ismc?: boolean },
): Promise<string[]> {
  const { folder, tracks } = await writeFixturePackage(parent, "clip", {
    layout: "expression-encoder",
  });
  const target = join(parent, `changed-${(made += 1)}`);
  mkdirSync(target);
  if (cut.ismc)
    for (const name of ["clip.ism", "clip.ismc"])
      writeFileSync(join(target, name), readFileSync(join(folder, name)));
  return tracks
    .filter(({ file }) => !file.includes("_25."))
    .map(({ file }) => {
      const own = file.endsWith("v") ? cut.video : cut.audio;
      const path = join(target, file);
      writeFileSync(path, withTimes(join(folder, file), own ?? {}));
      return path;
    });
}

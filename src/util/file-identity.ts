import type { BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";

/** Detects that a file has changed: one word, to compare. */
export type Identity = string;

/** The identity of a missing file. */
export const MISSING: Identity = "missing";

/** A replaced file has another inode; a changed file has another time or size. */
export function identityOf(stats: StatFields): Identity {
  const { ino, size, mtimeMs } = stats;
  return `${ino.toString(36)}-${size.toString(36)}-${Math.round(mtimeMs * 1000).toString(36)}`;
}

/** The parts of an identity, before they become text. */
export interface StatFields {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
}

/** The identity to the nanosecond and with the disk, for checks within one run. */
export function exactIdentityOf(stats: BigIntStats): Identity {
  const { dev, ino, size, mtimeNs } = stats;
  return [dev, ino, size, mtimeNs].join(" ");
}

/** The identity of the file that is at a path now. */
export async function identityAt(path: string): Promise<Identity> {
  return stat(path).then(identityOf, () => MISSING);
}

/** Files that were read, with their identities at that time. */
export type Snapshot = ReadonlyMap<string, Identity>;

/** Are all files unchanged? */
export async function isSame(snapshot: Snapshot): Promise<boolean> {
  const checks = [...snapshot].map(
    async ([path, identity]) => (await identityAt(path)) === identity,
  );
  return (await Promise.all(checks)).every(Boolean);
}

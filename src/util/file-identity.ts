import { stat } from "node:fs/promises";

/** What tells a file from what it was before: written as one word, to compare. */
export type Identity = string;

/** Of a file that is not there. */
export const MISSING: Identity = "missing";

/** A file that was replaced has another inode, one that was written to another time or size. */
export function identityOf(stats: Marks): Identity {
  const { ino, size, mtimeMs } = stats;
  return `${ino.toString(36)}-${size.toString(36)}-${Math.round(mtimeMs * 1000).toString(36)}`;
}

/** What an identity is made of, without writing it. */
export interface Marks {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
}

/** The identity of what stands at a path now. */
export async function identityAt(path: string): Promise<Identity> {
  return stat(path).then(identityOf, () => MISSING);
}

/** Files that something was read from, and what they were then. */
export type Snapshot = ReadonlyMap<string, Identity>;

/** Do the files still stand as they were? */
export async function isSame(snapshot: Snapshot): Promise<boolean> {
  const checks = [...snapshot].map(
    async ([path, identity]) => (await identityAt(path)) === identity,
  );
  return (await Promise.all(checks)).every(Boolean);
}

import { lastNotAfter, type ServedLevel } from "./package.js";
import { PackageProblem } from "./problem.js";

/**
 * A file without an index looks whole wherever a fragment ends. Only the client
 * manifest tells how far it goes.
 *
 * @param src name of the level's file
 * @throws PackageProblem when the last fragment that is announced is not there
 */
export function requireWhole(
  { stream, fragments }: ServedLevel,
  src: string,
): void {
  const announced = stream.times.length;
  const [before = 0n, last = 0n] = stream.times.slice(-2);
  // Some makers count a little differently in a file and in its manifest.
  const slack = (last - before) / 2n;
  const found = fragments.time[lastNotAfter(fragments.time, last + slack)];
  const isThere = found !== undefined && found > last - slack;
  if (announced < 2 || isThere) return;
  throw new PackageProblem(
    `${src}: the client manifest announces ${announced} fragments of ${stream.name}, the last at ${last}; ` +
      `the file has ${fragments.time.length}, the last at ${fragments.time.at(-1)}. It was cut off, or is still being written.`,
  );
}

import { mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PREFIX = "mss-pack-made-";

/**
 * A folder that this run of the tests makes once, for all files that ask for it
 * by this name. Two workers may make it at once; the later one finds the place
 * taken and uses the other's.
 *
 * @param make fills the folder `made` of the work folder that it is given
 */
export async function madeOnce(
  name: string,
  make: (work: string, made: string) => Promise<void>,
): Promise<string> {
  // The command is built once for every run: the build's time is the run's name.
  const { mtimeMs } = await stat(join(root, "dist", "index.js"));
  const folder = join(tmpdir(), `${PREFIX}${mtimeMs}-${name}`);
  if (await exists(folder)) return folder;
  await removeOld();
  const work = await mkdtemp(`${folder}-`);
  const made = join(work, "made");
  await make(work, made);
  await rename(made, folder).catch(async (error: unknown) => {
    if (!(await exists(folder))) throw error;
  });
  await rm(work, { recursive: true });
  return folder;
}

/** No run knows that it is the last to use what it made, so a later one clears up. */
async function removeOld(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const path = join(tmpdir(), name);
    if (!name.startsWith(PREFIX)) continue;
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > 3_600_000)
      await rm(path, { recursive: true, force: true });
  }
}

const root = fileURLToPath(new URL("../..", import.meta.url));

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

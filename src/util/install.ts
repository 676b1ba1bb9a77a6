import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * A file of the installed package, such as `package.json` or `presets`. Built code
 * lies at several depths (dist/, dist/command/), source code at another.
 */
export function homeFile(...path: string[]): string {
  return join(home(), ...path);
}

/** The folder where package.json stands: the next one above this code. */
function home(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const above = dirname(folder);
    if (above === folder)
      throw new Error(
        `no package.json above ${fileURLToPath(import.meta.url)}`,
      );
    folder = above;
  }
  return folder;
}

/** The version in package.json. */
export function version(): string {
  const manifest = readFileSync(homeFile("package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * A file of the installed package, such as `package.json` or `presets`. Built code and source
 * code lie at different depths (dist/, dist/command/).
 */
export function homeFile(...path: string[]): string {
  return join(home(), ...path);
}

/** The folder of package.json: the nearest one above this code. */
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

import { PackError } from "../errors.js";
import { STORES, type StoreKind } from "./address.js";

/** Packages that the user installs beside mss-pack, with the versions that are tested. */
const PACKAGES = {
  redis: ["bullmq@6.7.0", "ioredis@5.11.1"],
  postgres: ["bullmq@6.7.0", "pg@8.23.1"],
} as const;

/**
 * Loads a package that mss-pack does not bring.
 *
 * @param load an `import()` of it
 * @throws PackError `tool` with the line that installs it
 */
export async function optional<T>(
  kind: StoreKind,
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND")
      throw cause;
    const packages = PACKAGES[kind].join(" ");
    throw new PackError(
      "tool",
      `${STORES[kind].title} is given, and its packages are not installed beside mss-pack. Expected ${packages}.`,
      {
        cause,
        hint: `npm install ${packages}   (with -g where mss-pack was installed so)`,
        facts: { expected: PACKAGES[kind] },
      },
    );
  }
}

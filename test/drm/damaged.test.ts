import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ClearFile } from "../../src/drm/finished/clear-file.js";
import { PackError } from "../../src/errors.js";
import { mux, verify } from "../../src/index.js";
import { fixture } from "../support/fixtures.js";
import { tempFolder } from "../support/temp.js";
import { mutateBoxes } from "../fuzz/mutate-boxes.js";
import { Random } from "../fuzz/random.js";
import { REQUEST } from "./package.js";

const folder = tempFolder();
const output = join(folder, "package");
await mux([fixture("film.mp4")], { output, name: "clip", protection: REQUEST });
const ism = join(output, "clip.ism");

/** All of a file, decrypted. */
async function decrypted(path: string): Promise<number> {
  const file = await open(path, "r");
  try {
    const clear = await ClearFile.open(file, REQUEST.contentKey);
    let bytes = 0;
    for await (const part of clear.bytes()) bytes += part.length;
    return bytes;
  } finally {
    await file.close();
  }
}

test.each(readdirSync(output).filter((name) => /\.ism[av]$/.test(name)))(
  "a damaged protected file makes verify tell findings, and whoever opens it one line: %s",
  async (name) => {
    const path = join(output, name);
    const right = readFileSync(path);
    let found = 0;
    for (let i = 0; i < 150; i++) {
      writeFileSync(path, mutateBoxes(right, new Random(20_262, i)));
      const { findings } = await verify(ism).catch((error: unknown) => {
        if (error instanceof PackError) return { findings: [{}] };
        throw error;
      });
      if (findings.length > 0) found += 1;
      const fault = await decrypted(path).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (fault === undefined) continue;
      expect(fault).toBeInstanceOf(Error);
      const { message, name: kind } = fault as Error;
      expect(kind, message).toBe("Error");
      expect(message).not.toMatch(/\n/);
    }
    writeFileSync(path, right);
    expect(found).toBeGreaterThan(50);
    expect(found).toBeLessThan(150);
  },
);

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { mssPack } from "../support/cli.js";
import { describeReader } from "../support/programs.js";
import { test } from "../support/scratch-folder.js";
import { FILMS, makeFilm } from "../servers/films.js";
import { hashesOf, SMALL_LADDER_FLAGS } from "../tasks/films.js";
import { Farm, STORES } from "./farm.js";

const FLAGS = ["--reproducible", "--folder-each", ...SMALL_LADDER_FLAGS];

for (const store of STORES)
  describeReader(`two workers of ${store.name}`, store.missing, () => {
    test("make of films of all kinds the packages that one machine makes", async ({
      scratch,
    }) => {
      const farm = await Farm.start(store, scratch);
      const sources = join(scratch, "films");
      await mkdir(sources);
      const films: string[] = [];
      for (const name of Object.keys(FILMS))
        films.push(await makeFilm(sources, name));
      for (let i = 0; i < 2; i++) await farm.worker();
      const [first = "", ...others] = films;
      const waited = await farm.submit(first, ...others, ...FLAGS, "--wait");
      expect(waited.stderr).not.toContain("failed");
      expect(waited.exitCode).toBe(0);
      const local = join(scratch, "local");
      const alone = await mssPack([...films, "-o", local, ...FLAGS, "--quiet"]);
      expect(alone.exitCode).toBe(0);
      for (const name of Object.keys(FILMS)) {
        const title = name.replace(/\..*/, "");
        const hashes = await hashesOf(join(farm.output, title));
        expect(Object.keys(hashes).length).toBeGreaterThan(3);
        expect(hashes).toEqual(await hashesOf(join(local, title)));
      }
      expect(farm.leftovers()).toEqual([]);
    });
  });

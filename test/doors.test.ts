import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect } from "vitest";
import { CODECS, codecNamed, codecOfSampleEntry } from "../src/codecs/index.js";
import { protectionOf, SYSTEMS } from "../src/drm/index.js";
import { SYSTEM_FACTS } from "../src/drm/system.js";
import { ENGINES } from "../src/encode/index.js";
import { contentKey, mux, pack, verify } from "../src/index.js";
import { LAYOUTS } from "../src/mux/layouts.js";
import { FORMATS } from "../src/pipeline/formats.js";
import type { Emit } from "../src/tasks/emit/job.js";
import { SCHEDULERS } from "../src/tasks/emit/index.js";
import { writeScripts } from "../src/tasks/emit/write-scripts.js";
import { planTasks } from "../src/tasks/plan-tasks.js";
import { filmMaker, QUICK } from "./support/films.js";
import { fixture } from "./support/fixtures.js";
import { test } from "./support/scratch-folder.js";

/** A new row of each table that is a door, and nothing else: what is reached by its name works. */
describe("a door is one row", () => {
  const undo: (() => void)[] = [];
  afterEach(() => undo.splice(0).forEach((close) => close()));

  /** Adds a row for one test; a caller of the library names it as one without types does. */
  function add<Row>(
    table: Readonly<Record<string, Row>>,
    name: string,
    row: Row,
  ) {
    Object.assign(table, { [name]: row });
    undo.push(() => Reflect.deleteProperty(table, name));
    return name as never;
  }

  test("a format writes its files beside those of Smooth Streaming and is checked", async ({
    scratch,
  }) => {
    let checked = 0;
    const list = add(FORMATS, "list", {
      files: (name, tracks) => [...tracks, `${name}.txt`],
      load: () => Promise.resolve(),
      tracks: () => Promise.resolve([]), // it shares those that are there
      manifests: ({ name, tracks }, folder) =>
        writeFile(
          join(folder, `${name}.txt`),
          tracks.map(({ file }) => file).join("\n"),
        ),
      verify: (name, folder, options) => {
        checked++;
        return FORMATS.smooth.verify(name, folder, options);
      },
    });
    const output = join(scratch, "out");
    const options = { output, formats: [list, "smooth" as never] };
    const { files, manifest } = await mux([fixture("film.mp4")], options);
    expect(files.map(({ file }) => file)).toContain("film.txt");
    expect(manifest).toBe(join(output, "film.ism"));
    expect(checked).toBe(1);
  });

  test("an engine makes the rungs of a plan", async ({ scratch }) => {
    const [film = ""] = (await filmMaker(scratch))("film.mp4");
    const steps: string[] = [];
    const counting = add(ENGINES, "counting", {
      ...ENGINES.local,
      run: (plan, step, context) => {
        steps.push(step.name);
        return ENGINES.local.run(plan, step, context);
      },
    });
    const output = join(scratch, "out");
    const { manifest } = await pack(film, {
      ...{ output, ...QUICK, engine: counting },
    });
    expect(steps).toEqual(["pass only"]);
    expect((await verify(manifest)).findings).toEqual([]);
  });

  test("a scheduler gets its script, with the steps of a plan", async ({
    scratch,
  }) => {
    const [film = ""] = (await filmMaker(scratch))("film.mp4");
    const work = join(scratch, "work");
    const options = { ...QUICK, output: join(scratch, "out") };
    const planned = await planTasks(film, options, work);
    const cron = add<Emit>(SCHEDULERS, "cron", ({ plan, stages }) => ({
      files: [{ name: "crontab", text: `${plan} ${stages.length}` }],
      start: "crontab work/crontab",
    }));
    expect(await writeScripts(planned, cron)).toBe("crontab work/crontab");
    const text = await readFile(join(work, "crontab"), "utf8");
    expect(text).toBe(`${join(work, "plan.json")} 1`);
  });

  test("a layout writes fragments in its own way", async ({ scratch }) => {
    const rows: Readonly<Record<string, unknown>> = LAYOUTS;
    const old = LAYOUTS["expression-encoder"];
    const layout = add(rows, "both", { ...old, tfxd: true });
    const output = join(scratch, "out");
    const film = fixture("film.mp4");
    const sizeOf = async (name: string, options: object) => {
      const { files } = await mux([film], { output, name, ...options });
      return files.reduce((sum, { bytes }) => sum + bytes, 0);
    };
    const asBefore = await sizeOf("old", { layout: "expression-encoder" });
    expect(await sizeOf("both", { layout })).toBeGreaterThan(asBefore);
  });

  test("a DRM system has a header of its own in files and manifest", async ({
    scratch,
  }) => {
    const systemId = "00112233445566778899aabbccddeeff";
    const { playready } = SYSTEMS;
    add(SYSTEM_FACTS, "open", { label: "Open", systemId });
    const system = add(SYSTEMS, "open", {
      ...playready,
      ...{ label: "Open", systemId },
    });
    const key = contentKey(
      Buffer.from("f0e1d2c3b4a5968778695a4b3c2d1e0f", "hex"),
      Buffer.from("8f1b0c6d5e7a49382716053f4e5d6c7b", "hex"),
    );
    const protection = { system, contentKey: key };
    expect(protectionOf(protection).systemId).toBe(systemId);
    const output = join(scratch, "out");
    const options = { output, protection };
    const { report } = await mux([fixture("film.mp4")], options);
    expect(report.protection?.systemId).toBe(systemId);
  });

  test("a codec is found by its name and by its sample entry", () => {
    const row = {
      ...codecNamed("aac"),
      name: "tone",
      sampleEntryTypes: ["tone"],
    };
    const rows = CODECS as unknown[];
    rows.push(row);
    undo.push(() => rows.pop());
    expect(codecNamed("tone")).toBe(row);
    expect(codecOfSampleEntry("tone")).toBe(row);
  });
});

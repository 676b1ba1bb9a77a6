import { readFile, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { PackError, messageOf } from "../errors.js";
import { homeFile } from "../home.js";
import { checkPreset } from "./preset-check.js";
import type { Preset } from "./preset.js";

/** The folder of presets that come with mss-pack. */
const PRESETS_FOLDER = homeFile("presets");

/** All presets that come with mss-pack, by name. */
export async function listPresets(): Promise<Preset[]> {
  const files = (await readdir(PRESETS_FOLDER))
    .filter((file) => file.endsWith(".json"))
    .sort();
  return Promise.all(
    files.map((file) => readPreset(join(PRESETS_FOLDER, file))),
  );
}

/**
 * A preset by the name of one that comes with mss-pack, or by the path of a JSON file.
 *
 * @throws PackError `preset` when there is none, or it holds a wrong value
 */
export async function loadPreset(nameOrFile: string): Promise<Preset> {
  const isPath = /[\\/]|\.json$/i.test(nameOrFile);
  if (isPath) return readPreset(nameOrFile);
  const names = (await listPresets()).map((preset) => preset.name);
  if (names.includes(nameOrFile))
    return readPreset(join(PRESETS_FOLDER, `${nameOrFile}.json`));
  throw new PackError(
    "preset",
    `No preset "${nameOrFile}". Known: ${names.join(", ")}.`,
    {
      hint: "Give one of these names, or the path of a .json file.",
    },
  );
}

async function readPreset(path: string): Promise<Preset> {
  const name = basename(path, ".json");
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new PackError(
      "preset",
      `Preset ${path}: cannot be read (${messageOf(cause)}).`,
      { cause },
    );
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new PackError(
      "preset",
      `Preset ${path}: is not JSON (${messageOf(cause)}).`,
      { cause },
    );
  }
  return checkPreset(json, name);
}

import { readFile, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { AUTO, EMBEDDED, isOfEach } from "../captions/embedded.js";
import { PackError, messageOf } from "../errors.js";
import { homeFile } from "../util/install.js";
import { bitrateDoubt, parseBitrate } from "../util/format.js";
import {
  DEFAULT_BUFFER_SECONDS,
  DEFAULT_PEAK_RATIO,
  ENCODER_PRESETS,
  H264_PROFILES,
  THUMBNAIL_SECONDS,
  type Preset,
  type PresetAudio,
  type PresetRung,
  type RungRates,
} from "./preset.js";

/**
 * Turns the JSON of a preset into a Preset, filling in defaults.
 *
 * @param name the preset's name, from its file name
 * @throws PackError `preset` naming the field, what it holds and what was expected
 */
export function checkPreset(json: unknown, name: string): Preset {
  const root = new PresetFields(json, name, "");
  const preset = {
    // `mss-pack presets NAME` prints it, so a file of one's own has it too.
    name: root.text("name", name),
    description: root.text("description", ""),
    fragmentSeconds: fragmentSecondsIn(root),
    encoderPreset: root.oneOf("encoderPreset", ENCODER_PRESETS, "medium"),
    rungs: root.list("rungs").map(checkRung),
    audio: checkAudio(root.child("audio")),
    ...root.optionalNumber("thumbnailSeconds", ...THUMBNAIL_SECONDS),
    ...captionsIn(root),
  };
  root.refuseUnknown();
  return preset;
}

/** `gopSeconds` is the old name. */
function fragmentSecondsIn(root: PresetFields): number {
  const name = root.oneNameOf("fragmentSeconds", "gopSeconds");
  return root.number(name, 0.5, 10, 2);
}

/** A caption file belongs to one film, a preset to many. */
function captionsIn(root: PresetFields): { captions?: readonly string[] } {
  const captions = root.optionalTexts("captions");
  if (captions === undefined) return {};
  if (captions.every(isOfEach)) return { captions };
  throw root.wrong(
    "captions",
    `a list of ${AUTO}, ${EMBEDDED} and cc1 to cc4, such as ["auto", "cc1=eng"]`,
  );
}

function checkRung(fields: PresetFields): PresetRung {
  const above30fps = fields.optionalChild("above30fps");
  const rung = {
    name: fields.text("name"),
    width: fields.evenSize("width"),
    height: fields.evenSize("height"),
    profile: fields.oneOf("profile", H264_PROFILES, "high"),
    bufferSeconds: fields.number(
      "bufferSeconds",
      0.1,
      30,
      DEFAULT_BUFFER_SECONDS,
    ),
    ...checkRates(fields),
    ...(above30fps && { above30fps: checkRates(above30fps) }),
  };
  above30fps?.refuseUnknown();
  fields.refuseUnknown();
  return rung;
}

function checkRates(fields: PresetFields): RungRates {
  const bitrate = fields.videoBitrate("bitrate");
  const maxBitrate = fields.bitrate(
    "maxBitrate",
    Math.round(bitrate * DEFAULT_PEAK_RATIO),
  );
  if (maxBitrate < bitrate) {
    throw fields.wrong("maxBitrate", `at least the bitrate, ${bitrate}`);
  }
  const level = fields.optionalLevel("level");
  return { bitrate, maxBitrate, ...(level && { level }) };
}

function checkAudio(fields: PresetFields): PresetAudio {
  const audio = {
    bitrate: fields.bitrate("bitrate"),
    sampleRate: fields.oneOf("sampleRate", [48000, 44100, 32000], 48000),
    channels: fields.oneOf("channels", [1, 2], 2),
    ...(fields.flag("surround") && { surround: true }),
  };
  fields.refuseUnknown();
  return audio;
}

/** All levels of ISO/IEC 14496-10 table A-1 that H.264 players know. */
const LEVELS = /^(?:1\.[0-3]|2\.[0-2]|3\.[0-2]|4\.[0-2]|5\.[0-2])$/;

const NO_OBJECT =
  "the file is not an object. Expected fields in braces, as mss-pack presets smooth-1080p prints them.";

/** Reads the fields of one JSON object and complains by their full name. */
class PresetFields {
  readonly #values: Record<string, unknown>;
  readonly #preset: string;
  readonly #path: string;
  readonly #read = new Set<string>();

  constructor(json: unknown, preset: string, path: string) {
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      throw new PackError(
        "preset",
        `Preset ${preset}: ${path ? `${path} is not an object.` : NO_OBJECT}`,
      );
    }
    this.#values = json as Record<string, unknown>;
    this.#preset = preset;
    this.#path = path;
  }

  text(field: string, fallback?: string): string {
    const value = this.#get(field, fallback);
    if (typeof value === "string" && (value !== "" || fallback === ""))
      return value;
    throw this.wrong(field, "text");
  }

  optionalTexts(field: string): readonly string[] | undefined {
    const value = this.#get(field);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((one) => typeof one === "string"))
      return value;
    throw this.wrong(field, "a list of texts");
  }

  number(field: string, low: number, high: number, fallback: number): number {
    const value = this.#get(field, fallback);
    if (typeof value === "number" && value >= low && value <= high)
      return value;
    throw this.wrong(field, `a number from ${low} to ${high}`);
  }

  /** The name of a field that has an old name too, as this preset writes it. */
  oneNameOf(field: string, old: string): string {
    this.#read.add(field);
    if (this.#values[old] === undefined) return field;
    if (this.#values[field] === undefined) return old;
    throw this.wrong(old, `${field} alone, of which ${old} is the old name`);
  }

  /** The field by its name; nothing when it is missing. */
  optionalNumber<F extends string>(
    field: F,
    low: number,
    high: number,
  ): { readonly [K in F]?: number } {
    if (this.#get(field) === undefined) return {};
    const value = this.number(field, low, high, low);
    return { [field]: value } as { readonly [K in F]: number };
  }

  evenSize(field: string): number {
    const value = this.#get(field);
    if (
      typeof value === "number" &&
      value >= 32 &&
      value <= 4096 &&
      value % 2 === 0
    )
      return value;
    throw this.wrong(field, "an even number of pixels from 32 to 4096");
  }

  bitrate(field: string, fallback?: number): number {
    const value = this.#get(field, fallback);
    const bitrate =
      typeof value === "number" || typeof value === "string"
        ? parseBitrate(value)
        : undefined;
    if (bitrate !== undefined) return bitrate;
    throw this.wrong(field, 'bits per second, such as 3500000 or "3500k"');
  }

  /** A picture's bitrate; a value that is probably a mistake is refused. */
  videoBitrate(field: string, fallback?: number): number {
    const bitrate = this.bitrate(field, fallback);
    const value = this.#get(field, fallback) as number | string;
    const doubt = bitrateDoubt(value);
    if (doubt === undefined) return bitrate;
    throw this.wrong(field, doubt);
  }

  flag(field: string): boolean {
    const value = this.#get(field, false);
    if (typeof value === "boolean") return value;
    throw this.wrong(field, "true or false");
  }

  optionalLevel(field: string): string | undefined {
    const value = this.#get(field);
    if (value === undefined) return undefined;
    if (typeof value === "string" && LEVELS.test(value)) return value;
    throw this.wrong(field, 'an H.264 level, such as "4.0"');
  }

  oneOf<T extends string | number>(
    field: string,
    choices: readonly T[],
    fallback: T,
  ): T {
    const value = this.#get(field, fallback);
    const match = choices.find((choice) => choice === value);
    if (match !== undefined) return match;
    throw this.wrong(field, `one of ${choices.join(", ")}`);
  }

  child(field: string): PresetFields {
    return new PresetFields(this.#get(field), this.#preset, this.#name(field));
  }

  optionalChild(field: string): PresetFields | undefined {
    this.#read.add(field);
    return this.#values[field] === undefined ? undefined : this.child(field);
  }

  list(field: string): PresetFields[] {
    const value = this.#get(field);
    if (!Array.isArray(value) || value.length === 0)
      throw this.wrong(field, "a list of at least one");
    return value.map(
      (item, i) =>
        new PresetFields(item, this.#preset, `${this.#name(field)}[${i}]`),
    );
  }

  /** A misspelt field must not be ignored. */
  refuseUnknown(): void {
    const unknown = Object.keys(this.#values).find(
      (field) => !this.#read.has(field),
    );
    if (unknown === undefined) return;
    const knownFields = [...this.#read].join(", ");
    throw new PackError(
      "preset",
      `Preset ${this.#preset}: ${this.#name(unknown)} is not a known field. Known: ${knownFields}.`,
    );
  }

  wrong(field: string, expected: string): PackError {
    const value = this.#values[field];
    const actual = value === undefined ? "missing" : JSON.stringify(value);
    const message = `Preset ${this.#preset}: ${this.#name(field)} is ${actual}. Expected ${expected}.`;
    return new PackError("preset", message, {
      facts: {
        preset: this.#preset,
        field: this.#name(field),
        found: actual,
        expected,
      },
    });
  }

  #get(field: string, fallback?: unknown): unknown {
    this.#read.add(field);
    const value = this.#values[field];
    return value === undefined ? fallback : value;
  }

  #name(field: string): string {
    return this.#path === "" ? field : `${this.#path}.${field}`;
  }
}

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
 * A preset by its name in mss-pack, or by the path of a JSON file.
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
      hint: presetHint(nameOrFile, names),
    },
  );
}

function presetHint(given: string, names: readonly string[]): string {
  if (ENCODER_PRESETS.some((speed) => speed === given))
    return `The speed of x264 is --encoder-preset ${given}.`;
  const near = names.filter((name) => name.includes(given.toLowerCase()));
  return near.length === 0 || given === ""
    ? "Give one of these names, or the path of a .json file."
    : `Did you mean ${near.join(" or ")}?`;
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

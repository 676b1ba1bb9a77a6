import { LOSSES, lossOf, QUALITY } from "./auto-ladder.js";
import { readFile, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { AUTO, EMBEDDED, isOfEach } from "../captions/embedded.js";
import { PackError, messageOf } from "../errors.js";
import { homeFile } from "../util/install.js";
import { VIDEO_ENCODERS } from "./hardware-encoders.js";
import { type Loudness, LOUDNESS_IN_PRESET, readLoudness } from "./loudness.js";
import {
  DEFAULT_BUFFER_SECONDS,
  DEFAULT_PEAK_RATIO,
  ENCODER_PRESETS,
  LADDERS,
  TUNES,
  H264_PROFILES,
  THUMBNAIL_SECONDS,
  type Preset,
  type PresetAudio,
  type PresetRung,
  type RungRates,
} from "./preset.js";
import { PresetFields } from "./preset-fields.js";

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
    ...encoderIn(root),
    ...root.optionalOneOf("tune", TUNES),
    ...autoLadderIn(root),
    rungs: root.list("rungs").map(checkRung),
    audio: checkAudio(root.child("audio")),
    ...root.optionalNumber("thumbnailSeconds", ...THUMBNAIL_SECONDS),
    ...captionsIn(root),
    ...formatsIn(root),
  };
  root.refuseUnknown();
  return preset;
}

/** libx264 is what a preset without it has. */
function encoderIn(root: PresetFields): Pick<Preset, "encoder"> {
  const { encoder } = root.optionalOneOf("encoder", VIDEO_ENCODERS);
  return encoder === undefined || encoder === "libx264" ? {} : { encoder };
}

/** A preset alone says no more than options would. */
function autoLadderIn(
  root: PresetFields,
): Pick<Preset, "ladder" | "loss" | "quality"> {
  const fields = {
    ...root.optionalOneOf("ladder", LADDERS),
    ...root.optionalRate("loss"),
    ...root.optionalNumber("quality", ...QUALITY),
  };
  if (fields.loss !== undefined && lossOf(fields.loss) === undefined)
    throw root.wrong("loss", LOSSES);
  return fields;
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

function formatsIn(root: PresetFields): { formats?: readonly string[] } {
  const formats = root.optionalTexts("formats");
  return formats === undefined ? {} : { formats };
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
    ...loudnessIn(fields),
  };
  fields.refuseUnknown();
  return audio;
}

function loudnessIn(fields: PresetFields): { loudness?: Loudness } {
  const value = fields.any("loudness");
  if (value === undefined) return {};
  const loudness = readLoudness(value);
  if (loudness !== undefined) return { loudness };
  throw fields.wrong("loudness", LOUDNESS_IN_PRESET);
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

import { PackError } from "../errors.js";
import {
  hardwareEncoder,
  VIDEO_ENCODERS,
  type HardwareEncoderName,
} from "./hardware-encoders.js";
import { ENCODER_PRESETS, TUNES, type Preset, type Tune } from "./preset.js";
import { wrong } from "./wrong-setting.js";

/** The settings of a ladder that depend on its encoder. */
interface EncoderChoice {
  readonly encoder?: string | undefined;
  readonly encoderPreset?: string | undefined;
  readonly tune?: string | undefined;
  readonly twoPass?: boolean | undefined;
  readonly crf?: number | undefined;
  readonly reproducible?: boolean | undefined;
}

type EncoderFields = Pick<Preset, "encoderPreset" | "tune" | "encoder">;

/**
 * The encoder of the picture, its speed, and what it is tuned for.
 *
 * @returns fields of a preset; those that the settings leave alone are the preset's own
 * @throws PackError `usage` for a name that is none, or a setting that the encoder does not have
 */
export function encoderSettings(
  preset: EncoderFields,
  settings: EncoderChoice,
): EncoderFields {
  const speed = checkedSpeed(settings.encoderPreset);
  const fields = {
    encoderPreset: speed ?? preset.encoderPreset,
    ...tuneSetting(settings.tune),
    ...encoderSetting(settings.encoder),
  };
  const { encoder, tune } = { ...preset, ...fields };
  if (encoder !== undefined) refuseForDevice(encoder, tune, settings);
  return fields;
}

/** libx264 is the default: it leaves no trace in a plan. */
function encoderSetting(text: string | undefined): {
  encoder?: HardwareEncoderName | undefined;
} {
  if (text === undefined) return {};
  const encoder = VIDEO_ENCODERS.find((name) => name === text);
  if (encoder === undefined)
    throw wrong("--encoder", text, `one of ${VIDEO_ENCODERS.join(", ")}`);
  return { encoder: encoder === "libx264" ? undefined : encoder };
}

function checkedSpeed(speed: string | undefined): string | undefined {
  if (speed === undefined || ENCODER_PRESETS.some((name) => name === speed))
    return speed;
  throw wrong(
    "--encoder-preset",
    speed,
    `one of ${ENCODER_PRESETS.join(", ")}`,
  );
}

function tuneSetting(text: string | undefined): { tune?: Tune } {
  if (text === undefined) return {};
  const tune = TUNES.find((name) => name === text);
  if (tune !== undefined) return { tune };
  throw wrong("--tune", text, `one of ${TUNES.join(", ")}`);
}

/** What only x264 does. A setting that a device passes over in silence would be a lie. */
function refuseForDevice(
  encoder: HardwareEncoderName,
  tune: Tune | undefined,
  { crf, twoPass, reproducible, encoderPreset }: EncoderChoice,
): void {
  const { quality, speeds } = hardwareEncoder(encoder);
  const refused = [
    tune !== undefined && ["--tune", "only x264 is tuned"],
    twoPass === true && ["--two-pass", "only x264 makes two passes"],
    reproducible === true && [
      "--reproducible",
      "each device makes other bytes",
    ],
    crf !== undefined &&
      quality === undefined && [
        "--crf",
        "it has no constant quality under a peak",
      ],
    encoderPreset !== undefined &&
      speeds === undefined && ["--encoder-preset", "it has one speed"],
  ].find((row) => row !== false);
  if (refused === undefined) return;
  const [option = "", why = ""] = refused;
  throw new PackError(
    "usage",
    `--encoder is ${encoder}, and ${option} is given. Expected one of them: ${why}.`,
    {
      hint: "libx264, the default, has all of these.",
      facts: { option, encoder },
    },
  );
}

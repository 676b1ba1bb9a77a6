import type { CopyChoice } from "./copyable.js";
import { LADDERS, type Preset } from "./preset.js";
import { wrong } from "./wrong-setting.js";

/** How a ladder is fitted to a film. All optional. */
export interface AutoLadderSettings {
  /** `auto` finds the cheapest quality of each rung by samples of the film. Default: the preset's, `fixed`. */
  readonly ladder?: string | undefined;
  /**
   * A rung may lose so much against the fixed ladder: points of VMAF, 0.1 to 20, or decibels of SSIM such as `0.7dB`.
   * Default 2 points, or 0.7 dB where VMAF cannot be measured. With `ladder: "auto"`.
   */
  readonly loss?: number | string | undefined;
  /** VMAF that the highest rung need not pass, 50 to 100. Default 95. With `ladder: "auto"`. */
  readonly quality?: number | undefined;
}

/** Settings that a ladder for one film cannot have beside it. */
interface OtherSettings extends AutoLadderSettings {
  readonly crf?: number | undefined;
  readonly twoPass?: boolean | undefined;
  readonly copy?: readonly CopyChoice[] | undefined;
}

/** What the fit may give up. */
export interface AutoLadder {
  /** In units of the metric; undefined: what few people see. */
  readonly loss: number | undefined;
  /** In points of VMAF; undefined: 95. */
  readonly quality: number | undefined;
  /** The only metric that will do; undefined: the best that can be measured. */
  readonly metric: "vmaf" | "ssim" | undefined;
}

/**
 * @returns undefined for a fixed ladder
 * @throws PackError `usage` naming the setting, what it holds and what was expected
 */
export function autoLadder(
  preset: Pick<Preset, "ladder" | "loss" | "quality" | "encoder">,
  settings: OtherSettings,
): AutoLadder | undefined {
  const { ladder = preset.ladder ?? "fixed" } = settings;
  if (!LADDERS.some((kind) => kind === ladder))
    throw wrong("--ladder", ladder, LADDERS.join(" or "));
  if (ladder === "fixed") {
    requireAuto("--loss", settings.loss);
    requireAuto("--quality", settings.quality);
    return undefined;
  }
  const loss = checkedLoss(settings.loss ?? preset.loss);
  const { quality = preset.quality } = settings;
  checkQuality(quality, loss?.metric);
  refuseOthers(settings, preset.encoder);
  return {
    ...{ loss: loss?.value, quality },
    metric: quality === undefined ? loss?.metric : "vmaf",
  };
}

const VMAF_LOSS = [0.1, 20] as const;
const SSIM_LOSS = [0.1, 5] as const;

/** What a loss may be, in words. */
export const LOSSES = `points of VMAF from ${VMAF_LOSS.join(" to ")}, or decibels of SSIM from ${SSIM_LOSS.join(" to ")}, such as 0.7dB`;

interface Loss {
  readonly value: number;
  readonly metric: "vmaf" | "ssim";
}

/** @returns undefined when it is none of {@link LOSSES} */
export function lossOf(text: number | string): Loss | undefined {
  const [, digits, unit] = /^(\d*\.?\d+) ?(dB)?$/i.exec(String(text)) ?? [];
  const value = Number(digits);
  const [least, most] = unit === undefined ? VMAF_LOSS : SSIM_LOSS;
  if (!(value >= least && value <= most)) return undefined;
  return { value, metric: unit === undefined ? "vmaf" : "ssim" };
}

function checkedLoss(text: number | string | undefined): Loss | undefined {
  if (text === undefined) return undefined;
  const loss = lossOf(text);
  if (loss === undefined) throw wrong("--loss", text, LOSSES);
  return loss;
}

/** Points of VMAF that a highest rung may aim at. */
export const QUALITY = [50, 100] as const;

function checkQuality(
  quality: number | undefined,
  metric: AutoLadder["metric"],
): void {
  if (quality === undefined) return;
  const [least, most] = QUALITY;
  if (!(quality >= least && quality <= most))
    throw wrong(
      "--quality",
      quality,
      `points of VMAF from ${least} to ${most}`,
    );
  if (metric === "ssim")
    throw wrong(
      "--quality",
      quality,
      "none, for --loss is in decibels of SSIM",
    );
}

function requireAuto(option: string, value: number | string | undefined): void {
  if (value === undefined) return;
  throw wrong(option, value, "none, or --ladder auto beside it");
}

function refuseOthers(
  { crf, twoPass = false, copy = [] }: OtherSettings,
  encoder: string | undefined,
): void {
  const ladder = ["--ladder", "auto"] as const;
  if (encoder !== undefined)
    throw wrong(
      ...ladder,
      `no --encoder ${encoder}: only x264's qualities are known`,
    );
  if (crf !== undefined)
    throw wrong(...ladder, `no --crf, for it finds one for each rung`);
  if (twoPass) throw wrong(...ladder, "no --two-pass, which is for bitrates");
  if (copy.includes("video"))
    throw wrong(...ladder, "no --copy video, which takes the picture as it is");
}

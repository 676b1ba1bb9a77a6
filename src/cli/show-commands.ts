import { statfs } from "node:fs/promises";
import { CODECS } from "../codecs/index.js";
import { PackError, throwIfAborted } from "../errors.js";
import {
  findTools,
  listEncoders,
  type Tool,
  type Tools,
} from "../ffmpeg/find.js";
import { size } from "../util/format.js";
import { version } from "../util/install.js";
import type { Preset } from "../plan/preset.js";
import { listPresets, loadPreset } from "../plan/read-preset.js";
import { dumpText, dumpFile } from "../isobmff/dump.js";
import { dumpManifest, elementText } from "../smooth/dump.js";
import { writeLine, isOutputClosed } from "./process.js";

/** `mss-pack inspect file` */
export async function inspectCommand(
  file: string,
  flags: { readonly json?: boolean },
  signal: AbortSignal,
): Promise<void> {
  const manifest = await dumpManifest(file);
  if (manifest !== undefined) {
    if (flags.json) writeLine({ type: "manifest", ...manifest });
    else process.stdout.write(`${elementText(manifest)}\n`);
    return;
  }
  for await (const box of dumpFile(file)) {
    // `| head` has read enough: no failure.
    if (isOutputClosed(signal)) return;
    throwIfAborted(signal);
    if (flags.json) writeLine({ type: "box", ...box });
    else process.stdout.write(`${dumpText(box)}\n`);
  }
}

/** `mss-pack presets [name]` */
export async function presetsCommand(
  name: string | undefined,
  flags: { readonly json?: boolean },
): Promise<void> {
  if (name !== undefined)
    return print(
      JSON.stringify(await loadPreset(name), undefined, flags.json ? 0 : 2),
    );
  const presets = await listPresets();
  print(
    flags.json
      ? JSON.stringify({ type: "presets", presets })
      : presets.map(presetText).join("\n\n"),
  );
}

function presetText({ name, description, rungs, audio }: Preset): string {
  const rows = rungs.map((rung) => {
    const size = `${rung.width}x${rung.height}`.padEnd(10);
    return `  ${rung.name.padEnd(9)} ${size} ${rung.bitrate / 1000} kbit/s, at most ${rung.maxBitrate / 1000}`;
  });
  return [
    `${name}: ${description}`,
    ...rows,
    `  audio     ${audio.bitrate / 1000} kbit/s`,
  ].join("\n");
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export interface DoctorFlags {
  readonly json?: boolean;
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
}

/** Encoders to list when an ffmpeg has them. */
const NOTED_ENCODERS = [
  "libx264",
  "aac",
  "libfdk_aac",
  "h264_nvenc",
  "h264_qsv",
  "h264_vaapi",
  "h264_videotoolbox",
];

/** `mss-pack doctor`: without an ffmpeg it still prints everything else, and then the reason. */
export async function doctorCommand(flags: DoctorFlags): Promise<void> {
  const paths = { ffmpegPath: flags.ffmpeg, ffprobePath: flags.ffprobe };
  const encoders = CODECS.flatMap(({ encoder }) => encoder ?? []);
  const tools = await findTools(paths, encoders).catch((error: unknown) =>
    error instanceof PackError ? error : Promise.reject(error as Error),
  );
  const isFound = !(tools instanceof PackError);
  const health = {
    ...(await machine()),
    ...(isFound ? await described(tools) : {}),
  };
  const text = flags.json
    ? JSON.stringify({ type: "doctor", ...health })
    : healthText(health);
  process.stdout.write(`${text}\n`);
  if (!isFound) throw tools;
}

interface DoctorReport {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  /** Free bytes in the current folder. */
  readonly freeBytes: number;
  readonly ffmpeg?: Tool;
  readonly ffprobe?: Tool;
  readonly encoders?: readonly string[];
}

async function machine(): Promise<DoctorReport> {
  const disk = await statfs(process.cwd());
  return {
    version: version(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    freeBytes: disk.bavail * disk.bsize,
  };
}

async function described(tools: Tools) {
  const encoders = await listEncoders(tools.ffmpeg.path);
  return {
    ...tools,
    encoders: NOTED_ENCODERS.filter((name) => encoders.has(name)),
  };
}

function healthText({
  ffmpeg,
  ffprobe,
  encoders,
  ...health
}: DoctorReport): string {
  return [
    `mss-pack  ${health.version}`,
    `Node.js   ${health.node} on ${health.platform}`,
    `ffmpeg    ${toolText(ffmpeg)}`,
    `ffprobe   ${toolText(ffprobe)}`,
    ...(encoders ? [`encoders  ${encoders.join(", ")}`] : []),
    `disk      ${size(health.freeBytes)} free here`,
  ].join("\n");
}

function toolText(tool: Tool | undefined): string {
  if (tool === undefined) return "none that can be used";
  const { version: toolVersion, origin, path } = tool;
  const remark =
    origin === "bundled"
      ? "; old, install a current one for files from strangers"
      : "";
  return `${toolVersion} (${origin}: ${path}${remark})`;
}

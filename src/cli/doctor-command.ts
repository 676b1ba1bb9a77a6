import { statfs } from "node:fs/promises";
import { CODECS } from "../codecs/index.js";
import { PackError } from "../errors.js";
import {
  findTools,
  listEncoders,
  type Tool,
  type Tools,
} from "../ffmpeg/find.js";
import { size } from "../util/format.js";
import { version } from "../util/install.js";

export interface DoctorFlags {
  readonly json?: boolean;
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
}

/** Encoders that make a difference, where an ffmpeg has them. */
const NOTED_ENCODERS = [
  "libx264",
  "aac",
  "libfdk_aac",
  "h264_nvenc",
  "h264_qsv",
  "h264_videotoolbox",
];

/** `mss-pack doctor`: also without an ffmpeg it tells what it can, and then why there is none. */
export async function doctorCommand(flags: DoctorFlags): Promise<void> {
  const paths = { ffmpegPath: flags.ffmpeg, ffprobePath: flags.ffprobe };
  const encoders = CODECS.map(({ encoder }) => encoder);
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

interface Health {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  /** Free bytes where the command runs. */
  readonly freeBytes: number;
  readonly ffmpeg?: Tool;
  readonly ffprobe?: Tool;
  readonly encoders?: readonly string[];
}

async function machine(): Promise<Health> {
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

function healthText({ ffmpeg, ffprobe, encoders, ...health }: Health): string {
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

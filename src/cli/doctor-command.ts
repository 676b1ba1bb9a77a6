import { statfs } from "node:fs/promises";
import {
  findTools,
  listEncoders,
  REQUIRED_ENCODERS,
  type Tool,
} from "../tools/find.js";
import { size } from "./text.js";
import { version } from "./version.js";

interface Health {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly ffmpeg: Tool;
  readonly ffprobe: Tool;
  readonly encoders: readonly string[];
  /** Free bytes where the command runs. */
  readonly freeBytes: number;
}

export interface DoctorFlags {
  readonly json?: boolean;
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
}

/** `mss-pack doctor` */
export async function doctorCommand(flags: DoctorFlags): Promise<void> {
  const tools = await findTools({
    ffmpegPath: flags.ffmpeg,
    ffprobePath: flags.ffprobe,
  });
  const encoders = await listEncoders(tools.ffmpeg.path);
  const disk = await statfs(process.cwd());
  const health: Health = {
    version: version(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    ...tools,
    encoders: REQUIRED_ENCODERS.filter((name) => encoders.has(name)),
    freeBytes: disk.bavail * disk.bsize,
  };
  process.stdout.write(
    `${flags.json ? JSON.stringify({ type: "doctor", ...health }) : healthText(health)}\n`,
  );
}

function healthText(health: Health): string {
  return [
    `mss-pack  ${health.version}`,
    `Node.js   ${health.node} on ${health.platform}`,
    `ffmpeg    ${toolText(health.ffmpeg)}`,
    `ffprobe   ${toolText(health.ffprobe)}`,
    `encoders  ${health.encoders.join(", ")}`,
    `disk      ${size(health.freeBytes)} free here`,
  ].join("\n");
}

function toolText({ version: toolVersion, origin, path }: Tool): string {
  const remark =
    origin === "bundled"
      ? "; old, install a current one for files from strangers"
      : "";
  return `${toolVersion} (${origin}: ${path}${remark})`;
}

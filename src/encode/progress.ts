import type { EncodeProgress } from "./engine.js";

/**
 * Reads ffmpeg's `-progress` lines: `key=value`, a report ending with
 * `progress=continue` or `progress=end`.
 *
 * @param durationSeconds what one pass will encode
 * @param position which pass of how many
 * @returns a function to feed with each line
 */
export function progressReader(
  durationSeconds: number,
  position: { index: number; count: number },
  report: (progress: EncodeProgress) => void,
): (line: string) => void {
  const label =
    position.count === 1
      ? "encode"
      : `encode, pass ${position.index + 1} of ${position.count}`;
  let values: Record<string, string> = {};
  return (line) => {
    const [key = "", value = ""] = line.trim().split(/=\s*/, 2);
    values[key] = value;
    if (key !== "progress") return;
    const done = value === "end" ? 1 : encodedSeconds(values) / durationSeconds;
    report({
      fraction: (position.index + clamp(done)) / position.count,
      framesPerSecond: numberIn(values["fps"]),
      speed: numberIn(values["speed"]),
      label,
    });
    values = {};
  };
}

/** ffmpeg's out_time_ms has been microseconds ever since; out_time_us came later. */
function encodedSeconds(values: Readonly<Record<string, string>>): number {
  return numberIn(values["out_time_us"] ?? values["out_time_ms"]) / 1e6;
}

function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}

/** "N/A" and the like are 0. */
function numberIn(text: string | undefined): number {
  const value = Number.parseFloat(text ?? "");
  return Number.isFinite(value) ? value : 0;
}

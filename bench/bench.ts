import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ENGINES } from "../src/encode/index.js";
import { plan } from "../src/index.js";
import { findTools } from "../src/tools/find.js";
import { makeClip } from "../test/support/clip.js";
import { measure, median, type Cost } from "./measure.js";

/**
 * npm run bench [-- --runs N --seconds S --encoder-preset SPEED]
 *
 * The main job beside one plain ffmpeg command that makes the same ladder with
 * the same encoder settings, in turn and in one run: machines are noisy, so
 * ratios count.
 */
const options = readOptions(process.argv.slice(2));
const CLI = fileURLToPath(new URL("../bin/mss-pack.js", import.meta.url));

/** Must show: the package may cost this much more CPU than the encode alone. */
const MOST_CPU_RATIO = 1.03;
const MOST_NODE_BYTES = 150e6;

const folder = mkdtempSync(join(tmpdir(), "mss-pack-bench-"));
try {
  await compareMainJob();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compareMainJob(): Promise<void> {
  const tools = await findTools();
  console.log(
    `${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}, ffmpeg ${tools.ffmpeg.version}`,
  );
  console.log(
    `source: ${options.seconds} s of 1920x1080, 30 fps, with sound; x264 ${options.speed}; ${options.runs} run(s) each, in turn\n`,
  );
  const clip = await makeClip(join(folder, "source.mp4"), {
    size: "1920x1080",
    rate: "30",
    seconds: options.seconds,
  });
  const speed = ["--encoder-preset", options.speed];
  const [plain = []] = ENGINES.local.commands(
    await plan(clip, { encoderPreset: options.speed }),
    folder,
  );
  const costs: Record<"mss-pack" | "ffmpeg", Cost[]> = {
    "mss-pack": [],
    ffmpeg: [],
  };
  for (let run = 0; run < options.runs; run++) {
    costs.ffmpeg.push(await measure(tools.ffmpeg.path, plain));
    const ours = [
      CLI,
      clip,
      "-o",
      join(folder, "out"),
      "--overwrite",
      "--quiet",
      ...speed,
    ];
    costs["mss-pack"].push(await measure(process.execPath, ours));
  }
  report(costs);
}

function report(
  costs: Readonly<Record<"mss-pack" | "ffmpeg", readonly Cost[]>>,
): void {
  console.log("command    wall s    CPU s   (medians)");
  for (const [name, runs] of Object.entries(costs)) {
    const [wall, cpu] = [
      median(runs.map((run) => run.wallSeconds)),
      median(runs.map((run) => run.cpuSeconds)),
    ];
    console.log(
      `${name.padEnd(9)} ${wall.toFixed(2).padStart(7)}  ${cpu.toFixed(2).padStart(7)}`,
    );
  }
  const ratioOf = (pick: (cost: Cost) => number) =>
    median(
      costs["mss-pack"].map(
        (cost, i) => pick(cost) / pick(costs.ffmpeg[i] ?? cost),
      ),
    );
  const cpu = ratioOf((cost) => cost.cpuSeconds);
  const wall = ratioOf((cost) => cost.wallSeconds);
  const node = Math.max(...costs["mss-pack"].map((cost) => cost.peakBytes));
  console.log(
    `\nmss-pack / ffmpeg, run by run: wall ${wall.toFixed(3)}, CPU ${cpu.toFixed(3)} (must: at most ${MOST_CPU_RATIO})`,
  );
  console.log(
    `Node process at its peak: ${(node / 1e6).toFixed(0)} MB (must: under ${MOST_NODE_BYTES / 1e6})`,
  );
  if (cpu > MOST_CPU_RATIO || node > MOST_NODE_BYTES) process.exitCode = 1;
}

function readOptions(args: readonly string[]) {
  const valueOf = (name: string, fallback: string) => {
    const at = args.indexOf(name);
    return at < 0 ? fallback : (args[at + 1] ?? fallback);
  };
  return {
    runs: Number(valueOf("--runs", "3")),
    seconds: Number(valueOf("--seconds", "60")),
    speed: valueOf("--encoder-preset", "medium"),
  };
}

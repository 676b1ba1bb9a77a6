import { tmpdir } from "node:os";
import { PackError } from "../errors.js";
import { ffmpegArguments, type FfmpegCommand } from "../ffmpeg/command.js";
import { hasFilters, type Tools } from "../ffmpeg/find.js";
import { runTool } from "../ffmpeg/run.js";
import { watchedTask } from "../ffmpeg/stall.js";
import { complaintsIn } from "../ffmpeg/stderr.js";
import {
  audioStreams,
  type AudioRung,
  type EncodePlan,
} from "../plan/encode-plan.js";
import { pinned } from "../plan/level-sound.js";
import { mapSounds } from "../plan/ask-loudness.js";
import type { MeasuredLoudness } from "../plan/loudness.js";
import { commandLine } from "../util/format.js";
import type { EncodeProgress } from "./engine.js";
import { encodeCommand } from "./ffmpeg-args.js";
import { requireGoodRun } from "./judge.js";
import { progressReader } from "./progress.js";

interface MeasureContext {
  readonly tools: Tools;
  readonly signal?: AbortSignal | undefined;
  readonly nice?: number | undefined;
  readonly onProgress?: ((progress: EncodeProgress) => void) | undefined;
}

/** What ffmpeg found in a sound; undefined where it found nothing. */
export type FoundLoudness = MeasuredLoudness | undefined;

/**
 * Decodes the sounds of a plan once, and measures what the encoder would get: ITU-R BS.1770-4 over the whole length of
 * each. Nothing is written. Damage is not judged here: the encode meets it too.
 *
 * @param isWanted which sounds; at least one
 * @returns a finding for each of them, in the order of the plan
 * @throws PackError as an encode does, and `tool` for an ffmpeg without the filters
 */
export async function measureLoudness(
  plan: EncodePlan,
  isWanted: (rung: AudioRung) => boolean,
  context: MeasureContext,
): Promise<FoundLoudness[]> {
  const { tools, signal, nice, onProgress } = context;
  await requireFilters(tools);
  const args = ffmpegArguments(loudnessCommand(plan, isWanted));
  const summaries = summaryReader();
  const complaints: string[] = [];
  const run = await runTool(tools.ffmpeg.path, args, {
    ...{ signal, nice },
    task: watchedTask(tools, plan.source.path, "encode"),
    onLine: progressReader(plan.durationSeconds, (each) => onProgress?.(each)),
    onErrorLine: (line) => {
      summaries.read(line);
      if (complaints.length < COMPLAINTS_KEPT)
        complaints.push(...complaintsIn(line));
    },
  });
  const command = commandLine(tools.ffmpeg.path, args);
  if (run.exitCode !== 0)
    await requireGoodRun(run, {
      ...{ complaints, command },
      source: plan.source.path,
      folder: tmpdir(),
    });
  const found = summaries.found();
  const expected = soundsOf(plan).filter(isWanted).length;
  if (found.length === expected) return found;
  throw new PackError(
    "encode",
    `${plan.source.path}: ffmpeg measured ${found.length} sounds. Expected ${expected}.`,
    {
      hint: "Leave --loudness out to package the film without measuring.",
      facts: { stderr: run.stderr.slice(-2000), command },
    },
  );
}

const COMPLAINTS_KEPT = 1000;

/** Every ffmpeg has them, unless it was built without. */
const FILTERS = ["ebur128", "loudnorm", "volume"];

async function requireFilters({ ffmpeg }: Tools): Promise<void> {
  if (await hasFilters(ffmpeg.path, FILTERS)) return;
  throw new PackError(
    "tool",
    `${ffmpeg.path}: lacks one of the filters ${FILTERS.join(", ")}, which --loudness needs.`,
    { hint: "--ffmpeg PATH names another ffmpeg." },
  );
}

function soundsOf(plan: EncodePlan): AudioRung[] {
  return audioStreams(plan).flatMap(({ rungs }) => rungs);
}

/** The encoder's own way to its sounds, and a filter in the place of the encoder. */
export function loudnessCommand(
  plan: EncodePlan,
  isWanted: (rung: AudioRung) => boolean,
): FfmpegCommand {
  const streams = audioStreams(plan)
    .map((stream) => ({ ...stream, rungs: stream.rungs.filter(isWanted) }))
    .filter(({ rungs }) => rungs.length > 0);
  const measuring = mapSounds({ ...plan, streams }, withMeter);
  const command = encodeCommand(measuring, [], "first");
  return {
    ...command,
    // The filter tells what it found on this level.
    inputOptions: command.inputOptions.map((option) =>
      option === "level+warning" ? "level+info" : option,
    ),
  };
}

/** Decoded, whatever becomes of it later; with the encoder's channels. */
function withMeter({ copied, ...rung }: AudioRung): AudioRung {
  const before = rung.loudness?.filters ?? [];
  const shaped = copied || before.length > 0 ? before : [pinned(rung)];
  return { ...rung, loudness: { filters: [...shaped, METER] } };
}

/** Ten lines a second are for the level below. */
const METER = "ebur128=peak=true:framelog=verbose";

/** Reads what `ebur128` prints at its end, one block for each sound. */
export function summaryReader(): {
  read: (line: string) => void;
  /** In the order of the filters. */
  found: () => FoundLoudness[];
} {
  const byFilter = new Map<number, Map<string, number>>();
  let open: Map<string, number> | undefined;
  return {
    read(line) {
      const [, number] = SUMMARY.exec(line) ?? [];
      if (number !== undefined)
        byFilter.set(Number(number), (open = new Map<string, number>()));
      const [, key = "", value = ""] = FIGURE.exec(line) ?? [];
      // The threshold of the range comes after that of the loudness.
      if (key !== "" && open?.has(key) === false) open.set(key, Number(value));
    },
    found: () =>
      [...byFilter].sort(([a], [b]) => a - b).map(([, figures]) => of(figures)),
  };
}

const SUMMARY = /Parsed_ebur128_(\d+) @ .*Summary:/;
const FIGURE =
  /^ +(I|Threshold|LRA|Peak): +(-?(?:[\d.]+|inf)) (?:LUFS|LU|dBFS)/;

function of(figures: ReadonlyMap<string, number>): FoundLoudness {
  const [lufs, threshold, range, truePeak] = [
    ...["I", "Threshold", "LRA", "Peak"].map((key) => figures.get(key) ?? NaN),
  ] as const;
  const isFound = [lufs, threshold, range, truePeak].every(Number.isFinite);
  return isFound
    ? ({ lufs, truePeak, range, threshold } as MeasuredLoudness)
    : undefined;
}

import { describe, expect, test } from "vitest";
import {
  loudnessCommand,
  summaryReader,
} from "../../src/encode/measure-loudness.js";
import { leveled } from "../../src/plan/level-sound.js";
import { isUnmeasured, mapSounds } from "../../src/plan/ask-loudness.js";
import { makePlan, type PlanSettings } from "../../src/plan/plan.js";
import type { SourceAudio } from "../../src/probe/source-info.js";
import {
  LADDER,
  sourceVideo,
  sourceAudio,
  source,
} from "../support/sources.js";

/** As ffmpeg 5.1 and that of 2018 print it with `-loglevel level+info`. */
function summary(number: number, lufs: string, peak: string): string[] {
  return [
    `[Parsed_ebur128_${number} @ 0x560ee70d27c0] [info] Summary:`,
    ...["", "  Integrated loudness:", `    I:         ${lufs} LUFS`],
    ...["    Threshold: -38.8 LUFS", "", "  Loudness range:"],
    ...["    LRA:         1.4 LU", "    Threshold: -48.9 LUFS"],
    ...["    LRA low:   -29.8 LUFS", "    LRA high:  -28.5 LUFS", ""],
    ...["  True peak:", `    Peak:       ${peak} dBFS`],
  ];
}

function read(...lines: readonly string[]) {
  const reader = summaryReader();
  lines.forEach(reader.read);
  return reader.found();
}

describe("the summary of ebur128", () => {
  test("gives loudness, peak, range and the threshold of the loudness", () => {
    expect(read(...summary(4, "-28.8", " 0.4"))).toEqual([
      { lufs: -28.8, truePeak: 0.4, range: 1.4, threshold: -38.8 },
    ]);
  });

  test("of several sounds are in the order of the filters, not of their ends", () => {
    const found = read(
      ...summary(12, "-20.0", "-3.0"),
      ...summary(9, "-30.0", "-9.0"),
    );
    expect(found.map((one) => one?.lufs)).toEqual([-30, -20]);
  });

  test("of a sound without any sample has no peak", () => {
    expect(read(...summary(4, "-70.0", "-inf"))).toEqual([undefined]);
  });
});

describe("the command", () => {
  function commandOf(audio: SourceAudio, settings: PlanSettings = {}) {
    const film = source({ video: sourceVideo(), audio });
    const plan = makePlan(film, LADDER, { loudness: "ebu", ...settings });
    return { plan, command: loudnessCommand(plan, isUnmeasured) };
  }

  test("decodes the sound alone, writes nothing, and measures the channels of the encoder", () => {
    const { command } = commandOf(sourceAudio({ channels: 6, layout: "5.1" }));
    expect(command.filters).toHaveLength(1);
    expect(command.filters[0]).toMatch(
      /^\[0:1\].*,aformat=sample_fmts=fltp:channel_layouts=stereo,ebur128=peak=true:framelog=verbose\[sound\]$/,
    );
    expect(command.outputs.map(({ options }) => options.slice(-2))).toEqual([
      ["-f", "null"],
    ]);
    expect(command.inputOptions).toContain("level+info");
  });

  test("measures mono streams of one sound behind their join", () => {
    const audio = sourceAudio({ joined: [1, 2], language: "und" });
    const { command } = commandOf(audio);
    expect(command.filters.at(-1)).toMatch(/join=.*,aformat=.*,ebur128=/);
    expect(command.filters.slice(0, -1).join()).not.toContain("ebur128");
  });

  test("measures a second time behind the filters of the first", () => {
    const { plan } = commandOf(sourceAudio());
    const found = { lufs: -30, truePeak: 0, range: 4, threshold: -40 };
    const first = mapSounds(plan, (rung) => leveled(rung, found));
    const [graph] = loudnessCommand(first, () => true).filters;
    expect(graph).toMatch(/loudnorm=.*,aresample=48000,aformat=[^,]*,ebur128=/);
  });
});

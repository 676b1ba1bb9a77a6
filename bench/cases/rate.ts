import { rmSync } from "node:fs";
import { join } from "node:path";
import { findTools } from "../../src/ffmpeg/find.js";
import { runTool } from "../../src/ffmpeg/run.js";
import { pack, type PackOptions } from "../../src/index.js";
import { leastFill } from "../../src/media/leaky-bucket.js";
import { videoStream } from "../../src/plan/encode-plan.js";
import { table } from "../../test/support/track.js";
import type { Case, Figure, Outcome, Setting } from "../case.js";
import { FRAME_RATE, KINDS, makeKind, SIZE, type Kind } from "../kinds.js";

/** What the cuts do to bits and quality. Nothing is timed, so one run is enough: it always gives the same. */
export const scaleRate: Case = {
  name: "scale/rate",
  runs: 1,
  title: "six pieces of 8 s beside the film in one, three kinds of pictures",
  run: compareRates,
};

/** In percent of the bytes, and in dB. */
const CRF = { bytes: 1, loss: 0.05 };
/** In percent of the plan's average, and in dB. */
const ONE_PASS = { average: 5, loss: 0.15 };
const TWO_PASSES = { average: 5, loss: 0.1 };

async function compareRates({ folder }: Setting): Promise<Outcome> {
  const figures: Figure[] = [];
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const film = await makeKind(kind, join(folder, `${kind}.mp4`));
    const encode = (rate: number, options: Partial<PackOptions>) =>
      encoded(film, rate, options, join(folder, "out"));
    figures.push(
      ...(await qualityFigures(kind, encode)),
      ...(await bitrateFigures(kind, encode, false)),
      ...(await bitrateFigures(kind, encode, true)),
    );
  }
  return { figures };
}

interface Encoded {
  /** Bits per second. */
  readonly rate: number;
  /** Of the brightness, in dB. */
  readonly psnr: number;
  /** The least fill of a player's buffer, in percent. */
  readonly fill: number;
}

type Encode = (rate: number, options: Partial<PackOptions>) => Promise<Encoded>;

const WHOLE = { pieces: "off" } as const;
const PIECES = { pieces: 8 } as const;

async function qualityFigures(kind: Kind, encode: Encode): Promise<Figure[]> {
  const { bitrate } = KINDS[kind];
  const whole = await encode(bitrate, { ...WHOLE, crf: 23 });
  const pieces = await encode(bitrate, { ...PIECES, crf: 23 });
  const what = `${kind}, --crf 23`;
  const bytes = { unit: "%", least: -CRF.bytes, most: CRF.bytes } as const;
  return [
    { what: `${what}, bytes`, value: more(pieces, whole.rate), ...bytes },
    ...lossFigures(what, pieces, whole, CRF.loss),
  ];
}

async function bitrateFigures(
  kind: Kind,
  encode: Encode,
  twoPass: boolean,
): Promise<Figure[]> {
  const { bitrate } = KINDS[kind];
  const { average, loss } = twoPass ? TWO_PASSES : ONE_PASS;
  const what = `${kind}, ${twoPass ? "two passes" : "one pass"}`;
  const first = await encode(bitrate, { ...WHOLE, twoPass });
  const pieces = await encode(bitrate, { ...PIECES, twoPass });
  // x264 misses the average of a short film in one pass: more bits are no better rate control.
  const miss = more(first, bitrate);
  const isMeasure = Math.abs(miss) <= average;
  const likely = Math.round((bitrate * pieces.rate) / first.rate);
  const whole = isMeasure ? first : await encode(likely, { ...WHOLE, twoPass });
  const beside = isMeasure ? "" : ", beside one of like bytes";
  return [
    {
      ...{ what: `${what}, in one, off the plan`, unit: "%" },
      value: miss,
    },
    {
      ...{ what: `${what}, off the plan`, value: more(pieces, bitrate) },
      ...{ unit: "%", least: -average, most: average },
    },
    ...lossFigures(`${what}${beside}`, pieces, whole, loss),
  ];
}

function lossFigures(
  what: string,
  pieces: Encoded,
  whole: Encoded,
  loss: number,
): Figure[] {
  const gain = pieces.psnr - whole.psnr;
  return [
    { what: `${what}, PSNR`, value: gain, unit: "dB", least: -loss },
    { what: `${what}, buffer`, value: pieces.fill, unit: "%", least: 0 },
  ];
}

function more({ rate }: Encoded, than: number): number {
  return 100 * (rate / than - 1);
}

async function encoded(
  film: string,
  bitrate: number,
  options: Partial<PackOptions>,
  output: string,
): Promise<Encoded> {
  const { plan, folder } = await pack(film, {
    ...{ output, encoderPreset: "veryfast", reproducible: true },
    ...{ rungs: [`${SIZE}:${Math.round(bitrate / 1000)}k`], ...options },
  });
  const [rung] = videoStream(plan)?.rungs ?? [];
  if (rung === undefined) throw new Error(`${film} has no picture`);
  const path = join(folder, rung.file);
  const sizes = await sizesIn(path);
  const psnr = await psnrOf(path, film);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const durations = sizes.map(() => 1);
  const samples = table(durations, { sizes });
  const { fill } = leastFill({ samples, timescale: FRAME_RATE }, rung);
  rmSync(output, { recursive: true });
  const rate = (bytes * 8 * FRAME_RATE) / sizes.length;
  return { rate, psnr, fill: 100 * fill };
}

/** Bytes of each picture. */
async function sizesIn(path: string): Promise<number[]> {
  const { ffprobe } = await findTools();
  const args = [
    ...["-v", "error", "-select_streams", "v", "-of", "csv=p=0"],
    ...["-show_entries", "packet=size", path],
  ];
  const { stdout } = await runTool(ffprobe.path, args, { keepStdout: true });
  return stdout.split("\n").filter(Boolean).map(Number.parseFloat);
}

async function psnrOf(path: string, film: string): Promise<number> {
  const { ffmpeg } = await findTools();
  const args = [
    ...["-nostats", "-nostdin", "-i", path, "-i", film],
    ...["-lavfi", "[0:v][1:v]psnr", "-f", "null", "-"],
  ];
  const { stderr } = await runTool(ffmpeg.path, args);
  return Number(/PSNR y:([\d.]+)/.exec(stderr)?.[1]);
}

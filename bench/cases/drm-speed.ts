import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findProgram } from "../../test/support/programs.js";
import type { Case, Figure, Outcome } from "../case.js";
import { inTurn, ratio } from "../in-turn.js";
import { measure, measureCli, measurePeak, type Cost } from "../measure.js";
import { ONE_GIGABYTE, withOneGigabyte, type Job } from "../one-gigabyte.js";

const PROTECT = fileURLToPath(new URL("../protect.js", import.meta.url));

/** Of Bento4's wall time, which has the film in fragments already. */
const MOST_OF_MP4ENCRYPT = 0.4;
const MOST_MB = 170;

export const drmSpeed: Case = {
  name: "drm/speed",
  runs: 5,
  title: `${ONE_GIGABYTE}, encrypted on the way`,
  run: (setting) => withOneGigabyte(setting, compare),
};

async function compare(job: Job): Promise<Outcome> {
  const { film, out, clean, runs } = job;
  const protect = [PROTECT, film, out];
  const mux = ["mux", film, "-o", out, "--quiet", "--no-fsync"];
  const encrypt = await mp4encrypt(job);
  const costs = await inTurn(
    runs,
    {
      "mss-pack, protected": () => measure(process.execPath, protect),
      "mss-pack, clear": () => measureCli(mux),
      ...(encrypt && { mp4encrypt: encrypt }),
    },
    clean,
  );
  const beside = (other: string, most?: number) =>
    ratio(costs, ["mss-pack, protected", other], "wall", most);
  const figures = [
    beside("mss-pack, clear"),
    ...(encrypt ? [beside("mp4encrypt", MOST_OF_MP4ENCRYPT)] : []),
    await peakOf(protect),
  ];
  const skipped = encrypt
    ? []
    : ["mp4encrypt and mp4fragment (Bento4) are not on PATH"];
  clean();
  return { costs, figures, skipped };
}

/** Encrypts the same film, made into fragments before. */
async function mp4encrypt({
  film,
  out,
}: Job): Promise<(() => Promise<Cost>) | undefined> {
  const encrypt = await findProgram("mp4encrypt");
  const fragment = await findProgram("mp4fragment");
  if (encrypt === undefined || fragment === undefined) return undefined;
  const fragments = `${film}.fragments.mp4`;
  await measure(fragment, [
    ...["--quiet", "--timescale", "10000000"],
    ...["--fragment-duration", "2000", film, fragments],
  ]);
  const key = "00112233445566778899aabbccddeeff";
  const tracks = ["1", "2"].flatMap((track) => [
    ...["--key", `${track}:${key}:0${track}23456789abcdef`],
    ...["--property", `${track}:KID:${key}`],
  ]);
  const args = ["--method", "PIFF-CTR", ...tracks];
  return () => measure(encrypt, [...args, fragments, join(out, "film.mp4")]);
}

async function peakOf(args: readonly string[]): Promise<Figure> {
  const { peakBytes } = await measurePeak(args);
  const what = "Node process at its peak, protected";
  return { what, value: peakBytes / 1e6, unit: "MB", most: MOST_MB };
}

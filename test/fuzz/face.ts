import { join } from "node:path";
import { PackError } from "../../src/errors.js";
import { dumpText, dumpFile } from "../../src/isobmff/dump.js";
import { trackEnd, type Track } from "../../src/media/track.js";
import { eachFragment, type Fragments } from "../../src/media/fragments.js";
import { readEncoded } from "../../src/tracks/read-encoded.js";
import { filesOf } from "../../src/output/refusals.js";
import { allRungs } from "../../src/plan/encode-plan.js";
import { planMux } from "../../src/pipeline/mux-plan.js";
import { alignTracks } from "../../src/tracks/align-tracks.js";
import { readInsideInputs } from "../../src/pipeline/inside-inputs.js";
import { readInputs } from "../../src/pipeline/mux-inputs.js";
import { readPackage } from "../../src/smooth/read-package.js";
import { findMends } from "../../src/repair/find-mends.js";
import { findObstacles } from "../../src/repair/find-obstacles.js";
import { lookAtPackage } from "../../src/repair/look-at-package.js";
import { describeFinding } from "../../src/verify/finding.js";
import { verify } from "../../src/verify/verify.js";
import { fixturePlan } from "../support/fixtures.js";
import { FILMS, PIECES } from "./mutant.js";

/** What a reader made of a mutant. */
export type Verdict = "refused" | "findings" | "accepted";

/** Reading a package takes longer than all else: one mutant in four faces it, and the first of each run. */
const READ_EVERY = 4;

let faced = 0;

/**
 * Lets all readers face a mutant: verify and what publishing reads when it is
 * a file of the package, mux's reader when it is an encoded piece, the plan of
 * `mss-pack mux` when it has samples, and inspect. Throws whatever is no PackError.
 *
 * @param file which one in the folder is the mutant
 */
export async function face(file: string, folder: string): Promise<Verdict> {
  const path = join(folder, file);
  const isText = /\.ismc?$/.test(file);
  if (!isText) await refusedOr(() => inspect(path));
  const planned = isText ? "refused" : await refusedOr(() => planFilm(path));
  if (FILMS.some((film) => film === file)) return planned;
  if (PIECES.some((piece) => piece === file))
    return refusedOr(() => readPiece(path, file));
  if (isText) await filesOf(path);
  const turn = faced++ % READ_EVERY;
  if (turn === 0) await refusedOr(() => read(join(folder, "clip.ism")));
  if (turn === 2) await refusedOr(() => mends(join(folder, "clip.ism")));
  return refusedOr(() => check(join(folder, "clip.ism")));
}

/** The answer of a reader that may refuse. */
export async function refusedOr(
  read: () => Promise<Verdict>,
): Promise<Verdict> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof PackError)) throw error;
    if (/[\n\r]/.test(error.message.slice(0, 200)))
      throw new Error(`not one line: ${error.message}`, { cause: error });
    requireOurWords(error.message);
    return "refused";
  }
}

/** Words of the language and its engine about bytes that were read: they help nobody. */
const ENGINE_WORDS =
  /outside the bounds|out of (?:range|bounds)|Invalid (?:typed )?(?:array|string)|Cannot (?:read|mix|convert)|is not (?:a function|iterable|defined)|DataView|of undefined/;

function requireOurWords(message: string): void {
  if (ENGINE_WORDS.test(message))
    throw new Error(`words of the engine: ${message}`);
}

/** As `mss-pack inspect` and `inspect --json` do. */
async function inspect(path: string): Promise<Verdict> {
  for await (const box of dumpFile(path)) {
    dumpText(box);
    JSON.stringify(box);
  }
  return "accepted";
}

/** As serve, protect and unprotect do. */
async function read(ism: string): Promise<Verdict> {
  const { streams } = await readPackage(ism);
  for (const { timescale, tracks } of streams) {
    if (!(timescale > 0)) throw new Error("accepted without a timescale");
    const isCut = tracks.every(
      ({ fragments, isPlain }) => isPlain || fragments.time.length > 0,
    );
    if (!isCut) throw new Error("accepted without fragments");
  }
  return "accepted";
}

/** As scan and repair do. */
async function mends(ism: string): Promise<Verdict> {
  for (const isWhole of [false, true]) {
    const seen = await lookAtPackage(ism, { isWhole });
    const found = [findMends(seen), findObstacles(seen)];
    requireOurWords(JSON.stringify(found));
  }
  return "accepted";
}

async function check(ism: string): Promise<Verdict> {
  const { findings, tracks } = await verify(ism);
  findings.map(describeFinding).forEach(requireOurWords);
  JSON.stringify({ findings, tracks });
  return findings.length > 0 ? "findings" : "accepted";
}

async function readPiece(path: string, file: string): Promise<Verdict> {
  const kind = file === "audio.mp4" ? "audio" : "video";
  const rung = allRungs(fixturePlan()).find((row) => row.kind === kind);
  if (rung === undefined) throw new Error(`no ${kind} rung`);
  requireValid(await readEncoded({ rung, pieces: [path] }));
  return "accepted";
}

/** As `mss-pack mux` does before it writes. */
async function planFilm(path: string): Promise<Verdict> {
  const sources = await readInputs([{ path }], undefined);
  const plan = await planMux(alignTracks(sources), "film", 2);
  await readInsideInputs([{ path }], undefined);
  for (const { source, fragments } of plan.tracks) {
    requireValid(source.track);
    requireWhole(fragments, source.track);
  }
  JSON.stringify({ ...plan, tracks: plan.tracks.map(({ file }) => file) });
  return "accepted";
}

/** Each sample lies in one fragment, and each fragment begins where the one before ends. */
function requireWhole(fragments: Fragments, { samples }: Track): void {
  let [sample, time] = [0, 0];
  for (const fragment of eachFragment(fragments)) {
    if (fragment.firstSample !== sample || fragment.time !== time)
      throw new Error("accepted with samples in no fragment or in two");
    sample = fragment.endSample;
    time += fragment.duration;
  }
  if (sample !== samples.count || time !== trackEnd(samples))
    throw new Error("accepted with samples behind the last fragment");
}

/** What mux goes by once a piece is accepted. */
function requireValid({ samples, format }: Track): void {
  const { count, decodeTime, offset } = samples;
  const goesOn = decodeTime.every(
    (t, i) => i === 0 || t >= (decodeTime[i - 1] ?? 0),
  );
  const isValid =
    count > 0 &&
    decodeTime[0] === 0 &&
    Number.isSafeInteger(trackEnd(samples)) &&
    goesOn &&
    offset.every(Number.isSafeInteger) &&
    Object.values(format).every(
      (value) => typeof value === "string" || Number.isFinite(value),
    );
  if (!isValid) throw new Error("accepted with times or places that cannot be");
}

import { copyFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { mux } from "../../src/pipeline/mux.js";
import { pack } from "../../src/pipeline/pack.js";
import { findMends } from "../../src/repair/find-mends.js";
import { lookAtPackage } from "../../src/repair/look-at-package.js";
import { describeFinding } from "../../src/verify/finding.js";
import { verify } from "../../src/verify/verify.js";
import { makeClip } from "../support/clip.js";
import { replaceText } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();

/** A package of 24 s that are black but for a while. */
async function packageWith(name: string, from: number, to: number) {
  const clip = join(parent, `${name}.mp4`);
  const isBlack = `lt(t,${from})+gte(t,${to})`;
  await makeClip(clip, {
    ...{ size: "160x90", seconds: 24, audio: null },
    filters: `noise=alls=60:allf=t:all_seed=1,drawbox=color=black:t=fill:enable='${isBlack}'`,
    options: ["-g", "50"],
  });
  const folder = join(parent, name);
  await mux([clip], { output: folder });
  return join(folder, `${name}.ism`);
}

async function ratesOf(ism: string) {
  const { findings, tracks } = await verify(ism);
  const [rates] = tracks.map((track) => track.rates);
  if (rates?.buffer === undefined) throw new Error("no rates of a picture");
  const { average, declared, peak, buffer } = rates;
  return {
    average,
    declared,
    peak,
    buffer,
    findings: findings.map(describeFinding),
  };
}

/** A copy whose manifests declare another bitrate. */
function declaring(ism: string, from: number, to: number): string {
  const folder = join(parent, `declares-${to}`);
  mkdirSync(folder);
  for (const file of readdirSync(dirname(ism)))
    copyFileSync(join(dirname(ism), file), join(folder, file));
  for (const file of readdirSync(folder).filter((one) => /ismc?$/.test(one)))
    replaceText(join(folder, file), `itrate="${from}"`, `itrate="${to}"`);
  return join(folder, ism.slice(dirname(ism).length + 1));
}

describe("a picture that is black but for four seconds", () => {
  let ism = "";
  beforeAll(async () => {
    ism = await packageWith("burst", 8, 12);
  });

  test("is declared with what covers these, and a line for that carries it", async () => {
    const { average, declared, peak, buffer, findings } = await ratesOf(ism);
    expect(peak).toBeGreaterThan(4 * average);
    expect(declared).toBe(Math.ceil(peak / 1.75));
    expect(readFileSync(ism, "utf8")).toContain(`systemBitrate="${declared}"`);
    expect(buffer).toEqual({
      maxBitrate: Math.round(1.5 * declared),
      bufferSize: 2 * declared,
      leastFill: buffer.leastFill,
    });
    // 7 s of the declared bitrate in 4 s, of which the line brings 6.
    expect(buffer.leastFill).toBeGreaterThan(0.3);
    expect(buffer.leastFill).toBeLessThan(0.6);
    expect(findings).toEqual([]);
  });

  test("is declared so too when it is encoded", async () => {
    const output = join(parent, "encoded");
    await pack(join(parent, "burst.mp4"), { output, crf: 30 });
    const { average, declared, peak } = await ratesOf(
      join(output, "burst.ism"),
    );
    expect(declared).toBeGreaterThan(2 * average);
    expect(declared).toBe(Math.ceil(peak / 1.75));
  });

  test("keeps that in further packages, and repair finds nothing to mend", async () => {
    const { declared } = await ratesOf(ism);
    const again = await mux([ism], {
      output: join(parent, "again"),
    });
    expect(again.plan.tracks.map(({ bitrate }) => bitrate)).toEqual([declared]);
    expect(again.plan.notes).toEqual([]);
    expect(findMends(await lookAtPackage(ism, { isWhole: true }))).toEqual([]);
  });

  test("plays as earlier versions declared it, with a note of where players wait", async () => {
    const { average, declared } = await ratesOf(ism);
    const old = declaring(ism, declared, average);
    const report = await verify(old, { isOurs: true });
    expect(report.findings.map(({ level, rule }) => [level, rule])).toEqual([
      ["note", "buffer"],
    ]);
    const { buffer, findings } = await ratesOf(old);
    expect(buffer.leastFill).toBeLessThan(-2);
    expect(buffer.emptyAtSeconds).toBeGreaterThan(8);
    expect(buffer.emptyAtSeconds).toBeLessThan(10);
    expect(findings).toEqual([
      expect.stringMatching(
        /^burst_\d+\.ismv: on a line of 1\.5 times its bitrate \(\d+ kbit\/s\) a buffer of 2 s is empty at 0:0[89]: players wait there for up to \d+\.\d s, or take a lower rung\.$/,
      ),
    ]);
  });
});

test("a line for the declared bitrate does not carry a long hard scene", async () => {
  const { buffer, findings } = await ratesOf(await packageWith("half", 12, 24));
  // It brings 6 of 7 seconds, and the buffer has 1.8.
  expect(buffer.emptyAtSeconds).toBeGreaterThan(15);
  expect(buffer.emptyAtSeconds).toBeLessThan(22);
  expect(findings).toEqual([
    expect.stringContaining("a buffer of 2 s is empty at 0:"),
  ]);
});

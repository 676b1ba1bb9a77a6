import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mux, verify } from "../../src/index.js";
import { findTools } from "../../src/ffmpeg/find.js";
import { tempFolder } from "../support/temp.js";
import {
  damageLastKeyFrame,
  protectedClip,
  readMuxed,
  REQUEST,
} from "./package.js";

const folder = tempFolder();
const clip = await protectedClip(join(folder, "clip.mp4"));
const clear = await readMuxed([clip], join(folder, "clear"));
const piff = await readMuxed([clip], join(folder, "piff"), {
  protection: REQUEST,
});

const HEADER = /\s*<Protection>.*<\/Protection>/s;

/** A package under the manifest of another. */
async function withManifest(package_: string, text: string): Promise<string> {
  const copy = `${package_}-copy`;
  await cp(package_, copy, { recursive: true });
  await writeFile(join(copy, "clip.ismc"), text);
  return join(copy, "clip.ism");
}

test.each(["piff", "cenc"] as const)(
  "a protected package is right (%s), and is not decoded without its key",
  async (boxes) => {
    const output = join(folder, `full-${boxes}`);
    const protection = { ...REQUEST, encryption: boxes };
    await readMuxed([clip], output, { protection });
    const decodeWith = await findTools();
    const report = await verify(join(output, "clip.ism"), { decodeWith });
    expect(report.findings).toEqual([]);
    expect(report.tracks.map(({ isProtected }) => isProtected)).toEqual([
      true,
      true,
    ]);
  },
);

test("verify in full of a run that protects decodes what it has encrypted", async () => {
  const [name = ""] = Object.keys(clear.files).filter((one) => /v$/.test(one));
  const source = join(folder, "damaged.ismv");
  await writeFile(
    source,
    damageLastKeyFrame(await readFile(join(clear.folder, name))),
  );
  const output = join(folder, "from-damaged");
  const run = mux([source], { output, verify: "full", protection: REQUEST });
  await expect(run).rejects.toMatchObject({
    code: "verify",
    message: expect.stringMatching(/ffmpeg complains while decoding/) as string,
  });
});

test("a manifest that promises protection over clear files is wrong", async () => {
  const ism = await withManifest(clear.folder, piff.manifest);
  const { findings } = await verify(ism);
  expect(findings.map(({ rule }) => rule)).toEqual([
    "protection",
    "protection",
  ]);
});

test("so is one that tells nothing of the protection of its files", async () => {
  const ism = await withManifest(
    piff.folder,
    piff.manifest.replace(HEADER, ""),
  );
  const { findings } = await verify(ism);
  expect(findings.map(({ rule }) => rule)).toEqual([
    "protection",
    "protection",
  ]);
  expect(findings[0]?.expected).toContain("missing ProtectionHeader");
});

test("an entry that does not say what it was in the clear is wrong", async () => {
  const [name = ""] = Object.keys(piff.files).filter((one) => /v$/.test(one));
  const bytes = await readFile(join(piff.folder, name));
  bytes.write("free", bytes.indexOf("frma"), "latin1");
  const copy = join(folder, "no-frma");
  await cp(piff.folder, copy, { recursive: true });
  await writeFile(join(copy, name), bytes);
  const { findings } = await verify(join(copy, "clip.ism"));
  expect(findings.map(({ rule }) => rule)).toContain("quality-level");
});

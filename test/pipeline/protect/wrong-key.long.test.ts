import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  contentKey,
  mux,
  protectPackage,
  unprotectPackage,
} from "../../../src/index.js";
import {
  protectionOf,
  type ProtectionRequest,
} from "../../../src/drm/index.js";
import { playReadyObject } from "../../../src/drm/playready.js";
import {
  damageLastKeyFrame,
  KEY,
  KID,
  protectedClip,
  REQUEST,
} from "../../drm/package.js";
import { tempFolder } from "../../support/temp.js";

const root = tempFolder();
const film = await protectedClip(join(root, "film.mp4"));
const wrong = contentKey(
  KID,
  KEY.map((byte) => byte ^ 0x5a),
);

/** As other makers leave the header. */
function withoutChecksum(): ProtectionRequest {
  const { data } = protectionOf(REQUEST);
  const text = Buffer.from(data).subarray(10).toString("utf16le");
  const header = text.replace(/<CHECKSUM>.*<\/CHECKSUM>/, "");
  const object = Buffer.from(playReadyObject(header));
  return { ...REQUEST, headerData: object.toString("base64") };
}

const clear = join(root, "clear");
await mux([film], { output: clear, name: "clip", fsync: false });
const bare = join(root, "bare");
await protectPackage(join(clear, "clip.ism"), {
  ...{ output: bare, protection: withoutChecksum(), fsync: false },
});

test("without a checksum in the header another key of the KID is told by decoding, before anything is written", async () => {
  const output = join(root, "never");
  await expect(
    unprotectPackage(join(bare, "clip.ism"), { output, contentKey: wrong }),
  ).rejects.toMatchObject({
    code: "input",
    message: expect.stringMatching(
      /is protected with another key of the KID 09e091ab-/,
    ) as string,
  });
  expect(readdirSync(root)).not.toContain("never");
});

test("and the right key gives the clear package", async () => {
  const opened = join(root, "opened");
  await unprotectPackage(join(bare, "clip.ism"), {
    ...{ output: opened, contentKey: REQUEST.contentKey },
  });
  const files = readdirSync(clear).map((name) => [
    readFileSync(join(clear, name)),
    readFileSync(join(opened, name)),
  ]);
  for (const [before, after] of files) expect(after).toEqual(before);
});

test("what does not decode for the sake of its source is not told as a fault of mss-pack or the disk", async () => {
  const folder = join(root, "broken");
  await mux([film], { output: folder, name: "clip", fsync: false });
  const video = readdirSync(folder).find((name) => /v$/.test(name)) ?? "";
  const path = join(folder, video);
  writeFileSync(path, damageLastKeyFrame(readFileSync(path)));
  const run = protectPackage(join(folder, "clip.ism"), {
    ...{ output: join(root, "out"), protection: REQUEST, verify: "full" },
  });
  await expect(run).rejects.toMatchObject({
    code: "verify",
    hint: expect.stringMatching(/^Samples are taken as they are/) as string,
  });
});

import { createSecretKey } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { mux, type MuxOptions } from "../../src/pipeline/mux.js";
import { describeFinding } from "../../src/verify/finding.js";
import { verify } from "../../src/verify/verify.js";
import { tools } from "../support/programs.js";
import { flagsOf, syncPictures } from "../support/sync-pictures.js";
import { tempFolder } from "../support/temp.js";
import { film } from "./fixtures.js";

const folder = tempFolder();

/** IDR pictures every second, fragments of two. */
const IDR = [0, 25, 50, 75];
const source = await film(folder, {
  gopFrames: 25,
  options: ["-preset", "ultrafast"],
});

async function videoOf(
  path: string,
  name: string,
  options: Partial<MuxOptions> = {},
): Promise<string> {
  const output = join(folder, name);
  const { plan } = await mux([path], {
    ...{ output, name, fsync: false, ...options },
  });
  return join(output, plan.tracks[0]?.file ?? "");
}

/** What verify says of the package of a picture. */
async function findingsOf(video: string): Promise<string[]> {
  const ism = video.replace(/_[^/]*$/, ".ism");
  const { findings } = await verify(ism, { decodeWith: await tools() });
  return findings.map((one) => `${one.level}: ${describeFinding(one)}`);
}

test("every IDR picture inside a fragment is a sync sample, of a protected package too", async () => {
  const contentKey = {
    kid: Buffer.from("0123456789abcdef0123456789abcdef", "hex"),
    key: createSecretKey(
      Buffer.from("fedcba98765432100123456789abcdef", "hex"),
    ),
  };
  const protection = { system: "playready", contentKey } as const;
  expect(syncPictures(await videoOf(source, "plain"))).toEqual(IDR);
  const hidden = await videoOf(source, "hidden", { protection });
  expect(syncPictures(hidden)).toEqual(IDR);
});

test("what a package does not tell of the IDR pictures inside is told when it is muxed again", async () => {
  const old = await videoOf(source, "old");
  const bytes = readFileSync(old);
  // As we wrote them before: the first picture of a fragment alone is flagged.
  flagsOf(bytes).forEach(({ at }, i) => {
    if (i % 50 > 0) bytes.writeUInt32BE(0x01010000, at);
  });
  writeFileSync(old, bytes);
  expect(syncPictures(old)).toEqual([0, 50]);
  expect(await findingsOf(old)).toEqual([
    `note: ${basename(old)}, fragment 1: an IDR picture inside a fragment is not flagged as a sync sample.`,
    `note: ${basename(old)}: 1 more note of the rule random-access.`,
  ]);
  expect(syncPictures(await videoOf(old, "new"))).toEqual(IDR);
});

import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  loadProtection,
  type ProtectionOptions,
} from "../../../src/drm/keys/protection.js";
import { tempFolder } from "../../support/temp.js";
import { idOf, keyHex, load, NOTHING_AROUND, refused } from "./load.js";
import { PRIVATE } from "./vectors.js";

const folder = tempFolder();
const path = (name: string) => join(folder, name);

test("a new key is in no file until it is kept, and read from there again", async () => {
  const keysOut = path("film.keys");
  const { contentKey, keepKey } = await load({ generateKeys: true, keysOut });
  expect(existsSync(keysOut)).toBe(false);
  await keepKey?.();
  const hex = contentKey.key.export().toString("hex");
  expect(readFileSync(keysOut, "utf8")).toContain(
    `${idOf(contentKey)}:${hex}\n`,
  );
  expect(await keyHex({ keyFile: keysOut })).toBe(hex);
});

test("a new key is taken back when its only package does not appear, and stays when another has", async () => {
  const keysOut = path("taken-back.keys");
  const { keepKey } = await load({ generateKeys: true, keysOut });
  const takeBack = await keepKey?.();
  await takeBack?.();
  expect(existsSync(keysOut)).toBe(false);
  await keepKey?.();
  const takeBackSecond = await keepKey?.();
  await takeBackSecond?.();
  expect(existsSync(keysOut)).toBe(true);
});

test.skipIf(process.platform === "win32")(
  "the file of a new key is ours alone, whatever the umask",
  async () => {
    const before = process.umask(0);
    try {
      const keysOut = path("mine.keys");
      const { keepKey } = await load({ generateKeys: true, keysOut });
      await keepKey?.();
    } finally {
      process.umask(before);
    }
    expect(statSync(path("mine.keys")).mode & 0o777).toBe(0o600);
  },
);

test("new keys differ, and so do their KIDs", async () => {
  const made = [];
  for (const name of ["a.keys", "b.keys"])
    made.push(
      (await load({ generateKeys: true, keysOut: path(name) })).contentKey,
    );
  expect(new Set(made.map(idOf)).size).toBe(2);
  expect(
    new Set(made.map(({ key }) => key.export().toString("hex"))).size,
  ).toBe(2);
});

test("a new key may be for a KID that is given", async () => {
  const { contentKey } = await load({
    generateKeys: true,
    keysOut: path("given.keys"),
    kid: PRIVATE.kid,
  });
  expect(idOf(contentKey)).toBe(PRIVATE.kid);
});

test("a file that is there is never written over: the keys of other packages are in it", async () => {
  const keysOut = path("old.keys");
  writeFileSync(keysOut, "old");
  await refused(
    load({ generateKeys: true, keysOut }),
    "exists",
    /--keys-out .*old\.keys: exists already/,
  );
  expect(readFileSync(keysOut, "utf8")).toBe("old");
});

test("where no file can be written there is no key", async () => {
  const keysOut = path("none/film.keys");
  await refused(
    load({ generateKeys: true, keysOut }),
    "output",
    /--keys-out .*: cannot be written \(no such file/,
  );
  expect(existsSync(keysOut)).toBe(false);
});

test.each<[string, Partial<ProtectionOptions>]>([
  ["custom attributes", { customAttributes: "<x:a>1</x:a>" }],
  ["an address", { laUrl: "https://licences.example/\ufffe" }],
])("no key is made for a header that cannot be: %s", async (_, settings) => {
  const keysOut = path("never.keys");
  const options = { ...settings, generateKeys: true, keysOut };
  await refused(
    loadProtection({ system: "playready", ...options }, NOTHING_AROUND),
    "usage",
    /^--(custom-attributes|la-url)/,
  );
  expect(existsSync(keysOut)).toBe(false);
});

import { chmodSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { protectPackage, type ServeOptions } from "../../src/index.js";
import * as drm from "../drm/package.js";
import { mssPack } from "../support/cli.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { tempFolder } from "../support/temp.js";
import { expectSentence, get, serving } from "./serving.js";

const parent = tempFolder();
const folder = join(parent, "served");
const [KID, KEY] = [Buffer.from(drm.KID), Buffer.from(drm.KEY)];
const OTHER = "00112233-4455-6677-8899-aabbccddeeff";

beforeAll(async () => {
  const clear = await writeFixturePackage(parent);
  await protectPackage(join(clear.folder, "clip.ism"), {
    ...{ output: folder, protection: drm.REQUEST, fsync: false },
  });
  // And one whose key nobody here has.
  await protectPackage(join(clear.folder, "clip.ism"), {
    ...{ output: join(folder, "other"), protection: drm.REQUEST, fsync: false },
  });
  const ismc = join(folder, "other", "clip.ismc");
  const [, header = ""] =
    /<ProtectionHeader[^>]*>([^<]*)</.exec(readFileSync(ismc, "utf8")) ?? [];
  const changed = changedKid(header);
  writeFileSync(
    ismc,
    readFileSync(ismc, "utf8").replace(header, changed.toString("base64")),
  );
});

/** A header that names another key: the first letter of its KID, in UTF-16, is another one. */
function changedKid(header: string): Buffer {
  const bytes = Buffer.from(header, "base64");
  const at = bytes.indexOf(Buffer.from("<KID>", "utf16le")) + 10;
  bytes.write(bytes[at] === 65 ? "B" : "A", at, "latin1");
  return bytes;
}

/** The KID as people write it. */
const idText = "09e091ab-f838-41d2-9e35-58531fd19ec7";
let count = 0;

function keyFile(content: string, mode = 0o600): string {
  const path = join(parent, `keys-${(count += 1)}`);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

const rightKeys = () => keyFile(`${idText}:${KEY.toString("hex")}\n`);

/** Address and headers with which the page asks for a licence. */
async function preview(previewKeys = rightKeys(), options: ServeOptions = {}) {
  const { url, previewUrl = "" } = await serving(folder, {
    ...{ previewKeys, ...options },
  });
  const [home, token = ""] = previewUrl.split("#preview=");
  expect(home).toBe(`${url}/`);
  const headers = { Authorization: `Bearer ${token}` };
  return { url, token, headers, licence: `${url}/api/licences/clip` };
}

/** No byte of the key, in whatever form people write it. */
function expectNoKey(text: string): void {
  for (const form of ["hex", "base64", "base64url"] as const)
    expect(text.toLowerCase()).not.toContain(KEY.toString(form).toLowerCase());
}

describe("with --preview-keys", () => {
  test("whoever brings the token gets the package's key, as Clear Key wants it", async () => {
    const { licence, headers } = await preview();
    const got = await get(licence, headers);
    expect(got.status).toBe(200);
    expect(JSON.parse(got.text)).toEqual({
      keys: [
        {
          kty: "oct",
          kid: KID.toString("base64url"),
          k: KEY.toString("base64url"),
        },
      ],
      type: "temporary",
    });
    expect(got.headers.get("cache-control")).toBe("no-store");
    expect(got.headers.get("access-control-allow-origin")).toBeNull();
  });

  test.each([
    ["no token", {}],
    ["an empty one", { Authorization: "Bearer " }],
    ["another one", { Authorization: `Bearer ${"a".repeat(22)}` }],
    ["one with a letter more", undefined],
  ])("%s gets none", async (_, wrong) => {
    const { licence, headers } = await preview();
    const longer = { Authorization: `${headers.Authorization}a` };
    const got = await get(licence, wrong ?? longer);
    expectSentence(got, 403);
    expect(got.headers.get("access-control-allow-origin")).toBeNull();
    expectNoKey(got.text);
  });

  test("another page cannot even ask with a token", async () => {
    const { licence } = await preview();
    const got = await get(
      licence,
      { Origin: "http://other.example" },
      "OPTIONS",
    );
    expect(got.headers.get("access-control-allow-headers")).not.toMatch(
      /authorization/i,
    );
  });

  test("each run has a token of its own", async () => {
    const [one, two] = [await preview(), await preview()];
    expect(one.token).not.toBe(two.token);
    expect(Buffer.from(one.token, "base64url")).toHaveLength(16);
  });

  test("a package of another key, or none of this name, is said without any key", async () => {
    const { url, headers } = await preview();
    const other = await get(`${url}/api/licences/other/clip`, headers);
    expectSentence(other, 404);
    expect(other.text).toMatch(/has no key of the KID [0-9a-f-]{36}\./);
    const none = await get(`${url}/api/licences/nothing`, headers);
    expectSentence(none, 404);
    expectNoKey(other.text + none.text);
  });

  test("a wrong key of the right KID is noticed by the checksum, before anybody sees noise", async () => {
    const wrong = "ffeeddccbbaa99887766554433221107";
    const { licence, headers } = await preview(keyFile(`${idText}:${wrong}`));
    const got = await get(licence, headers);
    expectSentence(got, 404);
    expect(got.text).toMatch(/another key of the KID 09e091ab-.*checksum/);
    expect(got.text).not.toContain(wrong);
  });

  test("no picture is made of what nobody can see", async () => {
    const { url } = await preview();
    const got = await get(`${url}/clip.ism/poster.jpg`);
    expectSentence(got, 404);
    expect(got.text).toContain("protected package");
  });
});

test("without it nobody gets a key, and the sentence says what would give one", async () => {
  const { url, previewUrl } = await serving(folder);
  expect(previewUrl).toBeUndefined();
  const got = await get(`${url}/api/licences/clip`, {
    Authorization: "Bearer ",
  });
  expectSentence(got, 404);
  expect(got.text).toContain("--preview-keys FILE");
});

test("/api/packages tells which packages are protected", async () => {
  const { url } = await serving(folder);
  const { packages } = JSON.parse((await get(`${url}/api/packages`)).text) as {
    packages: { path: string; isProtected: boolean }[];
  };
  expect(packages.map(({ isProtected }) => isProtected)).toEqual([true, true]);
  const clear = await writeFixturePackage(tempFolder());
  const other = await serving(clear.folder);
  const text = (await get(`${other.url}/api/packages`)).text;
  expect(text).toContain('"isProtected":false');
});

describe("the command refuses", () => {
  const serve = async (...args: string[]) =>
    mssPack(["serve", folder, "--port", "0", ...args], {
      onStderr: (text, child) => text.includes("Serving") && child.kill(),
    });

  test.each([
    [["--host", "0.0.0.0"], /--preview-keys and --host 0\.0\.0\.0 do not go/],
    [["--host", "::"], /--host ::/],
    [["--trust-proxy"], /--trust-proxy/],
  ])("keys with %j", async (args, message) => {
    const { exitCode, stderr } = await serve(
      "--preview-keys",
      rightKeys(),
      ...args,
    );
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
    expectNoKey(stderr);
  });

  test("a key file that others can read, unless that is meant", async () => {
    const open = keyFile(`${idText}:${KEY.toString("hex")}`, 0o644);
    const { exitCode, stderr } = await serve("--preview-keys", open);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/open to others \(mode 0644\)/);
    await preview(open, { insecureKeyFile: true });
  });

  test("a key file that is served, also by another name", async () => {
    const path = join(folder, "film.keys");
    writeFileSync(path, `${idText}:${KEY.toString("hex")}`, { mode: 0o600 });
    const link = join(parent, "link.keys");
    symlinkSync(path, link);
    for (const way of [path, link]) {
      const { exitCode, stderr } = await serve("--preview-keys", way);
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/is there to be served/);
    }
  });

  test("an access log that would be written into the key file", async () => {
    const path = rightKeys();
    const link = join(parent, "log-link");
    symlinkSync(path, link);
    const { exitCode, stderr } = await serve(
      ...["--preview-keys", path, "--access-log", link],
    );
    expect(stderr).toMatch(
      /--access-log do not go together: both are the same/,
    );
    expect(exitCode).toBe(2);
  });

  test.each([
    ["standard input", "-", 2, /Expected a file/],
    ["what is not there", join(parent, "none"), 3, /cannot be read/],
    ["an empty file", keyFile(""), 3, /holds no key/],
    ["a weak key", keyFile(`${OTHER}:${"0".repeat(32)}`), 3, /all zeros/],
  ])("%s as a key file", async (_, path, expected, message) => {
    const { exitCode, stderr } = await serve("--preview-keys", path);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(expected);
  });
});

test("the library says where pages are given keys, and no key", async () => {
  const handle = await serving(folder, { previewKeys: rightKeys() });
  expect(handle.previewUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#preview=/);
  expectNoKey(JSON.stringify(handle));
});

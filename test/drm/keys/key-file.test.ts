import { describe, expect, test } from "vitest";
import { idOf, keyHex, load, refused, secretFile } from "./load.js";
import { PRIVATE, VECTORS } from "./vectors.js";

const { kid, key } = PRIVATE;
const [other] = VECTORS;

describe("a key file", () => {
  test.each([
    ["has a line of KID:KEY", `${kid}:${key}\n`],
    [
      "has remarks and empty lines",
      `# of 2024\r\n\r\n  ${kid} : ${key} # film\r\n`,
    ],
    [
      "has a KID without dashes and in capitals",
      `${kid.replaceAll("-", "").toUpperCase()}:${key.toUpperCase()}`,
    ],
    ["has a KID in braces", `{${kid}}:${key}`],
    [
      "has a key in base64",
      `${kid}:${Buffer.from(key, "hex").toString("base64")}`,
    ],
    ["begins with a byte order mark", `\ufeff${kid}:${key}`],
    ["is a JSON object", JSON.stringify({ kid, key })],
    ["is a JSON list", JSON.stringify([{ kid, key, label: "film" }])],
    [
      "is a JSON object with a list",
      JSON.stringify({ keys: [{ kid, key }] }, undefined, 2),
    ],
  ])("%s", async (_, content) => {
    const { contentKey, notes } = await load({ keyFile: secretFile(content) });
    expect(idOf(contentKey)).toBe(kid);
    expect(contentKey.key.export().toString("hex")).toBe(key);
    expect(notes).toEqual([]);
  });

  test.each([
    ["little end first, as PowerShell writes it", (text: Buffer) => text],
    ["big end first", (text: Buffer) => text.swap16()],
  ])("is read in UTF-16, %s", async (_, order) => {
    const text = order(Buffer.from(`\ufeff${kid}:${key}\r\n`, "utf16le"));
    expect(await keyHex({ keyFile: secretFile(text) })).toBe(key);
  });

  test("of several keys gives the one that --kid names, and none without it", async () => {
    const keyFile = secretFile(`${other.kid}:${other.key}\n${kid}:${key}\n`);
    expect(await keyHex({ keyFile, kid })).toBe(key);
    await refused(
      load({ keyFile }),
      "input",
      /has 2 keys\. Expected one, or --kid/,
    );
    const third = "11111111-2222-3333-4444-555555555555";
    await refused(
      load({ keyFile, kid: third }),
      "input",
      /has no key of the KID 11111111-/,
    );
  });

  test.each([
    ["nothing", "", /holds no key/],
    ["remarks alone", "# none\n", /holds no key/],
    ["a line without a colon", `${kid} ${key}`, /line 1: has no colon/],
    [
      "a KID that is none",
      `film:${key}`,
      /line 1: has 4 characters as the KID/,
    ],
    [
      "KID and key the wrong way round, one digit short",
      `${key}:${kid}`,
      /line 1: has 36 characters as the key/,
    ],
    [
      "a key that is too short",
      `${kid}:${key.slice(1)}`,
      /has 31 characters as the key/,
    ],
    [
      "a key that is too long",
      `${kid}:${key}00`,
      /has 34 characters as the key/,
    ],
    [
      "a key with a letter that is no digit",
      `${kid}:${key.slice(1)}g`,
      /has 32 characters as the key/,
    ],
    [
      "two keys of one KID",
      `${kid}:${key}\n${kid.toUpperCase()}:${other.key}`,
      /two keys of the KID c4a5/,
    ],
    [
      "JSON that is cut off",
      `{"kid":"${kid}","key":"${key}"`,
      /begins as JSON and is not JSON/,
    ],
    [
      "JSON of something else",
      JSON.stringify({ [kid]: key }),
      /key 1: has no such object/,
    ],
    [
      "JSON with a number",
      JSON.stringify([{ kid, key: 12 }]),
      /key 1: has no such object/,
    ],
    [
      "a KID of zeros",
      `00000000-0000-0000-0000-000000000000:${key}`,
      /KID of zeros/,
    ],
    ["a key of zeros", `${kid}:${"0".repeat(32)}`, /is all zeros/],
    [
      "the KID as its key",
      `${kid}:${kid.replaceAll("-", "")}`,
      /is the KID itself/,
    ],
  ])("with %s is refused, and not quoted", async (_, content, words) => {
    await refused(load({ keyFile: secretFile(content) }), "input", words);
  });
});

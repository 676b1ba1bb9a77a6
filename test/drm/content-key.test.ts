import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { contentKey } from "../../src/drm/content-key.js";
import { messageOf } from "../../src/errors.js";
import { hex } from "../support/hex-bytes.js";

const KID = hex`09e091abf83841d29e3558531fd19ec7`;
const KEY = hex`9cb061164b7013eaefcc7d6d18424c2c`;

test("a key shows in nothing that prints it", () => {
  const made = contentKey(KID, KEY);
  const printed = [
    inspect(made, { depth: 9, showHidden: true }),
    JSON.stringify(made),
    JSON.stringify(made.key),
    // eslint-disable-next-line @typescript-eslint/no-base-to-string -- what careless code would do
    String(made.key),
    inspect(Object.getOwnPropertyDescriptors(made.key), { depth: 9 }),
  ].join("\n");
  for (const form of ["hex", "base64", "latin1"] as const)
    expect(printed).not.toContain(Buffer.from(KEY).toString(form));
  expect(printed).not.toMatch(/9c.{0,4}b0|156, ?176/i);
  expect([...made.key.export()]).toEqual([...KEY]);
});

test("what is done to the bytes later does not change the key", () => {
  const [kid, bytes] = [KID.slice(), KEY.slice()];
  const made = contentKey(kid, bytes);
  kid.fill(0);
  bytes.fill(0);
  expect([...made.kid]).toEqual([...KID]);
  expect([...made.key.export()]).toEqual([...KEY]);
});

describe("is refused", () => {
  test.each([
    ["a key of 15 bytes", KID, KEY.subarray(1), "has 15 bytes"],
    ["a key ID of 17 bytes", Buffer.concat([KID, KID]), KEY, "32 bytes"],
    ["a key ID of zeros", new Uint8Array(16), KEY, "all zeros"],
    ["a key of zeros", KID, new Uint8Array(16), "can be guessed"],
    [
      "a key of a few bytes over and over",
      KID,
      hex`${"01020304".repeat(4)}`,
      "can be guessed",
    ],
    ["a key that is the key ID", KID, KID, "the key ID itself"],
  ])("%s, and the message does not tell the key", (_, kid, key, words) => {
    let message = "";
    try {
      contentKey(kid, key);
    } catch (error) {
      message = messageOf(error);
    }
    expect(message).toContain(words);
    if (key !== kid)
      expect(message).not.toContain(Buffer.from(key).toString("hex"));
  });
});

import { createSecretKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { format, inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { contentKey, keyError } from "../../src/drm/content-key.js";
import { playready } from "../../src/drm/playready.js";
import { PackError } from "../../src/errors.js";
import { mux, type ProtectionRequest } from "../../src/index.js";
import { PRIVATE, PRIVATE_FORMS } from "./keys/vectors.js";

const kid = Uint8Array.from(
  Buffer.from(PRIVATE.kid.replaceAll("-", ""), "hex"),
);
const bytes = Buffer.from(PRIVATE.key, "hex");
const made = contentKey(kid, bytes);

describe("a content key is printed as [key]", () => {
  // Somebody will write it one day.
  const text = made as unknown as string;
  test.each([
    ["in a template", `a ${text}`, "a [key]"],
    ["put behind text", "a " + text, "a [key]"],
    ["as JSON", JSON.stringify({ made }), '{"made":"[key]"}'],
    ["in a dump", inspect({ made }), "{ made: [key] }"],
    [
      "in a deep dump of all that is hidden",
      inspect([made], { showHidden: true, depth: 9 }),
      "[ [key], [length]: 1 ]",
    ],
    [
      "by console.log",
      format("%s %o %j", made, made, made),
      '[key] [key] "[key]"',
    ],
    [
      "in the facts of an error",
      JSON.stringify(new PackError("input", "x", { facts: { made } }).facts),
      '{"made":"[key]"}',
    ],
  ])("%s", (_, found, expected) => expect(found).toBe(expected));

  test("and its holder for ciphers prints nothing of it either", () => {
    const { key } = made;
    const all = [
      inspect(key, { showHidden: true, depth: 9 }),
      JSON.stringify(key),
      `${key.type} ${key.symmetricKeySize}`,
      inspect({ ...made }, { depth: 9 }),
      JSON.stringify({ ...made }),
    ].join("\n");
    for (const form of PRIVATE_FORMS) expect(all).not.toContain(form);
  });

  test("and a copy for another thread has none", () => {
    expect(Object.keys(structuredClone(made))).toEqual(["kid"]);
  });
});

test("a content key keeps its own copy: the bytes that it was made of may be cleared", () => {
  const [given, number] = [Buffer.from(bytes), kid.slice()];
  const own = contentKey(number, given);
  given.fill(0);
  number.fill(0);
  expect(own.key.export()).toEqual(bytes);
  expect(own.kid).toEqual(kid);
});

describe("a key that somebody could guess is refused", () => {
  const hex = (text: string) => Buffer.from(text, "hex");
  test.each([
    ["all zeros", hex("00".repeat(16)), /all zeros/],
    ["one byte over and over", hex("a7".repeat(16)), /repeats itself/],
    ["eight bytes twice", hex("0f1e2d3c4b5a6978".repeat(2)), /repeats itself/],
    ["counting", hex("000102030405060708090a0b0c0d0e0f"), /counts/],
    [
      "counting in steps of 0x11",
      hex("00112233445566778899aabbccddeeff"),
      /counts/,
    ],
    [
      "few different bytes",
      hex("0102030405060701070605040302ff01").map((byte) =>
        byte === 255 ? 3 : byte,
      ),
      /only 7 different/,
    ],
    ["the KID", Buffer.from(kid), /is the KID itself/],
    [
      "the KID as Windows keeps it",
      hex("e7d6a5c4201f314b8c429d53ae64bf75"),
      /is the KID itself/,
    ],
    ["15 bytes", bytes.subarray(1), /has 15 bytes/],
    ["17 bytes", Buffer.concat([bytes, hex("01")]), /has 17 bytes/],
  ])("%s", (_, key, why) => {
    expect(keyError(kid, key)).toMatch(why);
    expect(() => contentKey(kid, key)).toThrow(why);
  });

  test("and so is a KID of zeros, and one of another length", () => {
    expect(keyError(new Uint8Array(16), bytes)).toMatch(/means none/);
    expect(keyError(kid.subarray(1), bytes)).toMatch(/KID of 15 bytes/);
  });
});

describe("what a caller without types asks for is refused in words", () => {
  const forged = (key: Uint8Array) => ({ kid, key: createSecretKey(key) });
  const header = Buffer.from(
    playready.header({ contentKey: contentKey(kid, randomBytes(16)) }),
  ).toString("base64");
  test.each<[string, unknown, RegExp]>([
    ["nothing", null, /^protection is something else\. Expected an object/],
    ["a word", "playready", /^protection is something else/],
    ["no key", { contentKey: undefined }, /^This is not a content key/],
    ["a word for a key", { contentKey: PRIVATE.key }, /is not a content key/],
    [
      "a copy of a key",
      { contentKey: { ...made } },
      /a copy of that has no key/,
    ],
    ["zeros", { contentKey: forged(Buffer.alloc(16)) }, /is all zeros/],
    [
      "32 bytes",
      { contentKey: forged(randomBytes(32)) },
      /has 32 bytes, not 16/,
    ],
    [
      "a KID in words",
      { contentKey: { kid: PRIVATE.kid, key: made.key } },
      /Expected two Uint8Arrays/,
    ],
    [
      "a private key",
      { contentKey: { kid, key: generateKeyPairSync("ed25519").privateKey } },
      /is not a content key/,
    ],
    [
      "an unknown system",
      { system: "widevine" },
      /^protection\.system is something else\. Expected playready\./,
    ],
    ["a name of earlier builds", { boxes: "cenc" }, /^protection\.boxes /],
    ["what every object has", { system: "toString" }, /^protection\.system/],
    [
      "unknown boxes",
      { encryption: "toString" },
      /^protection\.encryption .* Expected piff or cenc\./,
    ],
    [
      "an address that is no text",
      { laUrl: new URL("https://licences.example/") },
      /^protection\.laUrl is something else\. Expected text\./,
    ],
    ["a number for XML", { customAttributes: 5 }, /^protection\.customAttr/],
    [
      "another key's header",
      { headerData: header },
      /^protection\.headerData: .* so it is for another key of this KID/,
    ],
  ])("%s", async (_, given, words) => {
    const right = { system: "playready", contentKey: made };
    const protection = (
      typeof given === "object" && given !== null
        ? { ...right, ...given }
        : given
    ) as ProtectionRequest;
    const error: unknown = await mux(["none.mp4"], {
      ...{ output: "never", protection },
    }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PackError);
    const { code, message } = error as PackError;
    expect(message).toMatch(words);
    expect(["usage", "input"]).toContain(code);
    for (const form of PRIVATE_FORMS) expect(message).not.toContain(form);
  });

  test("bytes in another form are no key, and are not said again", () => {
    const words = [PRIVATE.key, PRIVATE.kid] as unknown as Uint8Array[];
    const make = () =>
      contentKey(words[0] as Uint8Array, words[1] as Uint8Array);
    expect(make).toThrow(/^A KID and a key are given in another form/);
    const long = () => contentKey(Buffer.concat([bytes, bytes]), kid);
    expect(long).toThrow(/^A key has a KID of 32 bytes/);
  });
});

import { describe, expect, test } from "vitest";
import { contentKey } from "../../src/drm/content-key.js";
import { keyOfSeed } from "../../src/drm/key-seed.js";
import { guidOrder, parseUuid, uuidText } from "../../src/drm/kid.js";
import { playready, checksum, wrmHeader } from "../../src/drm/playready.js";
import type { HeaderSettings } from "../../src/drm/system.js";
import { expectBytes, hex } from "../support/hex-bytes.js";

/** Microsoft's public one, of its test servers. */
const TEST_SEED = Buffer.from(
  "XVBovsmzhP9gRIZxWfFta3VVRPzVEWmJsazEJ46I",
  "base64",
);

/** Published with their checksums: by Microsoft in its documentation, the first by brokenpipe.wordpress.com. */
const VECTORS = [
  {
    kid: "01020304-0506-0708-090a-aabbccddeeff",
    inHeader: "BAMCAQYFCAcJCqq7zN3u/w==",
    key: "1947f5eba3d06f1fac8010038f204cbf",
    sum: "EV/EKanLDy4=",
  },
  {
    kid: "10000000-1000-1000-1000-100000000001",
    inHeader: "AAAAEAAQABAQABAAAAAAAQ==",
    key: "3a2a1b68dd2bd9b2eeb25e84c4776668",
    sum: "5TzIYQ2hrOY=",
  },
  {
    kid: "6f651ae1-dbe4-4434-bcb4-690d1564c41c",
    inHeader: "4Rplb+TbNES8tGkNFWTEHA==",
    key: "88da852ae4fa2e1e36aeb2d5c94997b1",
    sum: "KLj3QzQP/NA=",
  },
  {
    kid: "09e091ab-f838-41d2-9e35-58531fd19ec7",
    inHeader: "q5HgCTj40kGeNVhTH9Gexw==",
    key: "9cb061164b7013eaefcc7d6d18424c2c",
    sum: "w+OZVr8vzrQ=",
  },
];

describe.each(VECTORS)("the key of $kid", ({ kid, inHeader, key, sum }) => {
  const bytes = parseUuid(kid) ?? new Uint8Array();

  test("follows from Microsoft's test seed", () => {
    const found = keyOfSeed(TEST_SEED, bytes);
    expect(Buffer.from(found).toString("hex")).toBe(key);
  });

  test("has the published checksum, and its ID the order of a GUID", () => {
    const whole = contentKey(bytes, Buffer.from(key, "hex"));
    expect(checksum(whole)).toBe(sum);
    expect(Buffer.from(guidOrder(bytes)).toString("base64")).toBe(inHeader);
    expect(uuidText(guidOrder(guidOrder(bytes)))).toBe(kid);
    const text = wrmHeader({ contentKey: whole });
    expect(text).toContain(`<KID>${inHeader}</KID>`);
    expect(text).toContain(`<CHECKSUM>${sum}</CHECKSUM>`);
  });
});

test("a seed of 29 bytes is refused, and what is behind 30 does not count", () => {
  const kid = hex`09e091abf83841d29e3558531fd19ec7`;
  expect(() => keyOfSeed(TEST_SEED.subarray(0, 29), kid)).toThrow(
    "29 bytes. Expected at least 30",
  );
  const longer = Buffer.concat([TEST_SEED, Buffer.from("more")]);
  expect(keyOfSeed(longer, kid)).toEqual(keyOfSeed(TEST_SEED, kid));
});

const KEY = contentKey(
  hex`09e091abf83841d29e3558531fd19ec7`,
  hex`9cb061164b7013eaefcc7d6d18424c2c`,
);

const headerOf = (settings: Omit<HeaderSettings, "contentKey">) =>
  wrmHeader({ contentKey: KEY, ...settings });

describe("the header", () => {
  test("is the one that Microsoft prints for a Smooth manifest", () => {
    // PlayReady Header Specification 3.6.1, but for the order of DATA's children, which is free.
    expect(
      headerOf({
        laUrl: "http://playready.directtaps.net/pr/svc/rightsmanager.asmx",
      }),
    ).toBe(
      '<WRMHEADER xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader" version="4.0.0.0">' +
        "<DATA><PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO>" +
        "<KID>q5HgCTj40kGeNVhTH9Gexw==</KID><CHECKSUM>w+OZVr8vzrQ=</CHECKSUM>" +
        "<LA_URL>http://playready.directtaps.net/pr/svc/rightsmanager.asmx</LA_URL>" +
        "</DATA></WRMHEADER>",
    );
  });

  test("escapes addresses, and leaves out what is not given", () => {
    const text = headerOf({ laUrl: "https://l.example/a?b=1&c=<2>" });
    expect(text).toContain("<LA_URL>https://l.example/a?b=1&amp;c=&lt;2&gt;<");
    expect(text).not.toMatch(/LUI_URL|DS_ID|CUSTOMATTRIBUTES|\/>/);
  });

  test("takes a domain service as UUID or as it stands in a header", () => {
    const written = "<DS_ID>q5HgCTj40kGeNVhTH9Gexw==</DS_ID>";
    for (const dsId of [
      "09E091AB-F838-41D2-9E35-58531FD19EC7",
      "q5HgCTj40kGeNVhTH9Gexw==",
    ])
      expect(headerOf({ dsId })).toContain(written);
    for (const dsId of ["q5Hg", "q5HgCTj40kGeNVhTH9Ge_w=="])
      expect(() => headerOf({ dsId })).toThrow("--ds-id");
  });

  test.each([
    "licences",
    "/rights",
    "ftp://l.example/",
    "https://a b/",
    "https://l.example/\ufffe",
    "https://l.example/\ud800",
  ])("refuses %j as an address for licences", (laUrl) =>
    expect(() => headerOf({ laUrl })).toThrow("--la-url"),
  );

  test("writes custom attributes as canonical XML", () => {
    const customAttributes = `<a z='1' xmlns:q="u" b="x &lt; y"/>\n<q:c xmlns:q="u"><![CDATA[1 & 2]]></q:c><!-- no -->`;
    expect(headerOf({ customAttributes })).toContain(
      '<CUSTOMATTRIBUTES><a xmlns:q="u" b="x &lt; y" z="1"></a>\n<q:c xmlns:q="u">1 &amp; 2</q:c></CUSTOMATTRIBUTES>',
    );
  });

  test.each([
    ["an element that is never closed", "<a>"],
    ["a document type", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"],
    ["an entity of its own", "<a>&b;</a>"],
    ["a processing instruction", "<?a b?><a/>"],
    ["more than a kilobyte", `<a>${"x".repeat(1020)}</a>`],
    ["an end tag of its own", "</CUSTOMATTRIBUTES><KID>x</KID>"],
    ["a prefix that nobody declared", "<x:a>1</x:a>"],
    ["more depth than is read", "<a>".repeat(60) + "</a>".repeat(60)],
    [
      "more attributes than are read",
      `<a ${Array.from({ length: 40 }, (_, i) => `a${i}="1"`).join(" ")}/>`,
    ],
    [
      "one attribute by two names",
      '<a xmlns:x="u" xmlns:y="u" x:b="1" y:b="2"/>',
    ],
    ["what is no character", "<a>\ufffe</a>"],
  ])("refuses custom attributes with %s", (_, customAttributes) => {
    expect(() => headerOf({ customAttributes })).toThrow("--custom-attributes");
  });
});

describe("the PlayReady object", () => {
  test("is one record: little-endian lengths, UTF-16LE without a byte order mark", () => {
    const bytes = playready.header({ contentKey: KEY });
    const text = wrmHeader({ contentKey: KEY });
    const size = Buffer.alloc(6);
    size.writeUInt32LE(10 + 2 * text.length);
    size.writeUInt16LE(2 * text.length, 4);
    expectBytes(
      bytes.subarray(0, 16),
      Buffer.concat([
        size.subarray(0, 4),
        hex`0100 0100`,
        size.subarray(4),
        hex`3C00 5700 5200`,
      ]),
    );
    expect(Buffer.from(bytes.subarray(10)).toString("utf16le")).toBe(text);
  });

  test("that somebody brings along is written as it is, without blanks in its base64", () => {
    const given = Buffer.from(playready.header({ contentKey: KEY }));
    const headerData = given.toString("base64").replaceAll(/.{76}/g, "$&\r\n");
    const laUrl = "https://not.this/";
    const found = playready.header({ contentKey: KEY, headerData, laUrl });
    expectBytes(found, given);
  });

  test("that is cut off is refused", () => {
    const whole = Buffer.from(playready.header({ contentKey: KEY }));
    const headerData = whole.subarray(0, -2).toString("base64");
    expect(() => playready.header({ contentKey: KEY, headerData })).toThrow(
      "not a PlayReady Object",
    );
  });

  test("of more than 15 KB is refused", () => {
    const laUrl = `https://l.example/${"x".repeat(8000)}`;
    expect(() => playready.header({ contentKey: KEY, laUrl })).toThrow(
      "Expected at most 15360",
    );
  });
});

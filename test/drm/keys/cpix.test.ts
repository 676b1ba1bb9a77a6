import { describe, expect, test } from "vitest";
import type { KeyOptions } from "../../../src/drm/keys/options.js";
import { makeRecipient } from "./certificate.js";
import {
  clearCpix,
  document,
  drmSystem,
  encryptedCpix,
  guid,
  header40,
  PLAYREADY,
  proOf,
  psshBox,
  rules,
  type Tampering,
} from "./cpix-maker.js";
import { idOf, load, refused, secretFile } from "./load.js";
import { PRIVATE, VECTORS } from "./vectors.js";

const { kid, key } = PRIVATE;
const [other] = VECTORS;
/** Of {@link PRIVATE}; by `openssl enc -aes-128-ecb -nopad`. */
const CHECKSUM = "F2AA4xbPYo0=";

const cpix = (text: string, options: KeyOptions = {}) =>
  load({ cpix: secretFile(text), ...options });

async function expectKey(
  work: ReturnType<typeof load>,
  notes: readonly unknown[] = [],
) {
  const loaded = await work;
  expect(idOf(loaded.contentKey)).toBe(kid);
  expect(loaded.contentKey.key.export().toString("hex")).toBe(key);
  expect(loaded.notes).toEqual(notes);
  return loaded;
}

describe("a clear CPIX document", () => {
  test("gives its only key", async () => {
    await expectKey(cpix(clearCpix({ keys: [PRIVATE] })));
  });

  test("gives it whatever its prefixes are, in UTF-16, with comments, CDATA and wrapped lines", async () => {
    const text = `\ufeff<CPIX xmlns="urn:dashif:org:cpix"><!-- ${"x".repeat(100)} --><ContentKeyList><ContentKey kid="${kid.toUpperCase()}">
      <Data><k:Secret xmlns:k="urn:ietf:params:xml:ns:keyprov:pskc"><k:PlainValue><![CDATA[${Buffer.from(key, "hex").toString("base64").slice(0, 9)}]]>
      ${Buffer.from(key, "hex").toString("base64").slice(9)}</k:PlainValue></k:Secret></Data></ContentKey></ContentKeyList></CPIX>`;
    await expectKey(load({ cpix: secretFile(Buffer.from(text, "utf16le")) }));
  });

  test("that others can read is refused", async () => {
    await refused(
      load({ cpix: secretFile(clearCpix({ keys: [PRIVATE] }), 0o644) }),
      "input",
      /open to others/,
    );
  });

  test.each([
    [
      "no key: it is a request",
      clearCpix({ keys: [{ kid }] }),
      /has the KID c4a5.* and no key\. Expected the answer/,
    ],
    ["an empty list", clearCpix({ keys: [] }), /has no ContentKey/],
    [
      "a key of 15 bytes",
      clearCpix({ keys: [{ kid, key: key.slice(2) }] }),
      /has 15 bytes/,
    ],
    [
      "a key of 32 bytes",
      clearCpix({ keys: [{ kid, key: key + key }] }),
      /has 32 bytes/,
    ],
    [
      "a key that is not base64",
      clearCpix({ keys: [PRIVATE] }).replace(
        Buffer.from(key, "hex").toString("base64"),
        "%".repeat(24),
      ),
      /is not base64/,
    ],
    [
      "a key of zeros",
      clearCpix({ keys: [{ kid, key: "0".repeat(32) }] }),
      /is all zeros/,
    ],
    [
      "a kid that is no UUID",
      clearCpix({ keys: [{ kid: "film", key }] }),
      /a ContentKey has no kid that is a UUID/,
    ],
    [
      "two keys of one KID",
      clearCpix({
        keys: [PRIVATE, { kid: kid.toUpperCase(), key: other.key }],
      }),
      /two ContentKeys of the KID c4a5/,
    ],
    [
      "another namespace",
      clearCpix({ keys: [PRIVATE] }).replace(
        "urn:dashif:org:cpix",
        "urn:example",
      ),
      /is not a CPIX document/,
    ],
    ["another root", "<html/>", /is not a CPIX document/],
  ])("with %s is refused", async (_, text, words) => {
    await refused(cpix(text), "input", words);
  });

  test.each(["cbcs", "cens", "cbc1"])(
    "with a key for %s is refused in words",
    async (scheme) => {
      const keys = [
        { ...PRIVATE, attributes: `commonEncryptionScheme="${scheme}"` },
      ];
      await refused(
        cpix(clearCpix({ keys })),
        "input",
        new RegExp(`is for ${scheme}\\. Expected cenc \\(AES-CTR\\)`),
      );
    },
  );

  test("with a key for cenc is taken; its explicitIV is not, and that is said", async () => {
    const keys = [
      {
        ...PRIVATE,
        attributes:
          'commonEncryptionScheme="cenc" explicitIV="AAAAAAAAAAAAAAAAAAAAAA=="',
      },
    ];
    await expectKey(cpix(clearCpix({ keys })), [
      expect.stringMatching(
        /^explicitIV .* is not used: under one key no IV may come twice/,
      ),
    ]);
  });

  test("that is signed is told as not verified", async () => {
    const signed = clearCpix({
      keys: [PRIVATE],
      more: "<ds:Signature><ds:SignedInfo/></ds:Signature>",
    });
    await expectKey(cpix(signed), [
      expect.stringMatching(/signature was not verified/),
    ]);
  });
});

describe("of several keys of a CPIX document", () => {
  const keys = [other, PRIVATE];
  const VIDEO = "<cpix:VideoFilter/>";
  const AUDIO = "<cpix:AudioFilter/>";

  test.each([
    ["a rule without filters gives to all tracks", rules([kid, ""])],
    ["a rule for picture and sound gives to all", rules([kid, VIDEO + AUDIO])],
    [
      "two rules give, one to pictures and one to sound",
      rules(
        [kid, '<cpix:VideoFilter minPixels="1000000"/>'],
        [kid, VIDEO],
        [kid, AUDIO],
      ),
    ],
  ])("the one is taken that %s", async (_, more) => {
    await expectKey(cpix(clearCpix({ keys, more })));
  });

  test("the one is taken that --kid names", async () => {
    await expectKey(cpix(clearCpix({ keys }), { kid }));
    await refused(
      cpix(clearCpix({ keys }), { kid: kid.replace(/^..../, "1111") }),
      "input",
      /has no key of the KID 1111/,
    );
  });

  test.each([
    [
      "no rule says which is for what",
      "",
      /has 2 keys, and no rule says which/,
    ],
    [
      "picture and sound have different ones",
      rules([kid, VIDEO], [other.kid, AUDIO]),
      /its rules give tracks different ones/,
    ],
    [
      "large and small pictures have different ones",
      rules(
        [kid, '<cpix:VideoFilter minPixels="1000000"/>'],
        [other.kid, VIDEO],
        [kid, AUDIO],
      ),
      /its rules give tracks different ones/,
    ],
    [
      "sound has none",
      rules([kid, VIDEO]),
      /its rules leave some tracks without one/,
    ],
    [
      "they change with time",
      rules([kid, '<cpix:KeyPeriodFilter periodId="a"/>']),
      /its keys change with time/,
    ],
    [
      "the rule is for a key that is not there",
      rules(["12345678-1234-1234-1234-123456789abc", ""]),
      /has no key of the KID 12345678/,
    ],
  ])("none is taken when %s", async (_, more, words) => {
    await refused(cpix(clearCpix({ keys, more })), "input", words);
  });

  test("a rule may declare namespaces: that narrows nothing down", async () => {
    const inside = `<VideoFilter xmlns="urn:dashif:org:cpix"/><c:AudioFilter xmlns:c="urn:dashif:org:cpix"/>`;
    await expectKey(cpix(clearCpix({ keys, more: rules([kid, inside]) })));
  });
});

describe("a rule that is not for all tracks gives a key to none", () => {
  const typed = (type: string, inside: string) =>
    rules([kid, inside]).replace(" kid=", ` intendedTrackType="${type}" kid=`);
  const AUDIO = "<cpix:AudioFilter/>";
  test.each([
    [
      "only small pictures",
      rules([kid, `<cpix:VideoFilter maxPixels="442368"/>${AUDIO}`]),
    ],
    ["a bitrate", rules([kid, '<cpix:BitrateFilter maxBitrate="100"/>'])],
    ["a label", rules([kid, '<cpix:LabelFilter label="director"/>'])],
    [
      "a label beside both kinds",
      rules([
        kid,
        `<cpix:VideoFilter/>${AUDIO}<cpix:LabelFilter label="director"/>`,
      ]),
    ],
    ["stereo alone", rules([kid, '<cpix:AudioFilter maxChannels="2"/>'])],
    ["what nobody knows", rules([kid, "<cpix:SmellFilter/>"])],
    ["sound", rules([kid, AUDIO])],
    ["tracks of a type", typed("SD", `<cpix:VideoFilter/>${AUDIO}`)],
    ["sound, by its type alone", typed("AUDIO", "")],
  ])(
    "%s, of one key or of two; --kid takes it all the same",
    async (_, more) => {
      for (const keys of [[PRIVATE], [other, PRIVATE]]) {
        const text = clearCpix({ keys, more });
        const words = /its rules leave some tracks without one/;
        await refused(cpix(text), "input", words);
        await expectKey(cpix(text, { kid }));
      }
    },
  );

  test("but one with the type ALL does, as SPEKE writes it", async () => {
    const more = typed("ALL", `<cpix:VideoFilter/>${AUDIO}`);
    await expectKey(cpix(clearCpix({ keys: [other, PRIVATE], more })));
  });

  test("keys that change with time are refused: one, and one that --kid names", async () => {
    const more = rules([kid, '<cpix:KeyPeriodFilter periodId="a"/>']);
    for (const keys of [[PRIVATE], [other, PRIVATE]])
      for (const options of [{}, { kid }])
        await refused(
          cpix(clearCpix({ keys, more }), options),
          "input",
          /its keys change with time/,
        );
  });
});

describe("an encrypted CPIX document", () => {
  const [me, somebody] = [makeRecipient(), makeRecipient()];
  const mine = { cpixPrivateKey: secretFile(me.pem) };
  const parts = { keys: [PRIVATE] };
  const tampered = (tampering: Tampering) =>
    cpix(encryptedCpix(parts, [me], tampering), mine);
  const flip = (at: number) => (bytes: Buffer) => {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    return changed;
  };

  test("is opened with the private key", async () => {
    await expectKey(cpix(encryptedCpix(parts, [me]), mine));
  });

  test("for several recipients is opened by each, wherever he stands", async () => {
    await expectKey(cpix(encryptedCpix(parts, [somebody, me]), mine));
    await expectKey(cpix(encryptedCpix(parts, [me, somebody]), mine));
  });

  test("may be read by others: there is no secret in it", async () => {
    await expectKey(
      load({ cpix: secretFile(encryptedCpix(parts, [me]), 0o644), ...mine }),
    );
  });

  test("has its MAC key in either of the elements that key servers use", async () => {
    const edit = (text: string) => text.replaceAll("pskc:MACKey>", "cpix:Key>");
    await expectKey(tampered({ edit }));
  });

  test("without a private key is refused with the option's name", async () => {
    await refused(
      cpix(encryptedCpix(parts, [me])),
      "usage",
      /its keys are encrypted\. Expected --cpix-private-key FILE/,
    );
  });

  test("for somebody else is refused", async () => {
    await refused(
      cpix(encryptedCpix(parts, [somebody]), mine),
      "input",
      /encrypted for 1 recipients, and none has this private key/,
    );
  });

  test.each<[string, Tampering, RegExp]>([
    [
      "one bit of the key is changed",
      { cipherValue: flip(20) },
      /MAC of a key is wrong/,
    ],
    [
      "one bit of the IV is changed",
      { cipherValue: flip(0) },
      /MAC of a key is wrong/,
    ],
    [
      "one bit of the MAC is changed",
      { mac: flip(63) },
      /MAC of a key is wrong/,
    ],
    [
      "the MAC is cut off",
      { mac: (bytes) => bytes.subarray(0, 32) },
      /MAC of a key is wrong/,
    ],
    [
      "there is no MAC",
      {
        edit: (text) => text.replace(/<pskc:ValueMAC>.*<\/pskc:ValueMAC>/, ""),
      },
      /key without a MAC/,
    ],
    [
      "no MAC is agreed",
      {
        edit: (text) =>
          text.replace(/<cpix:MACMethod[^]*<\/cpix:MACMethod>/, ""),
      },
      /has no MAC \(MACMethod\)/,
    ],
    [
      "the MAC is a weaker one",
      { edit: (text) => text.replace("hmac-sha512", "hmac-sha1") },
      /encrypted with .*hmac-sha1, expected .*hmac-sha512/,
    ],
    [
      "the key is wrapped in an older way",
      { edit: (text) => text.replace("rsa-oaep-mgf1p", "rsa-1_5") },
      /encrypted with .*rsa-1_5, expected .*rsa-oaep-mgf1p/,
    ],
    [
      "the wrap has another digest",
      {
        edit: (text) =>
          text.replace(
            /(rsa-oaep-mgf1p")\/>/,
            '$1><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/></enc:EncryptionMethod>',
          ),
      },
      /encrypted with .*sha256, expected .*sha1/,
    ],
    [
      "the cipher is another",
      {
        edit: (text) =>
          text.replace(
            'EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"',
            'EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"',
          ),
      },
      /aes256-gcm, expected .*aes256-cbc/,
    ],
    [
      "the wrapped key is damaged",
      { edit: (text) => text.replace(/(<enc:CipherValue>).{8}/, "$1AAAAAAAA") },
      /document key that this private key does not open/,
    ],
    [
      "the document key is short",
      { keyBytes: 16 },
      /document key of 16 bytes, expected 32/,
    ],
    [
      "a value is not base64",
      { edit: (text) => text.replace(/(<enc:CipherValue>)./, "$1*") },
      /CipherValue that is not base64/,
    ],
    [
      "the certificates are none",
      { edit: (text) => text.replace(/(<ds:X509Certificate>)[^<]*/, "$1AAAA") },
      /none has this private key/,
    ],
  ])("is refused when %s", async (_, tampering, words) => {
    await refused(tampered(tampering), "input", words);
  });

  test.each([
    ["15 bytes", key.slice(2), /has 15 bytes/],
    ["nothing", "", /has 0 bytes/],
  ])(
    "is refused when its key has %s, though all is well sealed",
    async (_, short, words) => {
      await refused(
        cpix(encryptedCpix({ keys: [{ kid, key: short }] }, [me]), mine),
        "input",
        words,
      );
    },
  );

  test.each([
    ["is no PEM", "no key"],
    [
      "is a certificate",
      `-----BEGIN CERTIFICATE-----\n${me.certificate.toString("base64")}\n-----END CERTIFICATE-----\n`,
    ],
  ])("is refused with a private key that %s", async (_, pem) => {
    await refused(
      cpix(encryptedCpix(parts, [me]), { cpixPrivateKey: secretFile(pem) }),
      "input",
      /--cpix-private-key .*Expected RSA in PEM, without a passphrase/,
    );
  });

  test("is refused with a private key that others can read", async () => {
    await refused(
      cpix(encryptedCpix(parts, [me]), {
        cpixPrivateKey: secretFile(me.pem, 0o644),
      }),
      "input",
      /open to others/,
    );
  });
});

describe("the PlayReady header of a CPIX document", () => {
  const LA = "<LA_URL>https://example.com/rights</LA_URL>";
  const SUM = `<CHECKSUM>${CHECKSUM}</CHECKSUM>`;
  const good = proOf([1, header40(kid, SUM + LA)]).toString("base64");
  const withSystem = (inside: string, forKid: string = kid) =>
    cpix(clearCpix({ keys: [PRIVATE], more: drmSystem(forKid, inside) }));
  const smooth = (data: string) =>
    withSystem(
      `<cpix:SmoothStreamingProtectionHeaderData>${data}</cpix:SmoothStreamingProtectionHeaderData>`,
    );
  const pssh = (box: Buffer) =>
    withSystem(`<cpix:PSSH>${box.toString("base64")}</cpix:PSSH>`);

  test("is taken as it is, without the blanks that XML was wrapped with", async () => {
    const wrapped = `\n  ${good.replace(/(.{76})/g, "$1\r\n  ")}\n`;
    expect((await expectKey(smooth(wrapped))).headerData).toBe(good);
  });

  test.each([
    ["version 0", []],
    ["version 1, with a list of KIDs", [kid]],
  ])(
    "is taken from the pssh box of %s where there is none for Smooth Streaming",
    async (_, kids) => {
      const box = psshBox(Buffer.from(good, "base64"), kids);
      expect((await expectKey(pssh(box))).headerData).toBe(good);
    },
  );

  test("is built anew where there is none, or one of another system or key", async () => {
    expect((await expectKey(withSystem(""))).headerData).toBeUndefined();
    const widevine = drmSystem(
      kid,
      `<cpix:PSSH>AAAA</cpix:PSSH>`,
      "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed",
    );
    expect(
      (await expectKey(cpix(clearCpix({ keys: [PRIVATE], more: widevine }))))
        .headerData,
    ).toBeUndefined();
    expect(
      (await expectKey(withSystem("<cpix:PSSH>AAAA</cpix:PSSH>", other.kid)))
        .headerData,
    ).toBeUndefined();
  });

  const pro = (inside: string, forKid: string = kid) =>
    proOf([1, header40(forKid, inside)]).toString("base64");
  test.each([
    [
      "for another KID",
      pro(SUM + LA, other.kid),
      /is for the KID 01020304-.* Expected c4a5/,
    ],
    [
      "of another key of the same KID",
      pro(`<CHECKSUM>${other.checksum}</CHECKSUM>${LA}`),
      /has the checksum EV\/EKanLDy4=, so it is for another key/,
    ],
    ["that is not base64", "*".repeat(40), /is not base64/],
    [
      "that is cut off",
      Buffer.from(good, "base64").subarray(0, -2).toString("base64"),
      /says \d+ bytes and has \d+/,
    ],
    [
      "with more behind it",
      Buffer.concat([Buffer.from(good, "base64"), Buffer.alloc(2)]).toString(
        "base64",
      ),
      /says \d+ bytes and has \d+/,
    ],
    [
      "whose record is too long for it",
      (() => {
        const bytes = Buffer.from(good, "base64");
        bytes.writeUInt16LE(0xffff, 8);
        return bytes.toString("base64");
      })(),
      /ends within a record/,
    ],
    [
      "without a header in it",
      proOf([3, Buffer.alloc(8)]).toString("base64"),
      /has 0 headers, expected one/,
    ],
    [
      "with two headers",
      proOf([1, header40(kid, SUM)], [1, header40(kid, SUM)]).toString(
        "base64",
      ),
      /has 2 headers, expected one/,
    ],
    [
      "that is no XML",
      proOf([1, Buffer.from("hello", "utf16le")]).toString("base64"),
      /its header is not well-formed/,
    ],
    [
      "with a document type",
      proOf([
        1,
        Buffer.from('<!DOCTYPE a [<!ENTITY x "y">]><WRMHEADER/>', "utf16le"),
      ]).toString("base64"),
      /its header has a document type/,
    ],
    [
      "that is other XML",
      proOf([1, Buffer.from("<a/>", "utf16le")]).toString("base64"),
      /is no WRMHEADER/,
    ],
    [
      "without a KID",
      proOf([
        1,
        Buffer.from(
          '<WRMHEADER version="4.0.0.0"><DATA/></WRMHEADER>',
          "utf16le",
        ),
      ]).toString("base64"),
      /no whole KID/,
    ],
    [
      "for AES-CBC",
      proOf([1, header43(`ALGID="AESCBC"`)]).toString("base64"),
      /is for AESCBC\. Expected AESCTR/,
    ],
    [
      "for two keys",
      proOf([1, header43(`ALGID="AESCTR"`, 2)]).toString("base64"),
      /names 2 keys\. Expected one/,
    ],
  ])("is refused: one %s", async (_, data, words) => {
    await refused(smooth(data), "input", words);
  });

  test("is refused in a pssh box that is none, or another system's", async () => {
    const data = Buffer.from(good, "base64");
    await refused(
      pssh(psshBox(data).subarray(1)),
      "input",
      /PSSH is not a pssh box of PlayReady/,
    );
    await refused(
      pssh(psshBox(data, [], "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed")),
      "input",
      /PSSH is not a pssh box/,
    );
    const lying = psshBox(data);
    lying.writeUInt32BE(0xffffffff, 28);
    await refused(pssh(lying), "input", /PSSH is not a pssh box/);
  });

  test("is refused when there are two", async () => {
    const twice = drmSystem(kid, "") + drmSystem(kid, "");
    const more = twice.replace("</cpix:DRMSystemList><cpix:DRMSystemList>", "");
    await refused(
      cpix(clearCpix({ keys: [PRIVATE], more })),
      "input",
      /has 2 DRMSystems of PlayReady/,
    );
  });

  test.each([
    [
      "another version than 4.0",
      proOf([1, header43(`ALGID="AESCTR" CHECKSUM="${CHECKSUM}"`)]),
      /has version 4\.3\.0\.0: .* read 4\.0 only/,
    ],
    ["no checksum", proOf([1, header40(kid, LA)]), /has no checksum/],
    [
      "a licence store beside it",
      proOf([1, header40(kid, SUM + LA)], [3, Buffer.alloc(10)]),
      /comes with 1 more record/,
    ],
    [
      "no licence server",
      proOf([1, header40(kid, SUM)]),
      /names no licence server/,
    ],
  ])(
    "with %s is taken, and players that miss something are named",
    async (_, bytes, note) => {
      await expectKey(smooth(bytes.toString("base64")), [
        expect.stringMatching(note),
      ]);
    },
  );

  function header43(attributes: string, keys = 1): Buffer {
    const element = `<KID ${attributes} VALUE="${guid(kid)}"></KID>`;
    return Buffer.from(
      `<WRMHEADER version="4.3.0.0"><DATA><PROTECTINFO><KIDS>${element.repeat(keys)}</KIDS></PROTECTINFO>${LA}</DATA></WRMHEADER>`,
      "utf16le",
    );
  }
});

describe("a hostile CPIX document is refused at once", () => {
  const key64 = Buffer.from(key, "hex").toString("base64");
  const inside = (value: string) =>
    `<cpix:ContentKeyList><cpix:ContentKey kid="${kid}"><cpix:Data><pskc:Secret><pskc:PlainValue>${value}</pskc:PlainValue></pskc:Secret></cpix:Data></cpix:ContentKey></cpix:ContentKeyList>`;
  const lols = [
    "<!DOCTYPE lolz [",
    '<!ENTITY lol "lol">',
    ...Array.from(
      { length: 9 },
      (_, i) =>
        `<!ENTITY lol${i + 1} "${`&lol${i === 0 ? "" : i};`.repeat(10)}">`,
    ),
    "]>",
  ].join("\n");

  test.each([
    [
      "a document type",
      document(inside(key64), "<!DOCTYPE cpix>"),
      /has a document type \(DTD\)/,
    ],
    [
      "an entity of its own",
      document(inside("&key;"), `<!DOCTYPE c [<!ENTITY key "${key64}">]>`),
      /document type/,
    ],
    [
      "a file as an entity",
      document(
        inside("&key;"),
        '<!DOCTYPE c [<!ENTITY key SYSTEM "file:///etc/passwd">]>',
      ),
      /document type/,
    ],
    [
      "a document type elsewhere",
      document(inside(key64), '<!DOCTYPE c SYSTEM "http://127.0.0.1:9/x.dtd">'),
      /document type/,
    ],
    ["a billion laughs", document(inside("&lol9;"), lols), /document type/],
    [
      "an entity that nobody declared",
      document(inside("&key;")),
      /is not well-formed/,
    ],
    [
      "elements deep in one another",
      document("<a>".repeat(1000) + "</a>".repeat(1000)),
      /more than 32 elements in one another/,
    ],
    [
      "a great many elements",
      document("<a/>".repeat(100_000)),
      /more than 20000 elements/,
    ],
    [
      "a great many attributes",
      document(
        `<a ${Array.from({ length: 100 }, (_, i) => `a${i}=""`).join(" ")}/>`,
      ),
      /more than 32 attributes/,
    ],
    [
      "a namespace that nobody declared",
      document("<x:a/>"),
      /is not well-formed/,
    ],
    ["no end", document(inside(key64)).slice(0, -20), /is not well-formed/],
    [
      "two roots",
      document(inside(key64))
        .repeat(2)
        .replace(/<\?xml.*\?>/g, ""),
      /is not well-formed/,
    ],
    ["nothing", "", /has no XML element|is not well-formed/],
    [
      "bytes that are no text",
      Buffer.concat([
        Buffer.from(document(inside(key64))),
        Buffer.from([0xff, 0xfe]),
      ]),
      /is not text in UTF-8/,
    ],
    [
      "a megabyte and more",
      document(inside(key64) + " ".repeat(1024 * 1024)),
      /has more than 1048576 bytes/,
    ],
    [
      "the name of a thing of JavaScript for a list",
      document(`<cpix:__proto__/>${inside("constructor")}`),
      /is not base64/,
    ],
  ])("%s", async (_, content, words) => {
    const file = secretFile(content);
    await refused(load({ cpix: file }), "input", words);
  });
});

test("the systemId is found in capitals and in small letters", async () => {
  const data = proOf([1, header40(kid, "")]).toString("base64");
  for (const id of [PLAYREADY, PLAYREADY.toLowerCase()]) {
    const more = drmSystem(
      kid,
      `<cpix:SmoothStreamingProtectionHeaderData>${data}</cpix:SmoothStreamingProtectionHeaderData>`,
      id,
    );
    expect((await cpix(clearCpix({ keys: [PRIVATE], more }))).headerData).toBe(
      data,
    );
  }
});

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import type { KeyOptions } from "../../../src/drm/keys/options.js";
import { checksum } from "../../../src/drm/playready.js";
import { tempFolder } from "../../support/temp.js";
import { makeRecipient } from "./certificate.js";
import { encryptedCpix } from "./cpix-maker.js";
import { idOf, keyHex, load, refused, secretFile } from "./load.js";
import { PRIVATE, SEED, VECTORS } from "./vectors.js";

const { kid, key } = PRIVATE;
const folder = tempFolder();
const LINE = `${kid}:${key}\n`;

describe("the key comes from exactly one place", () => {
  const FILE = "film.keys";
  const variables = (name: string) => ({ environment: { [name]: key } });
  test.each<[string, string, KeyOptions, object]>([
    ["--key-file", "--cpix", { keyFile: FILE, cpix: FILE }, {}],
    ["--key-file", "--key-seed-file", { keyFile: FILE, keySeedFile: FILE }, {}],
    [
      "--key-file",
      "--generate-keys",
      { keyFile: FILE, generateKeys: true, keysOut: FILE },
      {},
    ],
    [
      "--key-file",
      "MSS_PACK_KEY",
      { keyFile: FILE },
      variables("MSS_PACK_KEY"),
    ],
    [
      "--cpix",
      "MSS_PACK_KEY_SEED",
      { cpix: FILE },
      variables("MSS_PACK_KEY_SEED"),
    ],
    [
      "--generate-keys",
      "MSS_PACK_KEY",
      { generateKeys: true, keysOut: FILE },
      variables("MSS_PACK_KEY"),
    ],
    [
      "MSS_PACK_KEY",
      "MSS_PACK_KEY_SEED",
      { kid },
      { environment: { MSS_PACK_KEY: key, MSS_PACK_KEY_SEED: SEED } },
    ],
  ])("%s and %s: both are named", async (one, other, options, surroundings) => {
    const words = new RegExp(`^${one} and ${other} are both given`);
    await refused(load(options, surroundings), "usage", words);
  });

  test("none: all that there are are named", async () => {
    await refused(
      load({}),
      "usage",
      /No key is given\. Expected --key-file, --cpix, .* or MSS_PACK_KEY_SEED/,
    );
  });

  test.each<[string, KeyOptions, RegExp]>([
    [
      "--cpix-private-key without --cpix",
      { keyFile: FILE, cpixPrivateKey: FILE },
      /--cpix-private-key is given, and the key comes from --key-file/,
    ],
    [
      "--keys-out without --generate-keys",
      { keyFile: FILE, keysOut: FILE },
      /--keys-out is given, and the key comes from --key-file/,
    ],
    [
      "--generate-keys without --keys-out",
      { generateKeys: true },
      /without --keys-out/,
    ],
    [
      "--generate-kid without a seed",
      { keyFile: FILE, generateKid: true },
      /--generate-kid is given.*Expected it beside --key-seed-file or MSS_PACK_KEY_SEED/,
    ],
    [
      "--kid and --generate-kid",
      { keySeedFile: FILE, kid, generateKid: true },
      /--kid and --generate-kid are both given/,
    ],
    [
      "a seed without a KID",
      { keySeedFile: FILE },
      /--key-seed-file is given without a KID\. Expected --kid UUID or --generate-kid/,
    ],
    [
      "a KID that is none",
      { keyFile: FILE, kid: key.slice(1) },
      /--kid has 31 characters/,
    ],
    [
      "a KID of zeros",
      { keyFile: FILE, kid: kid.replace(/[^-]/g, "0") },
      /--kid is all zeros/,
    ],
  ])("%s is refused", async (_, options, words) => {
    await refused(load(options), "usage", words);
  });

  test("MSS_PACK_KEY without --kid is refused", async () => {
    await refused(
      load({}, variables("MSS_PACK_KEY")),
      "usage",
      /MSS_PACK_KEY is given without a KID\. Expected --kid UUID/,
    );
  });
});

describe("a key in a variable", () => {
  test.each([
    ["in hexadecimal digits", key],
    ["in base64", Buffer.from(key, "hex").toString("base64")],
  ])("%s is taken with --kid", async (_, text) => {
    const { contentKey } = await load(
      { kid },
      { environment: { MSS_PACK_KEY: text } },
    );
    expect([idOf(contentKey), contentKey.key.export().toString("hex")]).toEqual(
      [kid, key],
    );
  });

  test("that is none is refused, and not quoted", async () => {
    const environment = { MSS_PACK_KEY: key.slice(1) };
    await refused(
      load({ kid }, { environment }),
      "usage",
      /MSS_PACK_KEY has 31 characters/,
    );
  });
});

describe("a key is made from a key seed", () => {
  test.each(VECTORS)(
    "as Microsoft's documents have it: $kid",
    async (vector) => {
      const keySeedFile = secretFile(`${SEED}\n`);
      const { contentKey } = await load({ keySeedFile, kid: vector.kid });
      expect(contentKey.key.export().toString("hex")).toBe(vector.key);
      expect(checksum(contentKey)).toBe(vector.checksum);
    },
  );

  test("of which what is behind 30 bytes does not count", async () => {
    const longer = Buffer.concat([
      Buffer.from(SEED, "base64"),
      Buffer.from("more of it"),
    ]);
    const { kid: known, key: expected } = VECTORS[0];
    expect(
      await keyHex({
        keySeedFile: secretFile(longer.toString("base64")),
        kid: known,
      }),
    ).toBe(expected);
  });

  test("and of a new KID with --generate-kid, another one each time", async () => {
    const options = { keySeedFile: secretFile(SEED), generateKid: true };
    const [one, other] = [await load(options), await load(options)];
    expect(idOf(one.contentKey)).not.toBe(idOf(other.contentKey));
    expect(
      await keyHex({
        ...options,
        generateKid: false,
        kid: idOf(one.contentKey),
      }),
    ).toBe(one.contentKey.key.export().toString("hex"));
  });

  test("in a variable, too", async () => {
    const environment = { MSS_PACK_KEY_SEED: SEED };
    const { contentKey } = await load({ kid: VECTORS[0].kid }, { environment });
    expect(contentKey.key.export().toString("hex")).toBe(VECTORS[0].key);
  });

  test.each([
    [
      "29 bytes",
      Buffer.from(SEED, "base64").subarray(1).toString("base64"),
      /has 29 bytes\. Expected a key seed of at least 30/,
    ],
    [
      "hexadecimal digits",
      Buffer.from(SEED, "base64").toString("hex"),
      /has hexadecimal digits/,
    ],
    ["no base64", `${SEED.slice(0, -1)}!`, /has 40 characters/],
    ["nothing", "\n", /has nothing/],
    ["zeros", Buffer.alloc(30).toString("base64"), /key seed is all zeros/],
    [
      "a word over and over",
      Buffer.from("secret".repeat(5)).toString("base64"),
      /key seed (repeats itself|has only \d different bytes)/,
    ],
  ])("but not from %s", async (_, text, words) => {
    await refused(load({ keySeedFile: secretFile(text), kid }), "input", words);
  });
});

describe("a key that everybody knows", () => {
  const options = {
    keyFile: secretFile(`${VECTORS[1].kid}:${VECTORS[1].key}`),
  };

  test("is warned of, wherever it comes from", async () => {
    const sources: KeyOptions[] = [
      options,
      { keySeedFile: secretFile(SEED), generateKid: true },
    ];
    for (const source of sources)
      expect((await load(source)).warnings).toEqual([
        expect.stringMatching(/ is public: everybody can decrypt the package/),
      ]);
  });

  test("is not with --test-keys", async () => {
    expect((await load({ ...options, testKeys: true })).warnings).toEqual([]);
  });
});

describe.skipIf(process.platform === "win32")(
  "a file with a key that others can read",
  () => {
    test.each([
      ["the group", 0o640],
      ["everybody", 0o604],
      ["everybody, to write it", 0o602],
      ["all, as files usually are", 0o644],
    ])("is refused: %s", async (_, mode) => {
      const file = secretFile(LINE, mode);
      const rights = mode.toString(8);
      await refused(
        load({ keyFile: file }),
        "input",
        new RegExp(`holds a key and is open to others \\(mode 0${rights}\\)`),
      );
      await refused(
        load({ keySeedFile: secretFile(SEED, mode), kid }),
        "input",
        /open to others/,
      );
    });

    test("is read with --insecure-key-file", async () => {
      expect(
        await keyHex({
          keyFile: secretFile(LINE, 0o644),
          insecureKeyFile: true,
        }),
      ).toBe(key);
    });

    test("is judged by itself, not by a link to it", async () => {
      const link = join(folder, "link.keys");
      symlinkSync(secretFile(LINE, 0o644), link);
      await refused(load({ keyFile: link }), "input", /open to others/);
    });
  },
);

describe("a file with a key in the output folder", () => {
  const output = join(folder, "out");
  mkdirSync(join(output, "deep"), { recursive: true });
  const inside = join(output, "deep", "film.keys");
  writeFileSync(inside, LINE, { mode: 0o600 });

  test("is refused, also deep in it", async () => {
    await refused(
      load({ keyFile: inside }, { output }),
      "usage",
      /--key-file .*film\.keys: lies in the output folder/,
    );
  });

  test("is found through links on either side", async () => {
    symlinkSync(output, join(folder, "other-name"));
    await refused(
      load({ keyFile: join(folder, "other-name/deep/film.keys") }, { output }),
      "usage",
      /lies in the output folder/,
    );
    await refused(
      load({ keyFile: inside }, { output: join(folder, "other-name") }),
      "usage",
      /lies in the output folder/,
    );
  });

  test("is refused when a link in it leads out: an origin follows links", async () => {
    const outside = secretFile(LINE);
    const link = join(output, "out.keys");
    symlinkSync(outside, link);
    await refused(
      load({ keyFile: link }, { output }),
      "usage",
      /lies in the output folder/,
    );
  });

  test("or in a watched folder is refused: it would be taken for a film", async () => {
    await refused(
      load({ keyFile: inside }, { watched: output }),
      "usage",
      /--key-file .*film\.keys: lies in the watched folder .*films/,
    );
  });

  test("is refused for new keys, too, where the folder is still to be made", async () => {
    const later = join(folder, "later");
    const options = { generateKeys: true, keysOut: join(later, "film.keys") };
    await refused(
      load(options, { output: later }),
      "usage",
      /--keys-out .* lies in the output folder/,
    );
  });

  test("beside it is read, also when its name begins like the folder's", async () => {
    const beside = join(folder, "out.keys");
    writeFileSync(beside, LINE, { mode: 0o600 });
    expect(idOf((await load({ keyFile: beside }, { output })).contentKey)).toBe(
      kid,
    );
    const dotted = join(folder, "..keys");
    writeFileSync(dotted, LINE, { mode: 0o600 });
    await refused(
      load({ keyFile: dotted }, { output: folder }),
      "usage",
      /lies in the output folder/,
    );
  });
});

describe("standard input", () => {
  test.each<[string, KeyOptions, string]>([
    ["--key-file -", { keyFile: "-" }, LINE],
    ["--key-seed-file -", { keySeedFile: "-", kid: VECTORS[0].kid }, SEED],
  ])("gives the key: %s", async (_, options, text) => {
    const readStdin = () => Readable.from([Buffer.from(text)]);
    const { contentKey } = await load(options, { readStdin });
    expect([kid, VECTORS[0].kid]).toContain(idOf(contentKey));
  });

  test("cannot give two things", async () => {
    await refused(
      load({ cpix: "-", cpixPrivateKey: "-" }),
      "usage",
      /--cpix and --cpix-private-key are both read from standard input/,
    );
  });

  test("without a key is told as that", async () => {
    await refused(
      load({ keyFile: "-" }),
      "input",
      /^--key-file -: holds no key/,
    );
  });
});

describe.skipIf(process.platform === "win32")("a pipe", () => {
  const pipe = (name: string) => {
    execFileSync("mkfifo", ["-m", "600", join(folder, name)]);
    return join(folder, name);
  };

  test("gives the key, also when its writer comes late", async () => {
    const keyFile = pipe("late");
    const loaded = load({ keyFile });
    const shell = spawn("sh", ["-c", `printf %s '${LINE}' > '${keyFile}'`]);
    expect(idOf((await loaded).contentKey)).toBe(kid);
    if (shell.exitCode === null) await once(shell, "exit");
  });

  test("to which nobody writes is left when work is to end", async () => {
    const controller = new AbortController();
    const loading = load(
      { keyFile: pipe("silent") },
      { signal: controller.signal },
    );
    setImmediate(() => controller.abort());
    await refused(loading, "aborted", /./);
  });
});

describe("a key in the place of a file's name is not said again", () => {
  const base64 = Buffer.from(key, "hex").toString("base64");
  const output = folder; // where a path that is there would be refused, with its name
  test.each<[string, KeyOptions]>([
    ["--key-file", { keyFile: key }],
    ["--key-file", { keyFile: `${kid}:${key}` }],
    ["--key-file", { keyFile: join(folder, key) }],
    ["--key-file", { keyFile: key.slice(1) }],
    ["--key-file", { keyFile: base64 }],
    ["--cpix", { cpix: base64 }],
    ["--key-seed-file", { keySeedFile: SEED, kid }],
  ])("%s", async (option, options) => {
    const words = new RegExp(`^${option}: no such file, and what is given`);
    await refused(load(options, { output }), "usage", words);
  });

  test("--cpix-private-key", async () => {
    const me = makeRecipient();
    const cpix = secretFile(encryptedCpix({ keys: [PRIVATE] }, [me]));
    await refused(
      load({ cpix, cpixPrivateKey: base64 }),
      "usage",
      /^--cpix-private-key: no such file/,
    );
  });

  test("but a file of such a name is read", async () => {
    const keyFile = join(folder, "0123456789abcdef0123456789abcdef");
    writeFileSync(keyFile, LINE, { mode: 0o600 });
    expect(idOf((await load({ keyFile })).contentKey)).toBe(kid);
  });
});

describe("what cannot be read", () => {
  test("is told with its option: a missing file, a folder, one that is far too large", async () => {
    await refused(
      load({ keyFile: join(folder, "none") }),
      "input",
      /--key-file .*none: cannot be read \(no such file/,
    );
    await refused(
      load({ keyFile: folder }),
      "input",
      /cannot be read \(it is a folder\)/,
    );
    await refused(
      load({ keyFile: secretFile(Buffer.alloc(1024 * 1024 + 1)) }),
      "input",
      /has more than 1048576 bytes/,
    );
  });

  test("is read no further than is needed to tell that it is too large", async () => {
    let given = 0;
    const endless = new Readable({
      read(size) {
        given += size;
        this.push(Buffer.alloc(size));
      },
    });
    await refused(
      load({ keyFile: "-" }, { readStdin: () => endless }),
      "input",
      /^--key-file -: has more than 1048576 bytes/,
    );
    expect(given).toBeLessThan(1.5 * 1024 * 1024);
  });

  test.skipIf(process.platform === "win32")(
    "is told with its option: a device, which has no end",
    async () => {
      await refused(
        load({ keyFile: "/dev/zero" }),
        "input",
        /--key-file \/dev\/zero: cannot be read \(it is a device\)/,
      );
    },
  );

  test.skipIf(process.getuid?.() === 0)(
    "is told with its option: a file that we may not read",
    async () => {
      const file = secretFile(LINE);
      chmodSync(file, 0);
      await refused(
        load({ keyFile: file }),
        "input",
        /cannot be read \(permission denied/,
      );
    },
  );
});

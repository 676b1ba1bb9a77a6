import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { SYSTEMS } from "../../src/drm/index.js";
import { PRIVATE, PRIVATE_FORMS, SEED, VECTORS } from "../drm/keys/vectors.js";
import {
  clearCpix,
  drmSystem,
  encryptedCpix,
  guid,
  header40,
  proOf,
} from "../drm/keys/cpix-maker.js";
import { makeRecipient } from "../drm/keys/certificate.js";
import { protectedClip } from "../drm/package.js";
import {
  jsonLines,
  mssPack,
  type CliOptions,
  type CliResult,
} from "../support/cli.js";
import { tempFolder } from "../support/temp.js";
import { replaceText } from "../support/patch.js";
import { tools } from "../support/programs.js";

const folder = tempFolder();
const path = (name: string) => join(folder, name);
await protectedClip(path("film.mp4"));

const { kid, key } = PRIVATE;
const secret = (name: string, text: string | Buffer) => {
  writeFileSync(path(name), text, { mode: 0o600 });
  return name;
};
secret("film.keys", `# ours\n${kid}:${key}\n`);
secret("film.seed", SEED);
const PROTECT = [
  "--protect",
  "playready",
  "--la-url",
  "https://example.com/rights?a=1&b=2",
];
const KEYS = ["--key-file", "film.keys"];
const RUNG = ["--rung", "90p:100k", "--encoder-preset", "ultrafast"];

const run = (args: readonly string[], options: CliOptions = {}) =>
  mssPack(args, { cwd: folder, ...options });

let outputs = 0;
const newOut = () => `out-${(outputs += 1)}`;

/** Packages the film without encoding it. */
async function mux(
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult & { out: string }> {
  const out = newOut();
  const result = await run(
    ["mux", "film.mp4", "-o", out, "--no-fsync", ...args],
    options,
  );
  return { ...result, out: path(out) };
}

/** The header of the client manifest, as text. */
function headerOf(out: string): string {
  const manifest = readFileSync(join(out, "film.ismc"), "utf8");
  const [, data = ""] =
    /<ProtectionHeader SystemID="9a04f079-9840-4286-ab92-e65be0885f95">([A-Za-z0-9+/=]+)</.exec(
      manifest,
    ) ?? [];
  return Buffer.from(data, "base64").subarray(10).toString("utf16le");
}

/** That nothing of a text is, in any form, the key. */
function expectNoKey(text: string | Buffer): void {
  const bytes = Buffer.isBuffer(text) ? text : Buffer.from(text);
  for (const form of PRIVATE_FORMS) expect(bytes.includes(form)).toBe(false);
  expect(bytes.includes(Buffer.from(key, "hex"))).toBe(false);
}

describe("--protect", () => {
  test("tells KID, checksum and licence server before the work, and after it how much is encrypted", async () => {
    const { exitCode, stderr, stdout, out } = await mux([...PROTECT, ...KEYS]);
    expect(stderr).toMatch(
      new RegExp(
        `^Protection: PlayReady, AES-128-CTR\n {2}key {7}${kid}, checksum F2AA4xbPYo0=\n {2}licences {2}https://example\\.com/rights\\?a=1&b=2\nfilm\n`,
      ),
    );
    expect(stderr).toMatch(
      new RegExp(
        `\nProtected with PlayReady, key ${kid}: 9\\d\\.\\d % of all video and audio bytes are encrypted\nPackage: `,
      ),
    );
    expect([exitCode, stdout]).toEqual([0, ""]);
    expect(headerOf(out)).toContain(
      `<KID>${guid(kid)}</KID><CHECKSUM>F2AA4xbPYo0=</CHECKSUM><LA_URL>https://example.com/rights?a=1&amp;b=2</LA_URL>`,
    );
  });

  test("says the same to machines, with KID and checksum and no more", async () => {
    const { stdout } = await mux([...PROTECT, ...KEYS, "--json"]);
    const lines = jsonLines(stdout);
    expect(lines[0]).toEqual({
      type: "protection",
      system: "playready",
      kid,
      checksum: "F2AA4xbPYo0=",
      encryption: "piff",
      laUrl: "https://example.com/rights?a=1&b=2",
      notes: [],
      warnings: [],
    });
    expect(lines.at(-1)).toMatchObject({
      type: "result",
      protection: {
        system: "playready",
        kid,
        checksum: "F2AA4xbPYo0=",
        encryption: "piff",
        share: expect.any(Number) as number,
      },
    });
  });

  test("writes what else is to be in the header", async () => {
    const { out } = await mux([
      ...PROTECT,
      ...KEYS,
      "--lui-url",
      "https://example.com/buy",
      "--ds-id",
      "11111111-2222-3333-4444-555555555555",
      "--custom-attributes",
      "<ID>a&amp;b</ID><Empty/>",
    ]);
    expect(headerOf(out)).toContain(
      "<LUI_URL>https://example.com/buy</LUI_URL><DS_ID>ERERESIiMzNERFVVVVVVVQ==</DS_ID><CUSTOMATTRIBUTES><ID>a&amp;b</ID><Empty></Empty></CUSTOMATTRIBUTES>",
    );
  });

  test("warns which players cenc loses", async () => {
    const { stderr, exitCode } = await mux([
      ...PROTECT,
      ...KEYS,
      "--encryption",
      "cenc",
    ]);
    expect(stderr).toMatch(
      /note: --encryption cenc: rx-player does not find its way/,
    );
    expect(exitCode).toBe(0);
  });

  test("warns of http, of a key that everybody knows, and of no licence server; --test-keys knows it", async () => {
    secret("public.keys", `${VECTORS[0].kid}:${VECTORS[0].key}`);
    const { stderr } = await mux([
      "--protect",
      "playready",
      "--la-url",
      "http://example.com/",
      "--key-file",
      "public.keys",
    ]);
    expect(stderr).toMatch(/WARNING: --la-url is an http address/);
    expect(stderr).toMatch(
      /WARNING: this key comes from the key seed of Microsoft's test servers, which is public/,
    );
    const quiet = await mux([
      "--protect",
      "playready",
      "--key-file",
      "public.keys",
      "--quiet",
    ]);
    expect(quiet.stderr).toMatch(/^WARNING: this key .*\.\n$/);
    const meant = await mux([
      "--protect",
      "playready",
      "--key-file",
      "public.keys",
      "--test-keys",
    ]);
    expect(meant.stderr).not.toContain("WARNING");
    expect(meant.stderr).toContain(
      "note: no --la-url: players must know the licence server themselves",
    );
  });

  test.each(["cbcs", "cens", "cbc1"])(
    "refuses %s in words, wherever it is asked for",
    async (cipher) => {
      const asked = [
        ["--protect", cipher],
        ["--protect", "playready", "--protection-boxes", cipher],
      ];
      for (const command of [
        ["film.mp4"],
        ["mux", "film.mp4"],
        ["watch", "in"],
        ["plan", "film.mp4"],
        ["protect", "film.ism"],
      ])
        for (const options of asked) {
          const { exitCode, stderr } = await run([...command, ...options]);
          expect(stderr).toContain(
            `No Smooth Streaming player reads ${cipher}`,
          );
          expect(exitCode).toBe(2);
        }
    },
  );

  test("offers the systems of the table, and no other", async () => {
    const { stderr } = await run([
      "film.mp4",
      "-o",
      "out",
      "--protect",
      "widevine",
    ]);
    expect(stderr).toContain(`Expected ${Object.keys(SYSTEMS).join(" or ")}.`);
    const { stdout } = await run(["mux", "--help"]);
    expect(stdout.replace(/\s+/g, " ")).toContain(
      `(choices: ${Object.keys(SYSTEMS)
        .map((name) => `"${name}"`)
        .join(", ")})`,
    );
  });

  test.each([
    ["--la-url", ["--la-url", "https://example.com"]],
    ["--key-file", KEYS],
    ["--kid", ["--kid", kid]],
    ["--generate-keys", ["--generate-keys"]],
    ["--test-keys", ["--test-keys"]],
    ["--custom-attributes", ["--custom-attributes", "<a/>"]],
  ])(
    "is missed where %s is given without it: nothing would be encrypted",
    async (option, args) => {
      for (const command of [
        ["film.mp4", "-o", "never"],
        ["mux", "film.mp4", "-o", "never"],
        ["plan", "film.mp4"],
      ]) {
        const { exitCode, stderr } = await run([...command, ...args]);
        expect(stderr).toContain(
          `${option} is given without --protect: nothing would be encrypted.`,
        );
        expect(exitCode).toBe(2);
      }
      expect(existsSync(path("never"))).toBe(false);
    },
  );

  test.each([
    [
      "a licence address that is none",
      ["--la-url", "example.com/rights"],
      /--la-url is "example\.com\/rights"\. Expected an absolute http or https address/,
    ],
    [
      "a licence address of a file",
      ["--la-url", "file:///etc/passwd"],
      /Expected an absolute http or https address/,
    ],
    [
      "a password in an address",
      ["--la-url", "https://me:word@example.com/"],
      /--la-url has a user's name or password in it/,
    ],
    ["a page that is none", ["--lui-url", "buy"], /--lui-url is "buy"/],
    ["a domain service that is none", ["--ds-id", "x"], /--ds-id is "x"/],
    [
      "attributes that are no XML",
      ["--custom-attributes", "<a>"],
      /--custom-attributes: no XML/,
    ],
    [
      "attributes with a document type",
      ["--custom-attributes", "<!DOCTYPE a><a/>"],
      /--custom-attributes: /,
    ],
  ])("refuses %s before a new key is made", async (_, args, words) => {
    const { exitCode, stderr } = await mux([
      "--protect",
      "playready",
      ...args,
      "--generate-keys",
      "--keys-out",
      "unused.keys",
    ]);
    expect(stderr).toMatch(words);
    expect(exitCode).toBe(2);
    expect(existsSync(path("unused.keys"))).toBe(false);
  });
});

describe("keys of other packagers' kind", () => {
  test.each([
    ["--key", key],
    ["--content-key", key],
    ["--key-seed", SEED],
  ])(
    "%s VALUE is refused with what to do, and the value is not said again",
    async (option, value) => {
      for (const args of [[option, value], [`${option}=${value}`]]) {
        const { exitCode, stderr, stdout } = await mux([
          ...PROTECT,
          ...args,
          "--json",
        ]);
        expect(stderr).toContain(
          "Keys are not given on the command line, where everybody on the machine could read them",
        );
        expect(exitCode).toBe(2);
        expect(stderr + stdout).not.toContain(value);
      }
    },
  );
});

describe("a new key", () => {
  test("is in its file, for us alone, and opens the package; it is never written over", async () => {
    const made = ["--generate-keys", "--keys-out", "new.keys"];
    const { exitCode, out } = await mux([...PROTECT, ...made]);
    expect(exitCode).toBe(0);
    if (process.platform !== "win32")
      expect(statSync(path("new.keys")).mode & 0o777).toBe(0o600);
    const opened = await run([
      "verify",
      join(out, "film.ism"),
      "--key-file",
      "new.keys",
    ]);
    expect(opened.stdout).toMatch(/protected, opened with the key\n$/);
    const before = readFileSync(path("new.keys"));
    const again = await mux([...PROTECT, ...made]);
    expect(again.stderr).toMatch(
      /--keys-out new\.keys: exists already\.\n {2}--key-file new\.keys uses the keys in it/,
    );
    expect(again.exitCode).toBe(7);
    expect(existsSync(again.out)).toBe(false);
    expect(readFileSync(path("new.keys"))).toEqual(before);
  });

  test("is not made when the work cannot begin", async () => {
    const made = ["--generate-keys", "--keys-out", "never.keys"];
    for (const error of [
      ["--preset", "nobody"],
      ["--resume"],
      ["--keys-out", "out-x/never.keys"],
    ]) {
      const { exitCode } = await run([
        "film.mp4",
        "-o",
        "out-x",
        ...PROTECT,
        ...made,
        ...error,
      ]);
      expect(exitCode).toBe(2);
    }
    expect(readdirSync(folder)).not.toContain("never.keys");
    expect(existsSync(path("out-x"))).toBe(false);
  });

  test("is only told of by plan", async () => {
    const { stdout } = await run([
      "plan",
      "film.mp4",
      ...PROTECT,
      "--generate-keys",
      "--keys-out",
      "never.keys",
    ]);
    expect(stdout).toContain(
      "Protection: PlayReady, AES-128-CTR\n  licences  https://example.com/rights?a=1&b=2\n  note: the key and its KID will be made when the work begins\n",
    );
    expect(existsSync(path("never.keys"))).toBe(false);
  });
});

test("plan tells of the protection that would be, to people and to machines", async () => {
  const { stdout } = await run(["plan", "film.mp4", ...PROTECT, ...KEYS]);
  expect(stdout).toContain(
    `Protection: PlayReady, AES-128-CTR\n  key       ${kid}, checksum F2AA4xbPYo0=\n`,
  );
  const json = await run(["plan", "film.mp4", ...PROTECT, ...KEYS, "--json"]);
  expect(jsonLines(json.stdout)[0]).toMatchObject({
    type: "plan",
    protection: {
      system: "playready",
      kid,
      checksum: "F2AA4xbPYo0=",
      notes: [],
    },
  });
  expectNoKey(stdout + json.stdout);
});

describe("the key is read", () => {
  test("from standard input, which then gives nothing else", async () => {
    const { exitCode, out } = await mux([...PROTECT, "--key-file", "-"], {
      stdin: `${kid}:${key}\n`,
    });
    expect(exitCode).toBe(0);
    expect(headerOf(out)).toContain(guid(kid));
    for (const args of [["-"], ["film.mp4", "--from-list", "-"]]) {
      const { stderr, exitCode: code } = await run(
        [...args, "-o", "never", ...PROTECT, "--key-file", "-"],
        { stdin: `${kid}:${key}\n` },
      );
      expect(stderr).toMatch(
        /--key-file and (the input|--from-list) are both read from standard input/,
      );
      expect(code).not.toBe(0);
      expectNoKey(stderr);
    }
  });

  test.skipIf(process.platform === "win32").each([
    ["from another program", '"$@" --key-file <(cat film.keys)'],
    ["through /dev/stdin", 'cat film.keys | "$@" --key-file /dev/stdin'],
  ])("%s", async (_, script) => {
    const { exitCode, stdout } = await run(["plan", "film.mp4", ...PROTECT], {
      through: ["bash", "-c", script, "bash"],
    });
    expect(stdout).toContain(`key       ${kid}`);
    expect(exitCode).toBe(0);
  });

  test.skipIf(process.platform === "win32")(
    "and not waited for when the command is to end",
    async () => {
      execFileSync("mkfifo", ["-m", "600", path("silent.keys")]);
      const args = ["plan", "film.mp4", ...PROTECT];
      const { exitCode } = await run([...args, "--key-file", "silent.keys"], {
        async onStart(child) {
          // Opened for writing when the command has opened it for reading.
          const writer = await open(path("silent.keys"), "w");
          child.kill("SIGTERM");
          await once(child, "exit");
          await writer.close();
        },
      });
      expect(exitCode).toBe(143);
    },
  );

  test("from a variable, with --kid", async () => {
    const { exitCode, out } = await mux([...PROTECT, "--kid", kid], {
      env: { MSS_PACK_KEY: key },
    });
    expect(exitCode).toBe(0);
    expect(headerOf(out)).toContain("F2AA4xbPYo0=");
  });

  test("as a key seed, with a known KID", async () => {
    const [vector] = VECTORS;
    const { out } = await mux([
      ...PROTECT,
      "--key-seed-file",
      "film.seed",
      "--kid",
      vector.kid,
      "--test-keys",
    ]);
    expect(headerOf(out)).toContain(`<CHECKSUM>${vector.checksum}</CHECKSUM>`);
  });

  test("from an encrypted CPIX document, whose header is taken as it is", async () => {
    const me = makeRecipient();
    secret("ours.pem", me.pem);
    const data = proOf([
      1,
      header40(
        kid,
        "<CHECKSUM>F2AA4xbPYo0=</CHECKSUM><LA_URL>https://licences.example/</LA_URL><LUI_URL>https://example.com/</LUI_URL>",
      ),
    ]).toString("base64");
    const more = drmSystem(
      kid,
      `<cpix:SmoothStreamingProtectionHeaderData>${data}</cpix:SmoothStreamingProtectionHeaderData>`,
    );
    writeFileSync(
      path("film.cpix"),
      encryptedCpix({ keys: [PRIVATE], more }, [me]),
    );
    const cpix = ["--cpix", "film.cpix", "--cpix-private-key", "ours.pem"];
    const { stderr, out } = await mux(["--protect", "playready", ...cpix]);
    expect(stderr).toContain("licences  https://licences.example/");
    expect(readFileSync(join(out, "film.ismc"), "utf8")).toContain(`>${data}<`);
    const both = await mux([...PROTECT, ...cpix]);
    expect(both.stderr).toContain(
      "--la-url is given, and the CPIX document brings a PlayReady header, which is taken as it is.",
    );
    const opened = await run(["verify", join(out, "film.ism"), ...cpix]);
    expect(opened.stdout).toMatch(/opened with the key/);
  });
});

describe("the key is nowhere but in its file", () => {
  /** An ffmpeg and an ffprobe that write down what they are given. */
  const spied = async () => {
    const found = await tools();
    for (const [name, tool] of [
      ["ffmpeg", found.ffmpeg],
      ["ffprobe", found.ffprobe],
    ] as const) {
      writeFileSync(
        path(`spy-${name}`),
        `#!/bin/sh\n{ env; echo "$@"; } >> '${path("spied.txt")}'\nexec '${tool.path}' "$@"\n`,
      );
      chmodSync(path(`spy-${name}`), 0o755);
    }
    return ["--ffmpeg", path("spy-ffmpeg"), "--ffprobe", path("spy-ffprobe")];
  };

  test.skipIf(process.platform === "win32")(
    "not in the environment or arguments of ffmpeg, in output, reports, manifests or media",
    async () => {
      const out = newOut();
      const seen = new Set<string>();
      const watchNames = () => {
        for (const name of readdirSync(folder, {
          recursive: true,
          encoding: "utf8",
        }))
          seen.add(name);
      };
      const { exitCode, stdout, stderr } = await run(
        [
          "film.mp4",
          "-o",
          out,
          ...RUNG,
          ...PROTECT,
          "--kid",
          kid,
          "--verify",
          "full",
          "--json",
          "--debug",
          "--report",
          "report.json",
          ...(await spied()),
        ],
        {
          env: { MSS_PACK_KEY: key, MSS_PACK_KEY_MORE: "kept" },
          onStderr: watchNames,
        },
      );
      expect(exitCode).toBe(0);
      const spy = readFileSync(path("spied.txt"), "utf8");
      expect(spy).toContain("MSS_PACK_KEY_MORE=kept");
      expect(spy).not.toMatch(/^MSS_PACK_KEY(_SEED)?=/m);
      watchNames();
      for (const text of [
        stdout,
        stderr,
        spy,
        readFileSync(path("report.json")),
        [...seen].join("\n"),
      ])
        expectNoKey(text);
      const files = readdirSync(path(out));
      expect(files).toHaveLength(4);
      for (const name of files)
        expectNoKey(readFileSync(path(join(out, name))));
    },
  );

  test.each<[string, string[], CliOptions]>([
    [
      "a key file with one digit too few",
      ["--key-file", secret("short.keys", `${kid}:${key.slice(1)}`)],
      {},
    ],
    [
      "a key file that is cut off JSON",
      ["--key-file", secret("cut.keys", `{"kid":"${kid}","key":"${key}"`)],
      {},
    ],
    [
      "a key in the place of the KID",
      ["--key-file", "film.keys", "--kid", key.slice(1)],
      {},
    ],
    ["a key without its KID", ["--key-file", key], {}],
    ["a KID and a key for a key file", ["--key-file", `${kid}:${key}`], {}],
    [
      "a key in the place of a CPIX document",
      ["--cpix", Buffer.from(key, "hex").toString("base64")],
      {},
    ],
    [
      "a whole key in the place of the KID",
      ["--key-file", "film.keys", "--kid", key],
      {},
    ],
    ["a key in the place of a system", ["--protect", key], {}],
    [
      "a key in the place of a new file",
      ["--generate-keys", "--keys-out", key],
      {},
    ],
    [
      "a variable with one digit too few",
      ["--kid", kid],
      { env: { MSS_PACK_KEY: key.slice(1) } },
    ],
    [
      "a CPIX document that is cut off",
      [
        "--cpix",
        secret("cut.cpix", clearCpix({ keys: [PRIVATE] }).slice(0, -40)),
      ],
      {},
    ],
    [
      "a CPIX document with an entity",
      [
        "--cpix",
        secret(
          "entity.cpix",
          clearCpix({ keys: [PRIVATE] }).replace(
            "<cpix:CPIX",
            `<!DOCTYPE x [<!ENTITY k "${key}">]><cpix:CPIX`,
          ),
        ),
      ],
      {},
    ],
  ])(
    "not in what is said of %s, not with --debug either",
    async (_, args, options) => {
      const { exitCode, stderr, stdout } = await mux(
        [...PROTECT, ...args, "--json", "--debug"],
        options,
      );
      expect(exitCode).toBeGreaterThan(0);
      expect(exitCode).not.toBe(1);
      const said = stderr + stdout;
      expectNoKey(said);
      expect(said).not.toContain(key.slice(1, 20));
    },
  );

  test.skipIf(process.platform === "win32")(
    "and its file must be ours alone, and not among the packages",
    async () => {
      writeFileSync(path("open.keys"), `${kid}:${key}`);
      chmodSync(path("open.keys"), 0o644);
      const open = [...PROTECT, "--key-file", "open.keys"];
      const refused = await mux(open);
      expect(refused.stderr).toMatch(
        /open\.keys: holds a key and is open to others \(mode 0644\)\. Expected 0600\.\n {2}chmod 600 open\.keys closes it/,
      );
      expect(refused.exitCode).toBe(3);
      expect((await mux([...open, "--insecure-key-file"])).exitCode).toBe(0);
      mkdirSync(path("served"));
      writeFileSync(path("served/film.keys"), `${kid}:${key}`, { mode: 0o600 });
      const inside = await run([
        "mux",
        "film.mp4",
        "-o",
        "served",
        ...PROTECT,
        "--key-file",
        "served/film.keys",
      ]);
      expect(inside.stderr).toContain(
        "--key-file served/film.keys: lies in the output folder served, which is there to be served.",
      );
      expect(inside.exitCode).toBe(2);
    },
  );
});

describe("packages of several inputs", () => {
  test("are protected with one key, each with vectors of its own; watch does the same", async () => {
    mkdirSync(path("in"));
    for (const name of ["a.mp4", "b.mp4"])
      writeFileSync(path(join("in", name)), readFileSync(path("film.mp4")));
    const batch = await run([
      "in/a.mp4",
      "in/b.mp4",
      "-o",
      "batch",
      ...RUNG,
      ...PROTECT,
      ...KEYS,
      "--json",
    ]);
    expect(batch.exitCode).toBe(0);
    const lines = jsonLines(batch.stdout);
    expect(lines.filter(({ type }) => type === "protection")).toHaveLength(1);
    expect(lines.filter(({ type }) => type === "result")).toMatchObject([
      { protection: { kid } },
      { protection: { kid } },
    ]);
    secret("in/film.keys", `${kid}:${key}`);
    const beside = await run([
      ...["watch", "in", "-o", "watched", "--once", ...PROTECT],
      ...["--key-file", "in/film.keys"],
    ]);
    expect(beside.stderr).toContain("lies in the watched folder in");
    expect(beside.exitCode).toBe(2);
    rmSync(path("in/film.keys"));
    const watch = await run([
      "watch",
      "in",
      "-o",
      "watched",
      "--once",
      "--settle",
      "0",
      ...RUNG,
      ...PROTECT,
      ...KEYS,
    ]);
    expect(watch.exitCode).toBe(0);
    expect(watch.stderr).toMatch(/^Protection: PlayReady/);
    for (const package_ of ["batch/a", "batch/b", "watched/a", "watched/b"]) {
      const { stdout } = await run(["verify", `${package_}.ism`, ...KEYS]);
      expect(stdout).toMatch(/: valid, .*\n[^]*opened with the key\n$/);
    }
  });
});

describe("no new key is left behind", () => {
  const FRESH = ["--generate-keys", "--keys-out", "fresh.keys"];
  beforeAll(async () => {
    await run(["mux", "film.mp4", "-o", "clear"]);
    await run(["mux", "film.mp4", "-o", "standing", ...PROTECT, ...KEYS]);
    await run(["mux", "film.mp4", "-o", "wrong"]);
    replaceText(path("wrong/film.ismc"), /Duration="\d+"/, 'Duration="7"');
    writeFileSync(path("text.mp4"), "no film");
    writeFileSync(path("no-folder"), "");
  });
  test.each<[string, string[], number, RegExp]>([
    ["a missing input", ["none.mp4"], 3, /none\.mp4/],
    ["a missing input of mux", ["mux", "none.mp4"], 3, /none\.mp4/],
    ["an input that is no film", ["text.mp4"], 3, /text\.mp4/],
    [
      "a batch in which every input fails",
      ["none.mp4", "text.mp4"],
      6,
      /2 of 2 inputs failed/,
    ],
    ["a package that stands there", ["film.mp4", ...RUNG], 7, /exists already/],
    [
      "a batch of packages that stand there",
      ["film.mp4", "text.mp4", ...RUNG],
      6,
      /exists already/,
    ],
    ["one that mux would replace", ["mux", "film.mp4"], 7, /exists already/],
    ["a missing package", ["protect", "none.ism"], 3, /none\.ism/],
    [
      "one that is protected",
      ["protect", "standing/film.ism"],
      3,
      /is protected already/,
    ],
    [
      "one that is wrong",
      ["protect", "wrong/film.ism", "-o", "new"],
      5,
      /Duration/,
    ],
    [
      "one whose place is taken",
      ["protect", "clear/film.ism"],
      7,
      /exists already/,
    ],
    [
      "one that would replace itself",
      ["protect", "clear/film.ism", "-o", "clear", "--overwrite"],
      2,
      /is the input and would be replaced/,
    ],
    [
      "a folder that is none",
      ["mux", "film.mp4", "-o", "no-folder"],
      2,
      /is a file/,
    ],
    [
      "an ffmpeg that is missing",
      ["mux", "film.mp4", "-o", "new", "--verify", "full", "--ffmpeg", "none"],
      8,
      /none/,
    ],
  ])("by a run that fails for %s", async (_, args, code, words) => {
    const out = args.includes("-o") ? [] : ["-o", "standing"];
    const { exitCode, stderr } = await run([
      ...[...args, ...out, ...PROTECT, ...FRESH],
    ]);
    expect(stderr).toMatch(words);
    expect(exitCode).toBe(code);
    expect(existsSync(path("fresh.keys"))).toBe(false);
  });

  test("by a run that is stopped", async () => {
    const args = ["film.mp4", "-o", "stopped", "--encoder-preset", "veryslow"];
    const { exitCode } = await run([...args, ...PROTECT, ...FRESH], {
      onStderr: (text, child) => {
        if (text.includes("cut ") && !child.killed) child.kill();
      },
    });
    expect(exitCode).toBe(143);
    expect(existsSync(path("fresh.keys"))).toBe(false);
  });

  test("but it is written when there is something to encrypt, --overwrite or not, and once for a batch", async () => {
    const { exitCode } = await mux([...PROTECT, ...FRESH, "--overwrite"]);
    expect(exitCode).toBe(0);
    expect(existsSync(path("fresh.keys"))).toBe(true);
    const batch = ["film.mp4", "none.mp4", "other.mp4", "-o", "batch-new"];
    const keys = ["--generate-keys", "--keys-out", "batch.keys"];
    copyFileSync(path("film.mp4"), path("other.mp4"));
    const many = await run([...batch, ...RUNG, ...PROTECT, ...keys]);
    expect(many.exitCode).toBe(6);
    for (const name of ["film", "other"]) {
      const package_ = join("batch-new", `${name}.ism`);
      const { stdout } = await run([
        ...["verify", package_, "--key-file", "batch.keys"],
      ]);
      expect(stdout).toMatch(/protected, opened with the key\n$/);
    }
  });
});

test("--resume and --protect do not go together: kept rungs would be in the clear", async () => {
  const { exitCode, stderr } = await run([
    "film.mp4",
    "-o",
    "never",
    "--resume",
    ...PROTECT,
    ...KEYS,
  ]);
  expect(stderr).toContain("--resume is given, and --protect.");
  expect(exitCode).toBe(2);
});

describe("a finished package", () => {
  test("is protected and given back in the clear, byte for byte", async () => {
    const { out: clear } = await mux([]);
    const hidden = await run([
      "protect",
      join(clear, "film.ism"),
      "-o",
      "hidden",
      ...PROTECT.slice(2),
      ...KEYS,
    ]);
    expect(hidden.stderr).toMatch(/^Protection: PlayReady/);
    expect([hidden.exitCode, hidden.stdout]).toEqual([0, ""]);
    const back = await run([
      "unprotect",
      "hidden/film.ism",
      "-o",
      "back",
      ...KEYS,
    ]);
    expect(back.stderr).toMatch(/^Wrote and verified 0:06 in /);
    expect(back.stderr).not.toContain("Protected with");
    for (const name of readdirSync(clear))
      expect(
        readFileSync(path(join("back", name))).equals(
          readFileSync(join(clear, name)),
        ),
      ).toBe(true);
    expect(
      (
        await run([
          "protect",
          join(clear, "film.ism"),
          "-o",
          "hidden",
          ...PROTECT.slice(2),
          ...KEYS,
        ])
      ).exitCode,
    ).toBe(7);
  });

  test("chooses its key from many, and finds a wrong one", async () => {
    const { out } = await mux([...PROTECT, ...KEYS]);
    const ism = join(out, "film.ism");
    secret("many.keys", `${VECTORS[0].kid}:${VECTORS[0].key}\n${kid}:${key}\n`);
    expect(
      (await run(["verify", ism, "--quick", "--key-file", "many.keys"]))
        .exitCode,
    ).toBe(0);
    secret("wrong.keys", `${kid}:${VECTORS[0].key}\n`);
    for (const args of [
      ["verify", ism],
      ["unprotect", ism, "-o", "never"],
    ]) {
      const { exitCode, stderr } = await run([
        ...args,
        "--key-file",
        "wrong.keys",
      ]);
      expect(stderr).toContain(
        `is protected with another key of the KID ${kid}`,
      );
      expect(exitCode).toBe(3);
    }
    expect(existsSync(path("never"))).toBe(false);
  });

  test("that is protected is told as not opened when there is no key", async () => {
    const { out } = await mux([...PROTECT, ...KEYS]);
    const { stdout, exitCode } = await run(["verify", join(out, "film.ism")]);
    expect(stdout).toMatch(
      /protected, not opened: --key-file FILE decrypts and decodes it\n$/,
    );
    expect(exitCode).toBe(0);
  });

  test("is opened with a key in a variable, for which it names the KID itself", async () => {
    const env = { MSS_PACK_KEY: key };
    const { out } = await mux([...PROTECT, ...KEYS]);
    const opened = await run(["verify", join(out, "film.ism")], { env });
    expect(opened.stdout).toMatch(/protected, opened with the key\n$/);
    const { out: clear } = await mux([]);
    const plain = await run(["verify", join(clear, "film.ism")], { env });
    expect([plain.exitCode, plain.stdout]).toEqual([
      0,
      expect.stringMatching(/: valid, /),
    ]);
  });

  test("is not verified as if nothing were said, when what is said of a key is too little", async () => {
    const { out } = await mux([...PROTECT, ...KEYS]);
    const flags = ["--cpix-private-key", "ours.pem"];
    const ism = join(out, "film.ism");
    const { exitCode, stderr } = await run(["verify", ism, ...flags]);
    expect(stderr).toContain("No key is given.");
    expect(exitCode).toBe(2);
  });

  test("is opened with a key that lies beside it, and that is warned of", async () => {
    const { out } = await mux([...PROTECT, ...KEYS]);
    secret(join(out, "film.keys").slice(folder.length + 1), `${kid}:${key}`);
    const flags = ["--key-file", join(out, "film.keys")];
    const ism = join(out, "film.ism");
    for (const args of [
      ["verify", ism],
      ["unprotect", ism, "-o", newOut()],
    ]) {
      const { exitCode, stderr } = await run([...args, ...flags]);
      expect(stderr).toMatch(
        /^WARNING: --key-file .* lies in the folder of the package/,
      );
      expect(exitCode).toBe(0);
    }
  });

  test("needs a key to be unprotected, and a place", async () => {
    const { out } = await mux([...PROTECT, ...KEYS]);
    const ism = join(out, "film.ism");
    expect((await run(["unprotect", ism, "-o", "never"])).stderr).toMatch(
      /No key is given\. (?!.*--generate-keys).*\n.*opens with the key of the KID/,
    );
    expect((await run(["unprotect", ism, ...KEYS])).stderr).toContain(
      "No output folder. Expected -o FOLDER.",
    );
    expect((await run(["protect", ism])).stderr).toContain(
      "No output folder. Expected -o FOLDER.",
    );
  });
});

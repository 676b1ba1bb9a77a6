import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  contentKey,
  mux,
  protectPackage,
  unprotectPackage,
  verify,
} from "../../../src/index.js";
import type { MuxOptions } from "../../../src/index.js";
import {
  KEY,
  KID,
  protectedClip,
  readPackage,
  REQUEST,
} from "../../drm/package.js";
import { ffmpeg } from "../../support/clip.js";
import { writeFixturePackage } from "../../support/fixtures.js";
import { tempFolder } from "../../support/temp.js";
import { tools } from "../../support/programs.js";

const root = tempFolder();
const film = await protectedClip(join(root, "film.mp4"));
/** A smaller rung with the same key frames. */
const low = await ffmpeg(
  [
    ...["-v", "error", "-i", film, "-an", "-vf", "scale=320:180"],
    ...["-c:v", "libx264", "-preset", "veryfast", "-b:v", "300k"],
    ...["-x264-params", "keyint=50:min-keyint=50:scenecut=0"],
    join(root, "low.mp4"),
  ],
  join(root, "low.mp4"),
);

let made = 0;
const newFolder = () => join(root, `out-${(made += 1)}`);

/** All files of a folder by name, as hashes. */
function hashes(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => {
        const bytes = readFileSync(join(folder, name));
        return [name, createHash("sha256").update(bytes).digest("hex")];
      }),
  );
}

async function muxed(options: Partial<MuxOptions> = {}): Promise<string> {
  const output = newFolder();
  await mux([film, low], { output, name: "clip", fsync: false, ...options });
  return output;
}

const protect = async (folder: string, request = {}, name = "clip") => {
  const output = newFolder();
  const protection = { ...REQUEST, ...request };
  await protectPackage(join(folder, `${name}.ism`), {
    output,
    protection,
    fsync: false,
  });
  return output;
};

const unprotect = async (folder: string, name = "clip") => {
  const output = newFolder();
  const { contentKey: own } = REQUEST;
  await unprotectPackage(join(folder, `${name}.ism`), {
    output,
    contentKey: own,
    fsync: false,
  });
  return output;
};

describe("unprotect gives back what was protected, byte for byte", () => {
  test.each<[string, Partial<MuxOptions>]>([
    ["as mux makes it", {}],
    ["with a tfdt in each fragment", { tfdt: true }],
    ["laid out as Expression Encoder did", { layout: "expression-encoder" }],
    ["in fragments of 4 s", { fragmentSeconds: 4 }],
  ])("a package %s", async (_, options) => {
    const clear = await muxed(options);
    const hidden = await protect(clear);
    expect(Object.keys(hashes(hidden))).toEqual(Object.keys(hashes(clear)));
    expect(hashes(await unprotect(hidden))).toEqual(hashes(clear));
  });

  test.each(["piff", "cenc"] as const)(
    "a package protected with %s boxes",
    async (boxes) => {
      const clear = await muxed();
      expect(
        hashes(await unprotect(await protect(clear, { encryption: boxes }))),
      ).toEqual(hashes(clear));
    },
  );

  test("a package with a stamp, several rungs and sound in a language", async () => {
    const { folder } = await writeFixturePackage(root);
    const hidden = await protect(folder);
    const stamp = /<!-- mss-pack .* -->/.exec(
      readFileSync(join(folder, "clip.ism"), "utf8"),
    );
    expect(readFileSync(join(hidden, "clip.ism"), "utf8")).toContain(
      stamp?.[0],
    );
    expect(hashes(await unprotect(hidden))).toEqual(hashes(folder));
  });

  test("a package whose client manifest is in UTF-16 with CRLF, as IIS writes it", async () => {
    const clear = await muxed();
    const path = join(clear, "clip.ismc");
    const text = readFileSync(path, "utf8")
      .replace("utf-8", "utf-16")
      .replaceAll("\n", "\r\n");
    writeFileSync(path, Buffer.from(`\ufeff${text}`, "utf16le"));
    const hidden = await protect(clear);
    expect(readFileSync(join(hidden, "clip.ismc"), "utf16le")).toMatch(
      /^\ufeff.*\r\n {2}<Protection>\r\n/s,
    );
    expect(hashes(await unprotect(hidden))).toEqual(hashes(clear));
  });

  test("a package with a protection in a comment, which is none, and one behind its end", async () => {
    const clear = await muxed();
    const path = join(clear, "clip.ismc");
    const text = readFileSync(path, "utf8").replace(
      "</SmoothStreamingMedia>",
      "<!-- <Protection><ProtectionHeader/></Protection> </SmoothStreamingMedia> -->\n$&\n<!-- <Protection></Protection> -->",
    );
    writeFileSync(path, text);
    expect(hashes(await unprotect(await protect(clear)))).toEqual(
      hashes(clear),
    );
  });

  test("and what mux has protected is as if it had not", async () => {
    const hidden = await muxed({ protection: REQUEST });
    expect(hashes(await unprotect(hidden))).toEqual(hashes(await muxed()));
  });
});

describe("protect", () => {
  test.each(["piff", "cenc"] as const)(
    "gives what mux would have given, to the byte, with %s boxes",
    async (boxes) => {
      const protection = { ...REQUEST, encryption: boxes, reproducible: true };
      const hidden = await protect(await muxed(), protection);
      expect(hashes(hidden)).toEqual(hashes(await muxed({ protection })));
    },
  );

  test("encrypts the samples of the clear package: a decryptor that shares no code gives them back", async () => {
    const clear = await muxed();
    const read = readPackage(await protect(clear));
    const plain = readPackage(clear);
    const samples = (from: typeof read) =>
      Object.entries(from.decrypted).map(([name, { fragments }]) => [
        name,
        fragments.map((fragment) =>
          fragment.samples.map((sample) => sample.clear.toString("base64")),
        ),
      ]);
    expect(samples(read)).toEqual(samples(plain));
    for (const { entry } of Object.values(read.decrypted))
      expect(entry).toMatch(/^enc[va]$/);
  });

  test("never uses an initialization vector twice, not in another run either", async () => {
    const clear = await muxed();
    const ivs = [await protect(clear), await protect(clear)].flatMap((folder) =>
      Object.values(readPackage(folder).decrypted).flatMap(({ fragments }) =>
        fragments.flatMap(({ samples }) => samples.map(({ iv }) => iv)),
      ),
    );
    expect(new Set(ivs).size).toBe(ivs.length);
  });

  test("leaves a package that verify finds right, with and without the key", async () => {
    const ism = join(await protect(await muxed()), "clip.ism");
    const decodeWith = await tools();
    const own = REQUEST.contentKey;
    expect((await verify(ism, { decodeWith })).findings).toEqual([]);
    expect(
      (await verify(ism, { decodeWith, contentKey: own })).findings,
    ).toEqual([]);
  });

  test("tells how much it has encrypted", async () => {
    const output = newFolder();
    const ism = join(await muxed(), "clip.ism");
    const { protection } = await protectPackage(ism, {
      output,
      protection: REQUEST,
    });
    expect(protection).toMatchObject({
      system: "playready",
      kid: "09e091ab-f838-41d2-9e35-58531fd19ec7",
      checksum: "w+OZVr8vzrQ=",
    });
    expect(protection?.share).toBeGreaterThan(0.9);
  });
});

describe("nothing is written, not even a folder,", () => {
  const output = () => join(root, "never");
  const nothing = () => expect(readdirSync(root)).not.toContain("never");

  test("when the package is protected already", async () => {
    const ism = join(await protect(await muxed()), "clip.ism");
    await expect(
      protectPackage(ism, { output: output(), protection: REQUEST }),
    ).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(/is protected already/) as string,
    });
    nothing();
  });

  test("when a clear package has a Protection element that says nothing: players would not look at a second one", async () => {
    const folder = await muxed();
    const path = join(folder, "clip.ismc");
    writeFileSync(
      path,
      readFileSync(path, "utf8").replace(
        "</SmoothStreamingMedia>",
        "<Protection/>$&",
      ),
    );
    await expect(
      protectPackage(join(folder, "clip.ism"), {
        output: output(),
        protection: REQUEST,
      }),
    ).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(
        /clip\.ismc: has a Protection element without a ProtectionHeader/,
      ) as string,
    });
    nothing();
  });

  test("when a clear package is to be unprotected", async () => {
    const ism = join(await muxed(), "clip.ism");
    await expect(
      unprotectPackage(ism, {
        output: output(),
        contentKey: REQUEST.contentKey,
      }),
    ).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(/is not protected/) as string,
    });
    nothing();
  });

  test.each([
    [
      "another key of the KID",
      KID,
      KEY.map((byte) => byte ^ 1),
      /is protected with another key of the KID 09e091ab/,
    ],
    [
      "a key of another KID",
      KID.map((byte) => byte ^ 1),
      KEY,
      /is protected with the key 09e091ab-.* Found the key 08e190aa/,
    ],
  ])("when the key is %s", async (_, kid, key, words) => {
    const ism = join(await protect(await muxed()), "clip.ism");
    const wrong = contentKey(kid, key);
    await expect(
      unprotectPackage(ism, { output: output(), contentKey: wrong }),
    ).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(words) as string,
    });
    nothing();
  });

  test("when the package is wrong before: nobody is to think that it was us", async () => {
    const folder = await muxed();
    const path = join(folder, "clip.ismc");
    writeFileSync(
      path,
      readFileSync(path, "utf8").replace(/Bitrate="\d+"/, 'Bitrate="1"'),
    );
    await expect(
      protectPackage(join(folder, "clip.ism"), {
        output: output(),
        protection: REQUEST,
      }),
    ).rejects.toMatchObject({
      code: "verify",
      message: expect.stringMatching(
        /clip\.ism: is not a valid package/,
      ) as string,
    });
    nothing();
  });

  test("when it would go over its own source", async () => {
    const folder = await muxed();
    const before = hashes(folder);
    await expect(
      protectPackage(join(folder, "clip.ism"), {
        output: folder,
        protection: REQUEST,
        overwrite: true,
      }),
    ).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(
        /is the input and would be replaced/,
      ) as string,
    });
    expect(hashes(folder)).toEqual(before);
  });

  test("when a file is damaged in the middle: only what was made on the way is gone again", async () => {
    const folder = await protect(await muxed());
    const [name = ""] = readdirSync(folder).filter((file) =>
      file.endsWith(".ismv"),
    );
    const bytes = readFileSync(join(folder, name));
    const senc = bytes.lastIndexOf(
      Buffer.from("a2394f525a9b4f14a2446c427c648df4", "hex"),
    );
    bytes.writeUInt32BE(0xffff, senc + 20);
    writeFileSync(join(folder, name), bytes);
    await expect(
      unprotectPackage(join(folder, "clip.ism"), {
        output: output(),
        contentKey: REQUEST.contentKey,
      }),
    ).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(/senc claims 65535 samples/) as string,
    });
    nothing();
  });
});

test("a file that the .ism calls text is kept as it is, whatever is in it", async () => {
  // It is AAC sound: only manifests and handler call it text.
  const folder = newFolder();
  mkdirSync(folder);
  const clear = await muxed();
  for (const name of readdirSync(clear))
    writeFileSync(join(folder, name), readFileSync(join(clear, name)));
  const audio = readdirSync(clear).find((name) => name.endsWith(".isma")) ?? "";
  const ism = readFileSync(join(folder, "clip.ism"), "utf8")
    .replace(/<audio /, "<textstream ")
    .replace("</audio>", "</textstream>");
  const ismc = readFileSync(join(folder, "clip.ismc"), "utf8").replace(
    'Type="audio"',
    'Type="text"',
  );
  writeFileSync(
    join(folder, "clip.ism"),
    ism.replace(
      /(trackID" value="1"[^>]*>)(\s*)(<\/textstream>)/,
      '$1$2  <param name="trackName" value="audio" valuetype="data"/>$2$3',
    ),
  );
  writeFileSync(join(folder, "clip.ismc"), ismc);
  const report = await verify(join(folder, "clip.ism"));
  // Its fragments are cut where sound is, and its handler is that of sound: nothing else is odd.
  expect(report.findings.map(({ message }) => message)).toEqual([
    "time of fragment 2 of audio",
    "handler",
  ]);
  const bytes = readFileSync(join(folder, audio));
  bytes.write("text", bytes.indexOf("soun"));
  writeFileSync(join(folder, audio), bytes);
  const hidden = await protect(folder);
  expect(hashes(hidden)[audio]).toBe(hashes(folder)[audio]);
  expect(hashes(await unprotect(hidden))).toEqual(hashes(folder));
});

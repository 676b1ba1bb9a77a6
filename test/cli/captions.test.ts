import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { walkBoxes } from "../../src/isobmff/box-tree.js";
import { jsonLines, mssPack } from "../support/cli.js";
import { withClosedCaptions } from "../support/closed-captions.js";
import { makeClip } from "../support/clip.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const path = (name: string) => join(folder, name);

/** The same two captions in four forms; the second goes on over the cut at 2 s. */
const FORMS: Readonly<Record<string, string>> = {
  "film.eng.srt":
    "1\n00:00:00,500 --> 00:00:01,500\n<i>First</i>\n\n2\n00:00:01,800 --> 00:00:02,900\nSecond\nline\n",
  "film.de.vtt":
    "WEBVTT\n\n00:00.500 --> 00:01.500\n<i>First</i>\n\n00:01.800 --> 00:02.900\nSecond\nline\n",
  "film.fr.ttml":
    '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling"><body><div><p begin="0.5s" end="1.5s"><span tts:fontStyle="italic">First</span></p><p begin="1.8s" end="2.9s">Second<br/>line</p></div></body></tt>',
};

/** `First` from frame 15 on and `Second` over it, as CEA-608 pops them on. */
const SCC =
  "Scenarist_SCC V1.0\n\n00:00:00:15\t94ae 94ae 9420 9420 9470 9470 c6e9 f273 f480 942f 942f\n\n00:00:01:15\t942c 942c\n";

let outputs = 0;

/** Packages the film as it is, into a new folder. */
async function mux(...args: readonly string[]) {
  const out = path(`out-${(outputs += 1)}`);
  const all = ["mux", "film.mp4", "-o", out, "--json", ...args];
  const result = await mssPack(all, { cwd: folder });
  return { ...result, out, last: jsonLines(result.stdout).at(-1) };
}

/** The documents of a text stream, one of each fragment. */
function documentsIn(file: string): string[] {
  const bytes = readFileSync(file);
  return [...walkBoxes(bytes)].flatMap(({ type, start, size }) =>
    type === "mdat" ? bytes.toString("utf8", start + 8, start + size) : [],
  );
}

/** What is shown when, as `begin end text`. */
function cuesIn(document: string | undefined): string[] {
  const all = document?.matchAll(/ begin="(.*?)" end="(.*?)">(.*?)<\/p>/g);
  return [...(all ?? [])].map(
    ([, begin, end, text]) =>
      `${begin} ${end} ${text?.replace(/<br\/>/g, "|").replace(/<.*?>/g, "")}`,
  );
}

beforeAll(async () => {
  await makeClip(path("film.mp4"), {
    ...{ size: "160x90", seconds: 4 },
    options: ["-g", "50", "-sc_threshold", "0"],
  });
  for (const [name, text] of Object.entries(FORMS))
    writeFileSync(path(name), text);
  writeFileSync(path("cc.scc"), SCC);
});

describe("captions of a film", () => {
  test("in each form become a text stream, cut where the picture is and clipped there", async () => {
    const { out, last, exitCode } = await mux(
      ...["--captions", "auto", "--captions", "cc.scc=spa,caption"],
    );
    expect([exitCode, last?.["type"]]).toEqual([0, "result"]);
    for (const language of ["eng", "deu", "fra"]) {
      const documents = documentsIn(join(out, `film_${language}.ismt`));
      expect(documents.map(cuesIn)).toEqual([
        [
          "00:00:00.500 00:00:01.500 First",
          "00:00:01.800 00:00:02.000 Second|line",
        ],
        ["00:00:00.000 00:00:00.900 Second|line"],
      ]);
      expect(documents[0]).toContain('tts:fontStyle="italic">First<');
    }
    expect(cuesIn(documentsIn(join(out, "film_spa.ismt"))[0])).toEqual([
      expect.stringMatching(/^00:00:00\.\d+ 00:00:01\.\d+ First$/),
    ]);
    const manifest = readFileSync(join(out, "film.ismc"), "utf8");
    expect(
      [...manifest.matchAll(/Subtype="(\w+)" Name="(\w+)"/g)].map((m) => m[0]),
    ).toEqual([
      'Subtype="SUBT" Name="text_deu"',
      'Subtype="SUBT" Name="text_eng"',
      'Subtype="SUBT" Name="text_fra"',
      'Subtype="CAPT" Name="text_spa"',
    ]);
  });

  test("two of one language are told apart", async () => {
    const { out } = await mux(
      ...["--captions", "film.eng.srt", "--captions", "film.de.vtt=eng"],
    );
    for (const name of ["film_eng.ismt", "film_eng_2.ismt"])
      expect(documentsIn(join(out, name))).toHaveLength(2);
  });

  test("inside the film are CEA-608 of its picture, in the order in which it is shown", async () => {
    const pairs = ["9420", "9470", "46ec", "6173", "6880"].map(
      (pair, i) => [20 + i, pair] as const,
    );
    const shown = [
      [30, "942f"],
      [45, "942c"],
    ] as const;
    await withClosedCaptions(
      ...([path("film.mp4"), path("cc.mp4")] as const),
      new Map([...pairs, ...shown]),
    );
    const out = path("cc");
    const { exitCode, stdout } = await mssPack(
      [
        ...["mux", "cc.mp4", "-o", out, "--captions", "cc1=eng"],
        ...["--captions", "cc3", "--json"],
      ],
      { cwd: folder },
    );
    expect(exitCode).toBe(0);
    expect(documentsIn(join(out, "cc_eng.ismt")).map(cuesIn)).toEqual([
      ["00:00:01.200 00:00:01.800 Flash"],
      [],
    ]);
    expect(stdout).toContain("cc3: the film has no CEA-608 captions");
    const manifest = readFileSync(join(out, "cc.ismc"), "utf8");
    expect(manifest).toContain('Subtype="CAPT" Name="text_eng"');
    const picture = readdirSync(out).find((name) => name.endsWith(".ismv"));
    expect(readFileSync(join(out, picture ?? ""), "latin1")).toContain("GA94");
  });

  test("stay in the clear where the rest is protected, and the package is valid", async () => {
    const key = path("keys.json");
    const { out, exitCode, stderr } = await mux(
      ...["--captions", "film.eng.srt", "--protect", "playready"],
      ...["--generate-keys", "--keys-out", key],
    );
    expect(exitCode, stderr).toBe(0);
    expect(cuesIn(documentsIn(join(out, "film_eng.ismt"))[1])).toEqual([
      "00:00:00.000 00:00:00.900 Second|line",
    ]);
    const { exitCode: valid } = await mssPack([
      "verify",
      join(out, "film.ism"),
    ]);
    expect(valid).toBe(0);
  });

  test.each([
    [
      ["--captions", "gone.srt"],
      3,
      /gone\.srt: cannot be read \(no such file or directory\)\./,
    ],
    [["--captions", "empty.srt"], 3, /empty\.srt/],
    [
      ["--captions", "film.eng.srt=xx1"],
      2,
      /"xx1" is neither a language nor a kind/,
    ],
    [
      ["--captions", "film.eng.srt", "--captions", "film.eng.srt"],
      2,
      /given twice/,
    ],
    [["--captions", "wrong.srt"], 3, /wrong\.srt, line 6/],
  ])("%j is refused", async (args, code, says) => {
    writeFileSync(path("empty.srt"), "");
    writeFileSync(
      path("wrong.srt"),
      "1\n00:00:00,500 --> 00:00:01,500\nFirst\n\n2\n00:00:xx,800 --> 00:00:02,900\nSecond\n",
    );
    const { exitCode, last } = await mux(...args);
    expect([exitCode, String(last?.["message"])]).toEqual([
      code,
      expect.stringMatching(says),
    ]);
  });
});

describe("captions of the main command", () => {
  const pack = (...args: readonly string[]) =>
    mssPack(["film.mp4", "--encoder-preset", "ultrafast", ...args], {
      cwd: folder,
    });

  test("are planned, packaged, and known to --skip-existing", async () => {
    const made = ["-o", "main", "--captions", "film.eng.srt"];
    const { exitCode, stderr } = await pack(...made);
    expect(stderr).toContain("2 captions of film.eng.srt -> film_eng.ismt");
    expect(exitCode).toBe(0);
    const again = await pack(...made, "--skip-existing");
    expect(again.stderr).toMatch(/skipped|exists/i);
    expect(again.exitCode).toBe(0);
    writeFileSync(
      path("film.eng.srt"),
      String(FORMS["film.eng.srt"]).replace("First", "Other"),
    );
    const other = await pack(...made, "--skip-existing");
    expect(other.exitCode, other.stderr).toBe(7);
  });

  test("of one film are refused for several", async () => {
    mkdirSync(path("more"), { recursive: true });
    const { exitCode, stderr } = await pack(
      ...["other.mp4", "-o", "many", "--captions", "film.de.vtt"],
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain("there are several inputs. Expected auto");
  });
});

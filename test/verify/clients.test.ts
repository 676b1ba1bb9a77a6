import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CLIENT_NAMES, clientsIn } from "../../src/clients/clients.js";
import {
  KNOWN_FAILURES,
  clientsThatFail,
} from "../../src/clients/clients-that-fail.js";
import { readTraits } from "../../src/clients/read-traits.js";
import { verify } from "../../src/verify/verify.js";
import {
  beginsAt,
  customAttributes,
  emptyIndex,
  foreign,
  fragmentFolders,
  gapInSound,
  lostClientManifest,
  offsetOf,
  oneFile,
  plainFiles,
  soundBeginsAt,
  textFile,
  untold,
  utf16,
  type Layout,
} from "../foreign/layouts.js";
import { patchFile, payloadOf, replaceText } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();

/** Other words in the client manifest. */
const ismc =
  (from: string | RegExp, to: string): Layout =>
  (made) =>
    replaceText(made.ismc, from, to);

const inFragment =
  (type: string, change: (bytes: Buffer, at: number) => void): Layout =>
  ({ folder }) =>
    patchFile(join(folder, "clip_60.ismv"), (bytes) =>
      change(bytes, payloadOf(bytes, type)),
    );

const AUDIO = /(<StreamIndex Type="audio"[^]*?<QualityLevel [^>]*?)/;
const VIDEO = /(<StreamIndex Type="video"[^]*?<QualityLevel [^>]*?)/;
const before = (pattern: RegExp, rest: string) =>
  new RegExp(pattern.source + rest);
const sound = (rest: string, to: string) => ismc(before(AUDIO, rest), to);
const picture = (rest: string, to: string) => ismc(before(VIDEO, rest), to);

/** A package that has what a row tells of, and how many clients the row names for it. */
const TOLD: Record<string, Layout[]> = {
  "client-root-timescale": [
    ismc('MinorVersion="0"', 'MinorVersion="0" TimeScale="1000"'),
  ],
  "client-stream-timescale": [
    ismc('Type="audio"', 'Type="audio" TimeScale="48000"'),
  ],
  "client-placeholder": [ismc("{start time}", "{start_time}")],
  "client-custom-attributes": [customAttributes],
  "client-live": [ismc('MinorVersion="0"', 'MinorVersion="0" IsLive="TRUE"')],
  "client-version": [ismc('MinorVersion="0"', 'MinorVersion="3"')],
  "client-duration": [ismc('Duration="51200000"', 'Duration="20000000"')],
  "client-t-only": [
    ismc(
      /<c d="\d+"\/>\s*<c d="\d+"\/>\s*<c /,
      '<c t="0"/><c t="20000000"/><c t="40000000" ',
    ),
  ],
  "client-last-d": [ismc(/<c d="\d+"\/>(\s*<\/StreamIndex>)/, "<c/>$1")],
  "client-repeat": [ismc(/<c d="(\d+)"\/>/, '<c d="$1" r="1"/>')],
  "client-gap": [gapInSound],
  "client-offset": [beginsAt(900_000_000n)],
  "client-uneven-begin": [soundBeginsAt(10_000_000n)],
  "client-sparse": [
    ismc('Type="audio"', 'Type="audio" ParentStreamIndex="video"'),
  ],
  "client-markers": [
    ismc(
      "</SmoothStreamingMedia>",
      '<StreamIndex Type="text" Subtype="DATA" Name="marks"><Content><Marker Time="1" Value="one"/></Content></StreamIndex></SmoothStreamingMedia>',
    ),
  ],
  "client-nameless": [
    ismc(
      "</SmoothStreamingMedia>",
      '<StreamIndex Type="audio"/></SmoothStreamingMedia>',
    ),
    ismc(/(Type="audio") Name="\w+"/, "$1"),
  ],
  "client-language": [ismc('Language="eng"', 'Language="en-us"')],
  "client-headers": [
    ismc(
      "</SmoothStreamingMedia>",
      '<Protection><ProtectionHeader SystemID="9a04f079-9840-4286-ab92-e65be0885f95">AA==</ProtectionHeader><ProtectionHeader SystemID="edef8ba9-79d6-4ace-a3c8-27dcd51d21ed">AA==</ProtectionHeader></Protection></SmoothStreamingMedia>',
    ),
  ],
  "client-no-codec-data": [sound(' CodecPrivateData="\\w+"', "$1")],
  "client-no-fourcc": [sound('FourCC="AACL"', '$1FourCC=""')],
  "client-aach": [sound('FourCC="AACL"', '$1FourCC="AACH"')],
  "client-dolby": [sound('FourCC="AACL"', '$1FourCC="EC-3"')],
  "client-hevc": [picture('FourCC="H264"', '$1FourCC="hev1"')],
  "client-windows-media": [picture('FourCC="H264"', '$1FourCC="WVC1"')],
  "client-pps": [picture('(CodecPrivateData="\\w+)"', '$1$20000000168CB8F20"')],
  "client-start-codes": [
    picture('CodecPrivateData="00(\\w+)"', '$1CodecPrivateData="$2"'),
  ],
  "client-long-codec-data": [
    picture('CodecPrivateData="', `$1CodecPrivateData="${"00".repeat(1025)}`),
  ],
  "client-nal-length": [
    picture('FourCC="H264"', '$1FourCC="H264" NALUnitLengthField="2"'),
  ],
  "client-large-bitrate": [picture('Bitrate="\\d+"', '$1Bitrate="2147483648"')],
  "client-close-bitrates": [
    ismc(
      /Bitrate="(\d+)\d{3}"([^]*?)Bitrate="\d+"/,
      'Bitrate="$1000"$2Bitrate="$1001"',
    ),
  ],
  "client-missing-attribute": [picture(' MaxWidth="\\d+"', "$1")],
  "client-captions": [textFile],
  "client-dfxp": [textFile],
  "client-absolute-captions": [
    textFile,
    ({ folder }) =>
      patchFile(join(folder, "clip_text.ismt"), (bytes) => {
        bytes.write("stpp", bytes.indexOf("dfxp"));
      }),
  ],
  "client-untold": [untold],
  "client-late-picture": [offsetOf(400_000)],
  "client-base-offset": [
    inFragment("tfhd", (bytes, at) => bytes.writeUInt8(1, at + 3)),
  ],
  "client-two-runs": [
    inFragment("tfxd".slice(0, 0) + "uuid", (bytes, at) => {
      // The tfxd becomes a second trun, of no client's liking.
      bytes.write("trun", at - 4);
    }),
  ],
};

async function rulesOf(...layouts: Layout[]): Promise<string[]> {
  const { ism } = await foreign(parent, ...layouts);
  const failures = clientsThatFail(await readTraits(ism));
  return [...new Set(failures.map(({ rule }) => rule))];
}

describe("what clients are known to fail on", () => {
  test("no client fails on a package of ours", async () => {
    expect(await rulesOf()).toEqual([]);
  });

  test("every row has a package here", () => {
    expect(KNOWN_FAILURES.map(({ rule }) => rule).sort()).toEqual(
      Object.keys(TOLD).sort(),
    );
  });

  test.each(Object.entries(TOLD))("%s is told", async (rule, layouts) => {
    expect(await rulesOf(...layouts)).toContain(rule);
  });

  test.each<[string, Layout[]]>([
    ["manifests in UTF-16", [utf16]],
    ["several tracks in a file", [oneFile()]],
    ["a folder for each track", [fragmentFolders]],
    ["an empty index", [emptyIndex]],
    ["plain files", [plainFiles]],
    ["a lost client manifest", [lostClientManifest]],
  ])("%s: no row", async (_, layouts) => {
    expect(await rulesOf(...layouts)).toEqual([]);
  });

  test("what cannot be read has no traits", async () => {
    const traits = await readTraits(join(parent, "gone.ism"));
    expect(traits).toEqual({ manifest: undefined, streams: [], tracks: [] });
  });
});

describe("the table", () => {
  const docs = readFileSync("docs/players.md", "utf8");
  const format = readFileSync("docs/format.md", "utf8");

  test.each(KNOWN_FAILURES.map((row) => [row.rule, row] as const))(
    "%s stands in docs/players.md with its clients, and has sources",
    (rule, { fails, sources }) => {
      const line = docs.split("\n").find((one) => one.includes(`\`${rule}\``));
      for (const client of Object.keys(fails)) expect(line).toContain(client);
      for (const source of sources) {
        const [, page, anchor = ""] =
          /^docs\/(\w+)\.md#([\w-]+)$/.exec(source) ?? [];
        if (page === undefined)
          expect(source).toMatch(/^https:\/\/github\.com/);
        else
          expect((page === "format" ? format : docs).toLowerCase()).toContain(
            `## ${anchor.replaceAll("-", " ")}`,
          );
      }
    },
  );

  test("clients are named with commas, or all", () => {
    expect(clientsIn("vlc, DashJS")).toEqual(["dashjs", "vlc"]);
    expect(clientsIn("all")).toEqual(CLIENT_NAMES);
    expect(clientsIn("vlc,winamp")).toBeUndefined();
    expect(clientsIn("")).toBeUndefined();
  });
});

describe("verify", () => {
  test("tells it beside the findings", async () => {
    const { ism } = await foreign(parent, untold);
    const { findings, clients } = await verify(ism);
    expect(findings.filter(({ level }) => level === "fault")).toEqual([]);
    expect(clients).toMatchObject([{ rule: "client-untold", client: "vlc" }]);
  });

  test("takes any Duration", async () => {
    for (const duration of ["1e999", "1.5", "-1", "none"]) {
      const layout = ismc(/ Duration="\d+"/, ` Duration="${duration}"`);
      const { ism } = await foreign(parent, layout);
      const { findings } = await verify(ism);
      expect(findings.map(({ rule }) => rule)).toContain("duration");
    }
  });

  test("makes faults of it for the clients that are asked for", async () => {
    const { ism } = await foreign(parent, untold);
    const faultsFor = async (...clients: ("vlc" | "dashjs")[]) => {
      const { findings } = await verify(ism, { clients });
      return findings.filter(({ level }) => level === "fault");
    };
    expect(await faultsFor("dashjs")).toEqual([]);
    expect(await faultsFor("dashjs", "vlc")).toEqual([
      {
        level: "fault",
        rule: "client-untold",
        file: "clip.ism",
        client: "vlc",
        message:
          "VLC begins each fragment at 0: fragments have neither tfxd nor tfdt",
        mend: expect.stringContaining("mss-pack repair") as string,
        sources: ["docs/format.md#what-breaks-whom"],
      },
    ]);
  });
});

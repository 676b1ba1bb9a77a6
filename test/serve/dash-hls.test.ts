import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  mux,
  readAudience,
  type MuxOptions,
  type ServeHandle,
} from "../../src/index.js";
import { walkBoxes, type BoxNode } from "../../src/isobmff/box-tree.js";
import { REQUEST } from "../drm/package.js";
import { fixture } from "../support/fixtures.js";
import { payloadOf } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";
import {
  eventually,
  expectSentence,
  get,
  serving,
  witness,
} from "./serving.js";

const root = tempFolder();
const served = join(root, "served");
const withTfdt = join(root, "tfdt");

const SUBRIP = `1
00:00:00,500 --> 00:00:01,000
<i>One</i> & only

2
00:00:01,200 --> 00:00:03,500
Two
`;

const cenc = { ...REQUEST, encryption: "cenc", reproducible: true } as const;
const captions = [
  `${join(root, "film.srt")}=deu`,
  `${join(root, "sounds.srt")}=eng,caption`,
];

/** Packages that are served; each is made with tfdt too, which is what segments must look like. */
const MADE = {
  plain: {},
  old: { layout: "expression-encoder" },
  locked: { protection: cenc },
} as const satisfies Record<string, Partial<MuxOptions>>;

let origin: ServeHandle;
beforeAll(async () => {
  for (const name of ["film.srt", "sounds.srt"])
    writeFileSync(join(root, name), SUBRIP);
  const make = (options: MuxOptions) =>
    mux([fixture("film.mp4")], { fsync: false, ...options });
  for (const [name, options] of Object.entries(MADE)) {
    await make({ output: served, name, ...options });
    await make({ output: withTfdt, name, tfdt: true, ...options });
  }
  await make({ output: served, name: "told", captions });
  await make({ output: served, name: "piff", protection: REQUEST });
  origin = await serving(served, { accessLog: join(root, "access.log") });
});

const at = (address: string) => `${origin.url}/${address}`;

/** Offsets are signed in version 1 alone. */
function signed(bytes: Buffer): Buffer {
  bytes[payloadOf(bytes, "trun")] = 1;
  return bytes;
}

describe.each(Object.keys(MADE))("the segments of %s", (name) => {
  test("are its fragments as mux writes them with a tfdt", async () => {
    for (const { path, bytes } of witness(withTfdt, name)) {
      const { status, bytes: segment } = await get(`${origin.url}${path}.m4s`);
      expect(status).toBe(200);
      expect(segment.equals(signed(bytes))).toBe(true);
    }
  });

  test("are the same in parts, once more, and as headers alone", async () => {
    const [fragment] = witness(withTfdt, name);
    const bytes = signed(fragment?.bytes ?? Buffer.alloc(0));
    const url = `${origin.url}${fragment?.path}.m4s`;
    const { headers } = await get(url, {}, "HEAD");
    expect(headers.get("content-length")).toBe(String(bytes.length));
    // In the moof, over its end, in the samples.
    for (const [first, last] of [
      [0, 99],
      [60, 4000],
      [3000, bytes.length - 1],
    ] as const) {
      const part = await get(url, { range: `bytes=${first}-${last}` });
      expect(part.status).toBe(206);
      expect(part.bytes.equals(bytes.subarray(first, last + 1))).toBe(true);
    }
    expect((await get(url)).bytes.equals(bytes)).toBe(true);
    const etag = headers.get("etag") ?? "";
    expect((await get(url, { "if-none-match": etag })).status).toBe(304);
    const smooth = await get(`${origin.url}${fragment?.path}`);
    expect(smooth.headers.get("etag")).not.toBe(etag);
  });

  test("all have an address in the manifests", async () => {
    const mpd = (await get(at(`${name}.ism/manifest.mpd`))).text;
    const playlists = await addressesIn(`${name}.ism/master.m3u8`);
    const segments: string[] = [];
    for (const playlist of playlists)
      segments.push(...(await addressesIn(playlist)));
    for (const { path, stream, bitrate } of witness(served, name)) {
      expect(segments).toContain(`${path.slice(1)}.m4s`);
      expect(mpd).toContain(`<BaseURL>QualityLevels(${bitrate})/</BaseURL>`);
      expect(mpd).toContain(`media="Fragments(${stream}=$Time$).m4s"`);
    }
    for (const address of new Set(segments))
      expect((await get(at(address))).status).toBe(200);
  });
});

/** The addresses in a playlist, from the root. */
async function addressesIn(playlist: string): Promise<string[]> {
  const { status, headers, text } = await get(at(playlist));
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("application/vnd.apple.mpegurl");
  const inTags = [...text.matchAll(/URI="(?!data:)([^"]+)"/g)].map(
    ([, address = ""]) => address,
  );
  const lines = text.split("\n").filter((line) => /^[^#]/.test(line));
  const folder = playlist.slice(0, playlist.lastIndexOf("/") + 1);
  return [...inTags, ...lines].map((address) => folder + address);
}

describe("the initialization segment", () => {
  const typesIn = ({ type, children }: BoxNode): unknown[] =>
    children.length === 0 ? [type] : [type, children.map(typesIn)];

  test("is an ftyp and the moov of the track", async () => {
    const [fragment] = witness(served, "plain");
    const folder = fragment?.path.split("/").slice(0, -1).join("/");
    const init = await get(`${origin.url}${folder}/Init(video).mp4`);
    expect(init.headers.get("content-type")).toBe("video/mp4");
    const boxes = [...walkBoxes(init.bytes)];
    expect(boxes.map(({ type }) => type)).toEqual(["ftyp", "moov"]);
    const etag = init.headers.get("etag") ?? "";
    const again = { "if-none-match": etag };
    expect(
      (await get(`${origin.url}${folder}/Init(video).mp4`, again)).status,
    ).toBe(304);
  });

  test("of captions is that of documents with times of the film", async () => {
    const { bytes } = await get(
      at("told.ism/QualityLevels(1000)/Init(text_deu).mp4"),
    );
    const types = JSON.stringify([...walkBoxes(bytes)].map(typesIn));
    expect(types).toContain('"stpp"');
    expect(types).toContain('"sthd"');
    expect(bytes.includes("subt")).toBe(true);
  });
});

describe("captions", () => {
  test("of DASH are documents with times of the film", async () => {
    const mpd = (await get(at("told.ism/manifest.mpd"))).text;
    expect(mpd).toContain('codecs="stpp.ttml.im1t"');
    expect(mpd).toContain('contentType="text" lang="de"');
    const text = witness(served, "told").filter(
      ({ stream }) => stream === "text_deu",
    );
    const [first, second] = await Promise.all(
      text.map(
        async ({ path }) => (await get(`${origin.url}${path}.m4s`)).text,
      ),
    );
    expect(first).toContain('begin="00:00:01.200" end="00:00:02.000">Two<');
    expect(second).toContain('begin="00:00:02.000" end="00:00:03.500">Two<');
  });

  test("say for whom they are: subtitles, and captions that tell sounds too", async () => {
    const mpd = (await get(at("told.ism/manifest.mpd"))).text;
    const roles = [
      ...mpd.matchAll(/lang="(\w+)"[^]*?role:2011" value="(\w+)"/g),
    ];
    expect(roles.map(([, language, role]) => [language, role])).toEqual(
      expect.arrayContaining([
        ["de", "subtitle"],
        ["en", "caption"],
      ]),
    );
    const { text } = await get(at("told.ism/master.m3u8"));
    const [german, english] = ["de", "en"].map((language) =>
      text
        .split("\n")
        .find(
          (line) =>
            line.includes("SUBTITLES") && line.includes(`"${language}"`),
        ),
    );
    expect(english).toContain(
      'CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog,',
    );
    expect(german).not.toContain("CHARACTERISTICS");
  });

  test("of HLS are one WebVTT file", async () => {
    const [captions = ""] = (await addressesIn("told.ism/master.m3u8")).filter(
      (address) => address.includes("text_deu"),
    );
    const [file = ""] = await addressesIn(captions);
    expect((await get(at(file))).text).toContain(
      "00:00:01.200 --> 00:00:03.500\nTwo\n",
    );
  });
});

describe("a manifest", () => {
  test.each(["manifest.mpd", "master.m3u8"])(
    "%s is packed, known by its tag, and has a part of it sent",
    async (name) => {
      const url = at(`told.ism/${name}`);
      const whole = await get(url, { "accept-encoding": "identity" });
      const packed = await get(url, { "accept-encoding": "gzip" });
      expect(packed.text).toBe(whole.text);
      expect(packed.headers.get("access-control-allow-origin")).toBe("*");
      const etag = packed.headers.get("etag") ?? "";
      expect((await get(url, { "if-none-match": etag })).status).toBe(304);
      const part = await get(url, { range: "bytes=1-4" });
      expect(part.text).toBe(whole.text.slice(1, 5));
      expect((await get(at(`TOLD.ISM/${name.toUpperCase()}`))).text).toBe(
        whole.text,
      );
    },
  );

  test("of a package encrypted with cenc names its key", async () => {
    const { text } = await get(at("locked.ism/manifest.mpd"));
    expect(text).toContain(
      'schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cenc" cenc:default_KID="',
    );
    expect(text).toContain(
      'schemeIdUri="urn:uuid:9a04f079-9840-4286-ab92-e65be0885f95"',
    );
    const [playlist = ""] = await addressesIn("locked.ism/master.m3u8");
    expect((await get(at(playlist))).text).toContain(
      '#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI="data:text/plain;charset=UTF-16;base64,',
    );
  });

  test("of a package with the boxes of PIFF is refused", async () => {
    for (const name of ["manifest.mpd", "master.m3u8"])
      expectSentence(await get(at(`piff.ism/${name}`)), 404);
  });

  test("of another name is not there", async () => {
    for (const name of [
      "other.m3u8",
      "QualityLevels(1)/Playlist(video).m3u8",
      "QualityLevels(1)/Init(video).m3u8",
      "QualityLevels(1)/Fragments(video=0).m4s",
    ])
      expectSentence(await get(at(`plain.ism/${name}`)), 404);
  });
});

test("a playback of segments is counted like one of fragments", async () => {
  const asked = witness(served, "old").filter(
    ({ stream }) => stream === "video",
  );
  for (const { path } of asked) await get(`${origin.url}${path}.m4s`);
  const log = join(root, "access.log");
  await eventually(async () => {
    expect(readFileSync(log, "utf8").split(".m4s").length).toBeGreaterThan(
      asked.length,
    );
    await Promise.resolve();
  });
  // Another origin's log has addresses alone: from ours they are taken out.
  const bare = readFileSync(log, "utf8").replace(/,"package":.*(?=\})/g, "");
  writeFileSync(join(root, "bare.log"), bare);
  for (const file of [log, join(root, "bare.log")]) {
    const { packages } = await readAudience([file]);
    const film = packages.find((one) => one.package === "old");
    expect(film?.playbacks).toBe(1);
    expect(film?.secondsWatched).toBeGreaterThan(1);
  }
});

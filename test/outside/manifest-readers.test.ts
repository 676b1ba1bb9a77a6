import { createRequire } from "node:module";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { describeReader, run, tools } from "../support/programs.js";
import { PLAYERS } from "./support/browser.js";
import { languagesFolder } from "./support/languages.js";
import { CLIP } from "./support/package.js";
import { oldTest, servedTest, test as plainTest } from "./support/test.js";
import { startServe } from "./support/serve.js";

const require = createRequire(join(PLAYERS, "package.json"));
const missing = await access(join(PLAYERS, "node_modules", "mpd-parser")).then(
  () => [],
  () => ["test/outside/players/node_modules"],
);

/** The parts of the parsers that are used here. */
interface M3u8Parser {
  readonly manifest: {
    readonly mediaGroups: Readonly<
      Record<string, Readonly<Record<string, Readonly<Record<string, object>>>>>
    >;
  };
  push(text: string): void;
  end(): void;
}

interface HlsPlaylist {
  readonly isMasterPlaylist: boolean;
  readonly variants: readonly {
    readonly uri: string;
    readonly bandwidth: number;
    readonly averageBandwidth: number;
    readonly resolution?: { readonly height: number };
  }[];
  readonly segments: readonly {
    readonly uri: string;
    readonly duration: number;
    readonly map: { readonly uri: string } | null;
  }[];
}

interface ParsedMpd {
  readonly duration: number;
  readonly playlists: readonly {
    readonly attributes: {
      readonly BANDWIDTH: number;
      readonly RESOLUTION: { readonly height: number };
    };
    readonly segments: readonly {
      readonly resolvedUri: string;
      readonly presentationTime: number;
    }[];
  }[];
  readonly mediaGroups: {
    readonly AUDIO: { readonly audio: Readonly<Record<string, object>> };
    readonly SUBTITLES: { readonly subs: Readonly<Record<string, object>> };
  };
}

async function textOf(url: string): Promise<string> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return response.text();
}

async function bytesAt(url: string): Promise<number> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return (await response.arrayBuffer()).byteLength;
}

describeReader("readers of manifests", missing, () => {
  servedTest(
    "hls-parser finds every rung, and every segment of it within its bandwidth",
    async ({ origin, pack }) => {
      const { parse } = require("hls-parser") as {
        parse: (text: string) => HlsPlaylist;
      };
      const url = `${origin.url}/clip.ism/master.m3u8`;
      const master = parse(await textOf(url));
      expect(master.isMasterPlaylist).toBe(true);
      const heights = master.variants.map(
        ({ resolution }) => resolution?.height,
      );
      expect(heights).toEqual(CLIP.heights);
      for (const { uri, bandwidth, averageBandwidth } of master.variants) {
        const playlistUrl = new URL(uri, url);
        const { segments } = parse(await textOf(playlistUrl.href));
        expect(segments).toHaveLength(pack.client.videoTimes.length);
        let seconds = 0;
        for (const { uri: address, duration, map } of segments) {
          const bytes = await bytesAt(new URL(address, playlistUrl).href);
          expect((bytes * 8) / duration).toBeLessThan(bandwidth);
          expect(map?.uri).toBe("Init(video).mp4");
          seconds += duration;
        }
        expect(seconds).toBeCloseTo(CLIP.seconds, 3);
        expect(averageBandwidth).toBeLessThanOrEqual(bandwidth);
      }
    },
  );

  servedTest(
    "mpd-parser finds every rung, and every segment at its time",
    async ({ origin, pack }) => {
      const { parse } = require("mpd-parser") as {
        parse: (text: string, options: { manifestUri: string }) => ParsedMpd;
      };
      const manifestUri = `${origin.url}/clip.ism/manifest.mpd`;
      const { duration, playlists } = parse(await textOf(manifestUri), {
        manifestUri,
      });
      expect(duration).toBeCloseTo(CLIP.seconds, 3);
      expect(playlists.map((one) => one.attributes.RESOLUTION.height)).toEqual(
        CLIP.heights,
      );
      for (const { segments, attributes } of playlists) {
        expect(
          segments.map((one) => Math.round(one.presentationTime * 1e7)),
        ).toEqual(pack.client.videoTimes);
        for (const { resolvedUri } of segments)
          expect(await bytesAt(resolvedUri)).toBeLessThan(attributes.BANDWIDTH);
      }
    },
  );

  plainTest("languages are found in both", async ({ scratch }) => {
    const origin = await startServe(await languagesFolder(), PLAYERS, scratch);
    const { Parser } = require("m3u8-parser") as {
      Parser: new () => M3u8Parser;
    };
    const parser = new Parser();
    parser.push(await textOf(`${origin.url}/clip.ism/master.m3u8`));
    parser.end();
    const { AUDIO = {}, SUBTITLES = {} } = parser.manifest.mediaGroups;
    const sounds = Object.values(AUDIO).flatMap((group) => Object.keys(group));
    expect(sounds.sort()).toEqual([
      ...["English", "French (audio_fra)", "French (audio_fra_2)", "German"],
    ]);
    expect(Object.keys(SUBTITLES["subtitles"] ?? {})).toEqual([
      ...["English", "German"],
    ]);
    const { parse } = require("mpd-parser") as {
      parse: (text: string, options: { manifestUri: string }) => ParsedMpd;
    };
    const manifestUri = `${origin.url}/clip.ism/manifest.mpd`;
    const { mediaGroups } = parse(await textOf(manifestUri), { manifestUri });
    const tags = Object.keys(mediaGroups.AUDIO.audio);
    expect(new Set(tags.map((tag) => tag.slice(0, 2)))).toEqual(
      new Set(["en", "de", "fr"]),
    );
    expect(Object.keys(mediaGroups.SUBTITLES.subs)).toEqual(["en", "de"]);
    origin.close();
  });
});

describeReader("ffprobe, of DASH and HLS with its defaults,", [], () => {
  for (const [name, test] of [
    ["a package without tfdt", servedTest],
    ["a package in the layout of Expression Encoder", oldTest],
  ] as const)
    test.for(["manifest.mpd", "master.m3u8"])(
      `reads every picture and sound of ${name} from %s`,
      async (manifest, { origin, pack }) => {
        const url = `${origin.url}/clip.ism/${manifest}`;
        expect(await packetsIn(url, "v")).toEqual(
          pack.rungs.map(() => CLIP.frames),
        );
        expect(await packetsIn(url, "a")).toEqual([CLIP.audioFrames]);
      },
    );
});

/** Of each stream of a kind: ffmpeg's reader of DASH ends all streams where the first one ends. */
async function packetsIn(url: string, kind: "v" | "a"): Promise<number[]> {
  const { ffprobe } = await tools();
  const { stdout } = await run(ffprobe.path, [
    ...["-v", "error", "-count_packets", "-of", "json"],
    ...["-select_streams", kind, "-show_entries", "stream=nb_read_packets"],
    url,
  ]);
  const { streams } = JSON.parse(stdout.toString()) as {
    streams: { nb_read_packets: string }[];
  };
  return streams.map(({ nb_read_packets: count }) => Number(count));
}

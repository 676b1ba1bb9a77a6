import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { firstBeep, probeStream } from "../support/measure.js";
import { describeReader } from "../support/programs.js";
import {
  bundleRxPlayer,
  launchBrowser,
  missingForBrowser,
  type Browser,
} from "./support/browser.js";
import { expectCaptions } from "./support/expect-captions.js";
import {
  bitrateOf,
  CUES,
  FILM,
  type Language,
  languagesFolder,
} from "./support/languages.js";
import { startOrigin, type Origin } from "./support/origin.js";
import { Stage } from "./support/stage.js";
import { missingForGstreamer, playWithGstreamer } from "./support/gstreamer.js";
import { expectNothingMissing, PAGES, test as base } from "./support/test.js";
import { missingForVlc, record } from "./support/vlc.js";
import {
  download,
  downloadCaptions,
  listed,
  missingForYtDlp,
} from "./support/yt-dlp.js";

const missing = await missingForBrowser();

describeReader("languages and captions in Chromium", missing, () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    await bundleRxPlayer();
    browser = await launchBrowser();
    folder = await languagesFolder();
  });
  afterAll(async () => browser.close());

  async function opened(
    player: string,
    use: (stage: Stage, origin: Origin) => Promise<void>,
  ): Promise<void> {
    const origin = await startOrigin(folder, PAGES);
    const stage = await Stage.open(
      browser,
      `${origin.pagesUrl}/${player}.html`,
    );
    const { manifestUrl } = origin;
    const bitrate = await bitrateOf(folder);
    await stage.load({
      ...{ manifestUrl, bufferSeconds: FILM.seconds },
      rung: { path: "", bitrate, width: 160, height: 90 },
    });
    await use(stage, origin);
    expect(await stage.problems()).toEqual([]);
    expectNothingMissing(origin);
    await stage.close();
    origin.close();
  }

  test.each(["dash", "rx"])(
    "%s shows each caption at its time, while the sound changes too",
    async (player) => {
      await opened(player, async (stage, origin) => {
        await stage.read("eng");
        await stage.play(SLOW);
        await stage.until("currentTime > 0.7");
        await stage.hear("fra");
        await stage.until("ended");
        expectCaptions(player, await stage.readings(), "eng", 0);
        expect(heard(origin).at(-1)).toMatch(/^audio_fra/);
      });
    },
  );

  test.each(["dash", "rx"])(
    "%s shows each caption of the other language after a change and a jump",
    async (player) => {
      await opened(player, async (stage) => {
        await stage.read("eng");
        await stage.play(SLOW);
        await stage.until(`captions === "One"`);
        await stage.read("deu");
        await stage.seek(3.5);
        await stage.until("!seeking && captions === ''");
        await stage.readings();
        await stage.play(SLOW);
        await stage.until("ended");
        expectCaptions(player, await stage.readings(), "deu", 3.5);
      });
    },
  );

  test.each(["shaka", "has"])(
    "%s plays each sound to the end, with captions in the manifest",
    async (player) => {
      await opened(player, async (stage, origin) => {
        await stage.play(1);
        await stage.until("currentTime > 0");
        await stage.hear("deu");
        await stage.until("ended");
        expect((await stage.state()).currentTime).toBeCloseTo(FILM.seconds, 1);
        expect(heard(origin)).toEqual(["audio_eng", "audio_deu"]);
      });
    },
  );
});

const withFilm = base.extend<{ origin: Origin }>({
  origin: async ({}, use) => {
    const origin = await startOrigin(await languagesFolder());
    await use(origin);
    origin.close();
  },
});

describeReader(
  "yt-dlp, of languages and captions,",
  await missingForYtDlp(),
  () => {
    withFilm("lists each sound and each caption stream", async ({ origin }) => {
      const { sounds, captions } = await listed(origin.manifestUrl);
      expect(sounds.sort()).toEqual([...FILM.sounds].sort());
      expect(captions.sort()).toEqual(["deu", "eng"]);
    });

    withFilm.for(FILM.sounds)(
      "downloads %s with the tone of its language",
      async (name, { origin, scratch }) => {
        const file = join(scratch, "sound.isma");
        await download(origin.manifestUrl, `ba[format_id^=${name}-]`, file);
        await expectTone(file, name.slice(6, 9) as Language);
        const { channels } = await probeStream(file, "a");
        expect(channels).toBe(name === "audio_fra_2" ? 6 : 2);
      },
    );

    withFilm("downloads all captions", async ({ origin, scratch }) => {
      await downloadCaptions(origin.manifestUrl, join(scratch, "film"));
      for (const language of ["eng", "deu"] as const) {
        const file = await readFile(
          join(scratch, `film.${language}.ismt`),
          "utf8",
        );
        for (const { [language]: words } of CUES)
          expect(file).toContain(`>${words.replace("&", "&amp;")}</p>`);
      }
      expectNothingMissing(origin);
    });
  },
);

describeReader(
  "GStreamer, of a film with captions,",
  await missingForGstreamer(),
  () => {
    withFilm("plays it to the end", async ({ origin, scratch }) => {
      const bitrate = await bitrateOf(await languagesFolder());
      const times = await playWithGstreamer(
        origin.manifestUrl,
        bitrate,
        scratch,
      );
      expect(times.length).toBeGreaterThanOrEqual(FILM.frames);
      expectNothingMissing(origin);
    });
  },
);

describeReader("VLC, of a film with captions,", await missingForVlc(), () => {
  withFilm(
    "plays it to the end, with one of its sounds",
    async ({ origin, scratch }) => {
      const copy = join(scratch, "copy.mp4");
      await record(origin.manifestUrl, 90, copy, scratch);
      const { durationSeconds } = await probeStream(copy, "v");
      expect(durationSeconds).toBeGreaterThan(FILM.seconds - 0.15);
      const { hertz } = await firstBeep(copy);
      const away = Object.values(FILM.hertz).map((tone) =>
        Math.abs(hertz - tone),
      );
      expect(Math.min(...away)).toBeLessThan(20);
      expectNothingMissing(origin);
    },
  );
});

/** The bursts of each language have a tone of their own: sounds did not change places. */
async function expectTone(path: string, language: Language): Promise<void> {
  const { from, hertz } = await firstBeep(path);
  expect(Math.abs(hertz - FILM.hertz[language])).toBeLessThan(20);
  expect(Math.abs(from - 1)).toBeLessThan(0.05);
}

/** A busy machine writes captions a little after the picture: at this speed, twice as late as the margin. */
const SLOW = 0.5;

/** The sounds that were asked for, in the order of their first fragments. */
function heard({ requests }: Origin): string[] {
  const streams = requests.flatMap(({ fragment }) => fragment?.stream ?? []);
  return [...new Set(streams)].filter((name) => name.startsWith("audio"));
}

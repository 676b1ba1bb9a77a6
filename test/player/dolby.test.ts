import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { AudienceReport } from "../../src/audience/audience-report.js";
import { jsonLines, mssPack } from "../support/cli.js";
import { madeOnce } from "../support/made-once.js";
import { run, tools } from "../support/programs.js";
import { folderUntilEnd, serveUntilEnd } from "./support/origin.js";
import { PlayerPage } from "./support/player-page.js";
import { describePage } from "./support/test.js";

/** A film with AAC in English, the same in E-AC-3, and French in AC-3 alone. */
async function dolbyFolder(): Promise<string> {
  return madeOnce("player-dolby", async (work, made) => {
    const film = join(work, "film.mp4");
    const { ffmpeg } = await tools();
    await run(ffmpeg.path, [
      ...["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25"],
      ...["-f", "lavfi", "-i", "sine=440:sample_rate=48000", "-t", "4"],
      ...["-map", "0", "-map", "1", "-map", "1", "-map", "1"],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"],
      ...["-c:a:0", "aac", "-c:a:1", "eac3", "-c:a:2", "ac3", "-ac", "2"],
      ...["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=eng"],
      ...["-metadata:s:a:2", "language=fra", film],
    ]);
    const args = ["mux", film, "-o", made, "--name", "film"];
    const { exitCode, stderr } = await mssPack(args);
    if (exitCode !== 0) throw new Error(stderr);
  });
}

const OPTIONS = `[...document.querySelectorAll("#audio option")]
  .map(({ text, disabled }) => text + (disabled ? " (disabled)" : "")).join("\\n")`;

describePage("a film with Dolby sound", (test) => {
  test("plays with the rest, says what is left out, and is counted as it was heard", async ({
    browser,
  }) => {
    const origin = await serveUntilEnd(await dolbyFolder());
    const film = await PlayerPage.open(browser, `${origin.url}/play/film`, {
      locale: "fr-FR",
    });
    await film.play();
    await film.until("ended");
    expect((await film.state()).failure).toBe("");
    expect(await film.page.evaluate(OPTIONS)).toBe(
      [
        "English",
        "English, Dolby Digital Plus (E-AC-3): not played here (disabled)",
        "French, Dolby Digital (AC-3): not played here (disabled)",
      ].join("\n"),
    );
    const value = `document.querySelector("#audio").selectedOptions[0].text`;
    expect(await film.page.evaluate(value)).toBe("English");
    await film.close();
    const log = join(await folderUntilEnd(), "access.log");
    const lines = (await origin.log()).map((line) => JSON.stringify(line));
    await writeFile(log, lines.join("\n"));
    const { stdout } = await mssPack(["report", log, "--json"]);
    const [report] = jsonLines(stdout) as unknown as AudienceReport[];
    expect(report?.packages).toMatchObject([
      {
        ...{ playbacks: 1, rungs: [{ type: "video" }] },
        audioStreams: [{ stream: "audio_eng", language: "eng", share: 1 }],
      },
    ]);
  });
});

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { pack } from "../../src/index.js";
import { ffmpeg } from "../support/clip.js";
import { QUICK } from "../support/films.js";
import { madeOnce } from "../support/made-once.js";
import { serveFolder, type ServedFolder } from "./support/origin.js";
import { PlayerPage } from "./support/player-page.js";
import { describePage } from "./support/test.js";

const CHAPTERS = [0, 4000, 8000]
  .map(
    (begin, i) =>
      `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${begin}\nEND=${begin + 4000}\ntitle=Part <${i + 1}> & more\n`,
  )
  .join("");

/** A film of twelve seconds with three chapters, and a thumbnail each two seconds. */
async function chaptersFolder(): Promise<string> {
  return madeOnce("chapters", async (work, made) => {
    const [list, film] = [join(work, "list.txt"), join(work, "film.mkv")];
    await writeFile(list, `;FFMETADATA1\n${CHAPTERS}`);
    await ffmpeg(
      [
        ...["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25"],
        ...["-f", "lavfi", "-i", "sine=440:r=48000", "-i", list, "-t", "12"],
        ...["-map_chapters", "2", "-c:v", "libx264", "-preset", "ultrafast"],
        ...["-pix_fmt", "yuv420p", "-c:a", "aac", film],
      ],
      film,
    );
    await pack(film, { output: made, ...QUICK, thumbnailSeconds: 2 });
  });
}

describePage("chapters and thumbnails", (test) => {
  let folder: ServedFolder;
  beforeAll(async () => {
    folder = await serveFolder(await chaptersFolder());
  });
  afterAll(async () => folder.close());

  test("are marks on the seek bar, a choice in the settings, and the picture under the pointer", async ({
    browser,
  }) => {
    const film = await PlayerPage.open(browser, `${folder.url}/play/film`);
    await film.until("buffer > 0");
    await film.untilTrue(
      `document.querySelectorAll("#chapter-marks span").length === 2`,
    );
    const { page } = film;
    await page.evaluate(`{
      const seek = document.querySelector("#seek");
      const { left, width } = seek.getBoundingClientRect();
      const clientX = left + width * 0.75;
      seek.dispatchEvent(
        new PointerEvent("pointermove", { pointerType: "mouse", clientX }),
      );
    }`);
    await film.untilTrue(
      `document.querySelector("#preview-chapter").textContent === "Part <3> & more"`,
    );
    const part = `document.querySelector("#preview-part").style`;
    expect(await page.evaluate(`${part}.backgroundImage`)).toBe(
      `url("${folder.url}/film.thumbs.jpg")`,
    );
    // The fifth of six, in two rows of three: 8 s.
    expect(await page.evaluate(`${part}.backgroundPosition`)).toBe(
      "-160px -90px",
    );
    const box = `document.querySelector("#preview-part").getBoundingClientRect()`;
    expect(await page.evaluate(`${box}.width + "x" + ${box}.height`)).toBe(
      "160x90",
    );
    expect(film.requests.some((one) => one.includes("thumbnail.jpg"))).toBe(
      false,
    );
    await film.openSettings();
    await page.selectOption("#chapter", { label: "0:04 Part <2> & more" });
    await film.until("Math.abs(currentTime - 4) < 0.1");
    expect(film.problems).toEqual([]);
    await film.close();
  });
});

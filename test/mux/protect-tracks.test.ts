import { statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { whileUnchanged } from "../../src/mux/protect-tracks.js";
import { tempFolder } from "../support/temp.js";

const path = join(tempFolder(), "film.mp4");

/** To the same whole second, so that not a nanosecond differs. */
function write(text: string): void {
  writeFileSync(path, text);
  utimesSync(path, 1_000_000_000, 1_000_000_000);
}

const changedAt = () => statSync(path, { bigint: true }).ctimeNs;

/** The clock of the disk ticks a few times in a hundredth of a second. */
function writeLater(text: string): void {
  const before = changedAt();
  while (changedAt() === before) write(text);
}

test("a file of other bytes with size and time of the old ones has changed under vectors that are made of it", async () => {
  write("one");
  const work = () => {
    writeLater("two");
    return Promise.resolve();
  };
  await expect(
    whileUnchanged([path], { reproducible: true }, work),
  ).rejects.toMatchObject({ code: "input", facts: { file: path } });
  await whileUnchanged([path], { reproducible: false }, work);
});

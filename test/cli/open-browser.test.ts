import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { openBrowser } from "../../src/cli/open-browser.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();

test.skipIf(process.platform === "win32")(
  "a browser is told the address, and neither key nor seed",
  async () => {
    const told = join(folder, "told.txt");
    const script = `#!/bin/sh\n{ env; echo "$@"; } > '${told}.new'\nmv '${told}.new' '${told}'\n`;
    const opener = process.platform === "darwin" ? "open" : "xdg-open";
    writeFileSync(join(folder, opener), script);
    chmodSync(join(folder, opener), 0o755);
    const before = { ...process.env };
    onTestFinished(() => {
      process.env = before;
    });
    process.env["PATH"] = `${folder}${delimiter}${before["PATH"] ?? ""}`;
    process.env["MSS_PACK_KEY"] = "a key";
    process.env["MSS_PACK_KEY_SEED"] = "a seed";
    process.env["MSS_PACK_KEY_MORE"] = "kept";
    openBrowser("http://127.0.0.1:8080/", (sentence) =>
      expect.unreachable(sentence),
    );
    await vi.waitFor(() => expect(existsSync(told)).toBe(true));
    const text = readFileSync(told, "utf8");
    expect(text).toMatch(/\nhttp:\/\/127\.0\.0\.1:8080\/\n$/);
    expect(text).toContain("MSS_PACK_KEY_MORE=kept");
    expect(text).not.toMatch(/^MSS_PACK_KEY(_SEED)?=/m);
  },
);

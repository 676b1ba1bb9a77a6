import { readdir, readFile } from "node:fs/promises";
import { onTestFinished } from "vitest";
import { launchBrowserWithPid } from "../../outside/support/browser.js";
import type { Browser } from "./player-page.js";

/** Of 260 ms, what draws the pictures may work for 60. */
const [STOPPED_MS, RUNNING_MS] = [200, 60];

/** A browser that can be slowed down, until the test ends. */
export async function slowableBrowser(): Promise<{
  readonly browser: Browser;
  /** From now on it has not the time to draw each frame. */
  readonly slowDown: () => Promise<void>;
}> {
  const { browser, pid, close } = await launchBrowserWithPid();
  onTestFinished(close);
  return {
    browser,
    slowDown: async () => stopAndGo(await drawingProcess(pid)),
  };
}

/** Without a graphics card it is Chromium's GPU process that puts pictures together. */
async function drawingProcess(browser: number): Promise<number> {
  const parents = new Map<number, number>();
  const drawing: number[] = [];
  for (const name of await readdir("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    // Processes come and go while they are read.
    const read = async (file: string) =>
      readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
    const stat = await read("stat");
    parents.set(pid, Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2]));
    if ((await read("cmdline")).includes("--type=gpu-process"))
      drawing.push(pid);
  }
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === browser || isOurs(parents.get(pid)));
  const found = drawing.find(isOurs);
  if (found === undefined) throw new Error("Chromium has no GPU process.");
  return found;
}

function stopAndGo(pid: number): void {
  let timer: NodeJS.Timeout;
  const stop = () => {
    process.kill(pid, "SIGSTOP");
    timer = setTimeout(go, STOPPED_MS);
  };
  const go = () => {
    process.kill(pid, "SIGCONT");
    timer = setTimeout(stop, RUNNING_MS);
  };
  stop();
  onTestFinished(() => {
    clearTimeout(timer);
    process.kill(pid, "SIGCONT");
  });
}

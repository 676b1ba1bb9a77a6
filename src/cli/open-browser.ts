import { spawn } from "node:child_process";
import { withoutSecrets } from "../util/environment.js";

/** What opens an address on each system; the last argument is the address. */
const OPENERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ["open"],
  // start takes its first quoted argument for the window's title.
  win32: ["cmd", "/c", "start", '""'],
};

/**
 * Opens an address in the browser of whoever sits here.
 *
 * @param onWarning told when there is nothing to open it with
 */
export function openBrowser(
  url: string,
  onWarning: (sentence: string) => void,
): void {
  const [program = "xdg-open", ...args] = OPENERS[process.platform] ?? [];
  const child = spawn(program, [...args, url], {
    env: withoutSecrets(process.env),
    stdio: "ignore",
    detached: true,
  });
  child.once("error", () =>
    onWarning(`No browser could be opened (${program}): open ${url} yourself.`),
  );
  child.unref();
}

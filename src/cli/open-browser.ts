import { spawn } from "node:child_process";
import { withoutSecrets } from "../util/secrets.js";

/** The command that opens an address on each system; the address is its last argument. */
const OPENERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ["open"],
  // start uses its first quoted argument as the window's title.
  win32: ["cmd", "/c", "start", '""'],
};

/**
 * Opens an address in the user's browser.
 *
 * @param onWarning called when no browser can be started
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

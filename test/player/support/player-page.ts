import { vi } from "vitest";
import { launchBrowser } from "../../outside/support/browser.js";
import type {
  Browser,
  Page,
  PageOptions,
} from "../../outside/support/browser.js";

/** What a person at the page sees. */
export interface PageState {
  readonly currentTime: number;
  readonly duration: number;
  readonly paused: boolean;
  readonly ended: boolean;
  readonly muted: boolean;
  readonly volume: number;
  readonly playbackRate: number;
  /** Lines of the picture on the screen. */
  readonly height: number;
  /** The rung that is being loaded, as the page names it: `360p, 4.0 Mbit/s`. */
  readonly loading: string;
  /** Seconds of picture ahead. */
  readonly buffer: number;
  readonly stalls: number;
  readonly decoded: number;
  readonly dropped: number;
  readonly failure: string;
  /** Id of the focused element. */
  readonly focus: string;
}

const STATE = `(() => {
  const video = document.querySelector("video");
  const text = (id) => document.getElementById(id)?.textContent ?? "";
  const { currentTime, duration, paused, muted, volume, playbackRate, videoHeight: height } = video;
  const { totalVideoFrames: decoded, droppedVideoFrames: dropped } = video.getVideoPlaybackQuality();
  return {
    currentTime, duration, paused, muted, volume, playbackRate, height, decoded, dropped,
    ended: document.querySelector("#play").getAttribute("aria-label") === "Play again",
    loading: text("number-loading"),
    buffer: parseFloat(text("number-buffer")),
    stalls: Number(text("number-stalls")),
    failure: document.querySelector("#failure").hidden ? "" : text("failure-text"),
    focus: document.activeElement?.id ?? "",
  };
})()`;

const STATE_NAMES =
  "currentTime, duration, paused, ended, muted, volume, playbackRate, height, loading, buffer, stalls, decoded, failure, focus";

/** One of the origin's pages in a browser, with a record of what went wrong. */
export class PlayerPage {
  readonly page: Page;
  /** Addresses that it asked for. */
  readonly requests: string[] = [];
  /** Exceptions and complaints in the console, those of the security policy among them. */
  readonly problems: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on("pageerror", ({ message }) => this.problems.push(message));
    page.on("console", (message) => {
      // What cannot be loaded is seen in the requests.
      const isOurs = !message.text().startsWith("Failed to load resource");
      if (["error", "warning"].includes(message.type()) && isOurs)
        this.problems.push(message.text());
    });
    page.on("request", (request) => this.requests.push(request.url()));
  }

  /** @param setUp JavaScript that runs in the page before its own */
  static async open(
    browser: Browser,
    url: string,
    options: PageOptions & { readonly setUp?: string } = {},
  ): Promise<PlayerPage> {
    const { setUp, ...pageOptions } = options;
    const one = new PlayerPage(await browser.newPage(pageOptions));
    if (setUp !== undefined) await one.page.addInitScript({ content: setUp });
    await one.page.goto(url);
    return one;
  }

  async state(): Promise<PageState> {
    return (await this.page.evaluate(STATE)) as PageState;
  }

  /** Waits until a condition on the state holds, such as `currentTime > 3`. */
  async until(condition: string): Promise<void> {
    await this.untilTrue(
      `(({ ${STATE_NAMES} }) => ${condition})(${STATE})`,
      async () => `${JSON.stringify(await this.state())}, not ${condition}`,
    );
  }

  /**
   * Waits until an expression holds in the page. Asked from outside again and
   * again: Playwright's own waiting evaluates strings in the page, which the
   * page's security policy does not allow.
   *
   * @throws an error that tells how it got stuck
   */
  async untilTrue(
    expression: string,
    describe: () => Promise<string> = () => this.text("body"),
  ): Promise<void> {
    let looksAfterEnd = 0;
    const holds = async () => {
      const both = `[(${expression}), document.querySelector("video")?.ended]`;
      const [held, ended] = (await this.page.evaluate(both)) as unknown[];
      looksAfterEnd = ended === true ? looksAfterEnd + 1 : 0;
      if (held !== true && looksAfterEnd > LOOKS_AFTER_END)
        throw new Error("The film is over");
      return held === true;
    };
    await vi
      .waitUntil(holds, { timeout: TIMEOUT_MS, interval: 50 })
      .catch(async (cause: unknown) => {
        const problems = this.problems.join("; ") || "none";
        throw new Error(
          `It is at ${await describe()}. Problems: ${problems}.`,
          { cause },
        );
      });
  }

  /** What is to be read there; nothing when it is not shown. */
  async text(selector: string): Promise<string> {
    const found = `document.querySelector(${JSON.stringify(selector)})`;
    return (await this.page.evaluate(
      `${found}?.checkVisibility() ? ${found}.innerText : ""`,
    )) as string;
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Moves over the picture first: controls that nobody needs go away. */
  async openSettings(): Promise<void> {
    await this.page.hover("#video", { position: { x: 30, y: 66 } });
    await this.page.click("#settings");
  }

  /** Plays, and skips what a rule needs no look at. */
  async play(rate = 1): Promise<void> {
    await this.until("buffer > 0");
    await this.page.evaluate(
      `document.querySelector("video").playbackRate = ${rate}`,
    );
    await this.press("k");
    await this.until("!paused && currentTime > 0");
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}

/** Slower than any machine needs; what hangs shall still be named. */
const TIMEOUT_MS = 60_000;

/** Some seconds: what a film has not shown by its end, it shows no more. */
const LOOKS_AFTER_END = 100;

export { launchBrowser, type Browser };

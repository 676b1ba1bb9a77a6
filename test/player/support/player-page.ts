import { vi } from "vitest";
import { launchBrowser } from "../../outside/support/browser.js";
import type {
  Browser,
  Page,
  PageOptions,
} from "../../outside/support/browser.js";
import { STEADY } from "./device.js";

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

export interface OpenOptions extends PageOptions {
  /** JavaScript that runs in the page before its own. */
  readonly setUp?: string;
  /** The same, of what the device does; "" for the real one. By default it shows each frame. */
  readonly device?: string;
}

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

  static async open(
    browser: Browser,
    url: string,
    options: OpenOptions = {},
  ): Promise<PlayerPage> {
    const { setUp = "", device = STEADY, ...pageOptions } = options;
    const one = new PlayerPage(await browser.newPage(pageOptions));
    // In one script: several come in any order.
    await one.page.addInitScript({ content: `${device};${setUp}` });
    await one.page.goto(url);
    return one;
  }

  async state(): Promise<PageState> {
    return (await this.page.evaluate(STATE)) as PageState;
  }

  /** Waits until a condition on the state holds, such as `currentTime > 3`, and gives that state. */
  async until(condition: string): Promise<PageState> {
    return (await this.#untilGiven(
      `((state) => (({ ${STATE_NAMES} }) => ${condition})(state) === true ? state : null)(${STATE})`,
      async () => `${JSON.stringify(await this.state())}, not ${condition}`,
    )) as PageState;
  }

  /** Waits until an expression holds in the page. */
  async untilTrue(expression: string): Promise<void> {
    await this.#untilGiven(`(${expression}) === true || null`, () =>
      this.text("body"),
    );
  }

  /**
   * Waits until an expression gives something, and gives it. Asked from outside again and
   * again: Playwright's own waiting evaluates strings in the page, which the
   * page's security policy does not allow.
   *
   * @throws an error that tells how it got stuck
   */
  async #untilGiven(
    expression: string,
    describe: () => Promise<string>,
  ): Promise<unknown> {
    let looksAfterEnd = 0;
    const look = async () => {
      const both = `[(${expression}), document.querySelector("video")?.ended]`;
      const [given, ended] = (await this.page.evaluate(both)) as unknown[];
      looksAfterEnd = ended === true ? looksAfterEnd + 1 : 0;
      if (given === null && looksAfterEnd > LOOKS_AFTER_END)
        throw new Error("The film is over");
      return given;
    };
    return vi
      .waitUntil(look, { timeout: TIMEOUT_MS, interval: 50 })
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
    await this.setRate(rate);
    await this.press("k");
    await this.until("!paused && currentTime > 0");
  }

  async setRate(rate: number): Promise<void> {
    await this.page.evaluate(
      `document.querySelector("video").playbackRate = ${rate}`,
    );
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}

/** Slower than any machine needs; what hangs shall still be named. */
const TIMEOUT_MS = 120_000;

/** Some seconds: what a film has not shown by its end, it shows no more. */
const LOOKS_AFTER_END = 100;

export { launchBrowser, type Browser };

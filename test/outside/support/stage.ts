import { once } from "node:events";
import type { Browser, Page } from "./browser.js";
import type { TestRung } from "./package.js";

/** What the page's video element says; see players/stage.js. */
export interface StageState {
  readonly duration: number;
  readonly currentTime: number;
  readonly ended: boolean;
  readonly videoHeight: number;
  /** Pictures decoded so far. */
  readonly totalVideoFrames: number;
  /** Time of the picture on the screen; undefined before the first. */
  readonly pictureTime?: number;
  /** Mean of the picture on the screen, 0 to 255. */
  readonly brightness: number;
  /** The captions on the screen. */
  readonly captions: string;
  readonly buffered: readonly (readonly [number, number])[];
}

export interface LoadOptions {
  readonly manifestUrl: string;
  readonly rung: TestRung;
  /** How far ahead the player shall load; rx-player replaces what it has instead. */
  readonly bufferSeconds: number;
}

/** A page with one player and one video, ready to be directed. */
export class Stage {
  readonly #page: Page;
  readonly #pageErrors: string[] = [];

  private constructor(page: Page) {
    this.#page = page;
    page.on("pageerror", ({ message }) => this.#pageErrors.push(message));
  }

  static async open(browser: Browser, url: string): Promise<Stage> {
    const stage = new Stage(await browser.newPage());
    await stage.#page.goto(url);
    return stage;
  }

  /** Loads a package; the player starts with this rung and stays with it. */
  async load({ manifestUrl, rung, bufferSeconds }: LoadOptions): Promise<void> {
    await this.#call("load", manifestUrl, rung, bufferSeconds);
  }

  /** Has the player go over to this rung with the next fragment that it loads. */
  async choose(rung: TestRung): Promise<void> {
    await this.#call("choose", rung);
  }

  async play(rate: number): Promise<void> {
    await this.#call("play", rate);
  }

  /** Changes to the first sound of this language. */
  async hear(language: string): Promise<void> {
    await this.#call("hear", language);
  }

  /** Switches on the captions of this language. */
  async read(language: string): Promise<void> {
    await this.#call("read", language);
  }

  /** Since the last call: the time of each picture shown, and the captions over it. */
  async readings(): Promise<[seconds: number, captions: string][]> {
    return (await this.#call("readings")) as [number, string][];
  }

  /** The captions that the browser itself shows. */
  async cues(): Promise<[begin: number, end: number, text: string][]> {
    return (await this.#call("cues")) as [number, number, string][];
  }

  /** Goes there and stands still. */
  async seek(seconds: number): Promise<void> {
    await this.#call("seek", seconds);
  }

  async state(): Promise<StageState> {
    return (await this.#call("state")) as StageState;
  }

  /** Errors and warnings of the player, and whatever its page threw. */
  async problems(): Promise<string[]> {
    const problems = (await this.#page.evaluate("stage.problems")) as string[];
    return [...problems, ...this.#pageErrors];
  }

  /**
   * Waits until a condition on the state holds, such as `currentTime > 3`.
   *
   * @throws an error that tells the state that it got stuck in
   */
  async until(condition: string): Promise<void> {
    const script = `(({ currentTime, ended, seeking, videoHeight, pictureTime, brightness, captions }) => ${condition})(stage.state())`;
    await this.#page
      .waitForFunction(script, undefined, { timeout: TIMEOUT_MS })
      .catch(async (cause: unknown) => {
        const state = JSON.stringify(await this.state());
        const problems = (await this.problems()).join("; ") || "none";
        throw new Error(
          `Never came to ${condition}. State: ${state}. Problems: ${problems}.`,
          { cause },
        );
      });
  }

  /** Waits until the player complains of something. */
  async untilProblem(): Promise<void> {
    await this.#page.waitForFunction("stage.problems.length > 0", undefined, {
      timeout: TIMEOUT_MS,
    });
  }

  async close(): Promise<void> {
    await this.#page.close();
  }

  /** A call may wait for the player; Playwright would wait for it for ever. */
  async #call(name: string, ...args: readonly unknown[]): Promise<unknown> {
    const list = args.map((value) => JSON.stringify(value)).join(", ");
    const late = AbortSignal.timeout(TIMEOUT_MS);
    return Promise.race([
      this.#page.evaluate(`stage.${name}(${list})`),
      once(late, "abort").then(() => {
        throw new Error(`The player never finished ${name}().`);
      }),
    ]);
  }
}

/** The clip takes twelve seconds at most; the rest is for a busy machine. */
const TIMEOUT_MS = 120_000;

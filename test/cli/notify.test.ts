import { describe, expect, test } from "vitest";
import { notifyTarget } from "../../src/cli/follow-up-values.js";
import { sendResult } from "../../src/cli/notify.js";
import { PackError } from "../../src/errors.js";
import { receiver } from "../support/receiver.js";

const LINE = '{"type":"result","name":"film"}';
const NO_PAUSE = { pausesMs: [0, 0] };

describe("the result of an input", () => {
  test("is sent once, as JSON", async () => {
    const { received, origin } = await receiver([204]);
    const target = notifyTarget(`${origin}/hook?film=1`);
    expect(await sendResult(target, LINE, NO_PAUSE)).toEqual([]);
    expect(received).toMatchObject([
      {
        ...{ method: "POST", url: "/hook?film=1", body: LINE },
        headers: { "content-type": "application/json" },
      },
    ]);
    expect(received[0]?.headers).not.toHaveProperty("authorization");
  });

  test("has arrived when the third try is answered with success", async () => {
    const { received, origin } = await receiver([500, 404, 200]);
    expect(await sendResult(notifyTarget(origin), LINE, NO_PAUSE)).toEqual([]);
    expect(received.map(({ body }) => body)).toEqual([LINE, LINE, LINE]);
  });

  test("is told as a note after three tries, without path and query, which may be secret", async () => {
    const { received, origin } = await receiver([500, 500, 503, 200]);
    const target = notifyTarget(`${origin}/T00/B00?token=secret`);
    expect(await sendResult(target, LINE, NO_PAUSE)).toEqual([
      `--notify: ${origin} was not told in 3 tries: it answers 503.`,
    ]);
    expect(received).toHaveLength(3);
  });

  test("does not follow a redirect", async () => {
    const { received, origin } = await receiver([302, 307, 308]);
    const [note] = await sendResult(notifyTarget(origin), LINE, NO_PAUSE);
    expect(note).toContain("it answers 308, and redirects are not followed.");
    expect(received.map(({ url }) => url)).toEqual(["/", "/", "/"]);
  });

  test("is given up on a server that never answers", async () => {
    const { received, origin } = await receiver([0, 0, 0]);
    const limits = { ...NO_PAUSE, timeoutMs: 500 };
    expect(await sendResult(notifyTarget(origin), LINE, limits)).toEqual([
      `--notify: ${origin} was not told in 3 tries: no answer in 0.5 s.`,
    ]);
    expect(received).toHaveLength(3);
  });

  test("waits for no answer and no pause once the run is stopped", async () => {
    const { server, received, origin } = await receiver([0]);
    const stop = new AbortController();
    server.once("received", () => stop.abort());
    const never = { pausesMs: [1e9, 1e9], timeoutMs: 1e9 };
    const options = { ...never, signal: stop.signal };
    expect(await sendResult(notifyTarget(origin), LINE, options)).toEqual([
      `--notify: ${origin} was not told: the run was stopped.`,
    ]);
    expect(received).toHaveLength(1);
  });

  test("finds nobody: the note has the system's word", async () => {
    const { server, origin } = await receiver([]);
    await new Promise((closed) => server.close(closed));
    const target = notifyTarget(origin.replace("//", "//me:secret@"));
    expect(await sendResult(target, LINE, NO_PAUSE)).toEqual([
      `--notify: ${origin} was not told in 3 tries: it cannot be reached (ECONNREFUSED).`,
    ]);
  });
});

describe("an address", () => {
  test("with a user's name and password becomes one without, and a header", async () => {
    const { received, origin } = await receiver([200]);
    const target = notifyTarget(origin.replace("//", "//me:p%40ss@"));
    expect(target.url).toBe(`${origin}/`);
    expect(await sendResult(target, LINE, NO_PAUSE)).toEqual([]);
    const pair = Buffer.from("me:p@ss").toString("base64");
    expect(received[0]?.headers.authorization).toBe(`Basic ${pair}`);
  });

  test.each(["example.com/hook", "ftp://me:secret@example.com", "", "/secret"])(
    "%j is refused, and not repeated",
    (text) => {
      let error: unknown;
      try {
        notifyTarget(text);
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(PackError);
      const { code, message, hint, facts } = error as PackError;
      expect(code).toBe("usage");
      const all = JSON.stringify([message, hint, facts]);
      expect(all).toContain("an http or https address");
      expect(all).not.toContain("secret");
    },
  );
});

import { execFileSync, spawn } from "node:child_process";
import { readFileSync, renameSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { serve, type ServeHandle, type ServeOptions } from "../../src/index.js";
import { openLog } from "../../src/serve/log-sink.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { tempFolder } from "../support/temp.js";
import { eventually, get, raw, witness, type Witnessed } from "./serving.js";

const parent = tempFolder();
let folder: string;
let sample: Witnessed;

beforeAll(async () => {
  ({ folder } = await writeFixturePackage(parent));
  sample = witness(folder)[1] as Witnessed;
});

let count = 0;

/** The lines that requests leave, once the origin is closed. */
async function logOf(
  ask: (url: string, port: number) => Promise<unknown>,
  options: ServeOptions = {},
): Promise<string[]> {
  const accessLog = join(parent, `log-${(count += 1)}`);
  const origin = await serve(folder, { port: 0, accessLog, ...options });
  await ask(origin.url, origin.port);
  await origin.close();
  return readFileSync(accessLog, "utf8").trimEnd().split("\n");
}

type Line = Record<string, unknown>;

async function jsonOf(
  ask: (url: string, port: number) => Promise<unknown>,
  options: ServeOptions = {},
): Promise<Line[]> {
  return (await logOf(ask, options)).map((line) => JSON.parse(line) as Line);
}

describe("a line of the access log", () => {
  test("tells of a fragment who had what of it, when, and how long that took", async () => {
    const [line] = await jsonOf(async (url) =>
      get(url + sample.path, { "User-Agent": "a reader" }),
    );
    expect(line).toEqual({
      time: expect.stringMatching(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
      ) as string,
      client: "127.0.0.1",
      method: "GET",
      uri: sample.path,
      status: 200,
      bytes: sample.bytes.length,
      seconds: expect.any(Number) as number,
      agent: "a reader",
      package: "clip",
      stream: "video",
      type: "video",
      bitrate: sample.bitrate,
      fragment: 20_000_000,
      duration: 20_000_000,
    });
  });

  test("tells the language of sound, which its name does not", async () => {
    const audio = witness(folder).find(({ stream }) => stream === "audio");
    const [line] = await jsonOf(async (url) => get(url + (audio?.path ?? "")));
    expect(line).toMatchObject({ stream: "audio", language: "eng" });
  });

  test("is the same for a fragment that is asked for again", async () => {
    const lines = await jsonOf(async (url) => {
      for (let i = 0; i < 3; i++)
        await get(url + sample.path, { "User-Agent": "x" });
    });
    const same = lines.map((line) => ({ ...line, time: "", seconds: 0 }));
    expect(same).toEqual([same[0], same[0], same[0]]);
  });

  test("has its own query and playback id for a fragment that is asked for again", async () => {
    const queries = [1, 2, 3].map((n) => `?CMCD=sid%3D%22${n}%22`);
    const lines = await jsonOf(async (url) => {
      for (const query of queries) await get(url + sample.path + query);
    });
    expect(lines.map(({ playback }) => playback)).toEqual(["1", "2", "3"]);
    expect(lines.map(({ uri }) => uri)).toEqual(
      queries.map((query) => sample.path + query),
    );
  });

  test("leaves out what does not apply", async () => {
    const [manifest, missing] = await jsonOf(async (url) => {
      await get(`${url}/clip.ism/Manifest?x=1`);
      await get(`${url}/none.ism/Manifest`);
    });
    expect(manifest).toMatchObject({
      uri: "/clip.ism/Manifest?x=1",
      package: "clip",
    });
    for (const name of [
      "stream",
      "bitrate",
      "fragment",
      "duration",
      "playback",
      "aborted",
    ])
      expect(manifest).not.toHaveProperty(name);
    expect(missing).toMatchObject({ status: 404 });
    expect(missing).not.toHaveProperty("package");
  });

  test("counts no bytes for HEAD and 304, and those of a range for a range", async () => {
    const lines = await jsonOf(async (url) => {
      await get(url + sample.path, {}, "HEAD");
      await get(url + sample.path, { "If-None-Match": "*" });
      await get(url + sample.path, { Range: "bytes=5-14" });
    });
    expect(lines.map(({ status, bytes }) => [status, bytes])).toEqual([
      [200, 0],
      [304, 0],
      [206, 10],
    ]);
  });

  test("tells whether the film had stopped, of a player that sends CMCD", async () => {
    const session = { "CMCD-Session": 'sid="1"' };
    const lines = await jsonOf(async (url) => {
      await get(url + sample.path, { ...session, "CMCD-Status": "bs,rtp=9" });
      await get(url + sample.path, session);
      await get(`${url}${sample.path}?CMCD=bs%2Csid%3D%222%22`);
      await get(url + sample.path);
    });
    expect(lines.map(({ stalled }) => stalled)).toEqual([
      ...[true, false, true, undefined],
    ]);
  });

  test("has the playback id that a player sends with CMCD", async () => {
    const path = sample.path;
    const lines = await jsonOf(async (url) => {
      await get(url + path, { "CMCD-Session": 'cid="c",sid="6e2f-1"' });
      await get(
        `${url}${path}?CMCD=${encodeURIComponent('br=1,sid="6e2f-2",st=v')}`,
      );
      await get(url + path, { "CMCD-Session": 'sid="a\\"b"' });
      await get(url + path, { "CMCD-Session": "sid=6e2f" });
      await get(url + path, { "CMCD-Session": `sid="${"x".repeat(65)}"` });
      await get(`${url}${path}?CMCD=%zz`);
    });
    expect(lines.map(({ playback }) => playback)).toEqual([
      "6e2f-1",
      "6e2f-2",
      'a"b',
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("says when the client was gone before the end", async () => {
    const lines = await jsonOf(async (url, port) => {
      const socket = connect(port, "127.0.0.1");
      socket.write(
        `GET ${sample.path} HTTP/1.1\r\nHost: a\r\n\r\n`.repeat(500),
      );
      await new Promise((resolve) => socket.once("data", resolve));
      socket.resetAndDestroy();
      await get(`${url}/clip.ism/Manifest`);
    });
    expect(
      lines.filter(({ aborted }) => aborted === true).length,
    ).toBeGreaterThan(0);
    for (const { bytes } of lines)
      expect(bytes).toBeLessThanOrEqual(sample.bytes.length);
  });

  test("cannot be made two by what a client sends", async () => {
    const evil = 'x"\\ \u0001\t\u007f{"a":1} \u00e9';
    for (const logFormat of ["json", "combined"] as const) {
      const lines = await logOf(
        async (_, port) =>
          raw(
            port,
            `GET /%0a%0d"\\x HTTP/1.0\r\nHost: a\r\nUser-Agent: ${evil.replace("\u0001", "")}\r\nReferer: a"b\r\n\r\n`,
          ),
        { logFormat },
      );
      expect(lines).toHaveLength(1);
      expect(lines[0]).not.toMatch(/[\u0000-\u001f\u007f]/);
    }
  });

  test("can have the format that most tools read", async () => {
    const [line] = await logOf(
      async (url) =>
        get(url + sample.path, {
          "User-Agent": 'a "reader"',
          Referer: "http://x/",
        }),
      { logFormat: "combined" },
    );
    expect(line).toMatch(
      /^127\.0\.0\.1 - - \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET \/clip\.ism\/QualityLevels\(\d+\)\/Fragments\(video=20000000\) HTTP\/1\.1" 200 \d+ "http:\/\/x\/" "a \\x22reader\\x22"$/,
    );
  });
});

describe("who asks", () => {
  const forwarded = async (value: string, options: ServeOptions) => {
    const headers = { "X-Forwarded-For": value };
    const [line] = await jsonOf(
      async (url) => get(`${url}/`, headers),
      options,
    );
    return line?.["client"];
  };

  test("is who is connected, whatever the headers claim", async () => {
    expect(await forwarded("203.0.113.7", {})).toBe("127.0.0.1");
  });

  test("is who the proxy in front saw, when that is trusted", async () => {
    const options = { trustProxy: true };
    expect(await forwarded("203.0.113.7", options)).toBe("203.0.113.7");
    // Anybody can send the left ones.
    expect(await forwarded("198.51.100.1, 203.0.113.7", options)).toBe(
      "203.0.113.7",
    );
    expect(await forwarded("::ffff:203.0.113.7", options)).toBe("203.0.113.7");
    expect(await forwarded("2001:db8::1", options)).toBe("2001:db8::1");
    for (const nonsense of ["nonsense", "1.2.3.4:", "[1.2.3.4:5", "1.2.3.4:x"])
      expect(await forwarded(`203.0.113.7, ${nonsense}`, options)).toBe(
        "127.0.0.1",
      );
    // With the port, as some proxies tell it.
    for (const [told, client] of [
      ["203.0.113.7:5678", "203.0.113.7"],
      ["[2001:db8::1]:80", "2001:db8::1"],
      ["[2001:db8::1]", "2001:db8::1"],
      ["[::ffff:203.0.113.7]:80", "203.0.113.7"],
    ] as const)
      expect(await forwarded(told, options)).toBe(client);
  });

  test("can be a name that says nothing of the address, and another one every time", async () => {
    const names = await Promise.all(
      [0, 1].map(async () => {
        const lines = await jsonOf(
          async (url) => {
            for (const client of ["203.0.113.7", "203.0.113.8", "203.0.113.7"])
              await get(`${url}/`, { "X-Forwarded-For": client });
          },
          { trustProxy: true, anonymize: true },
        );
        return lines.map(({ client }) => String(client));
      }),
    );
    for (const [first, second, again] of names) {
      expect(first).toMatch(/^anon-[0-9a-f]{16}$/);
      expect(again).toBe(first);
      expect(second).not.toBe(first);
    }
    expect(names[0]?.[0]).not.toBe(names[1]?.[0]);
  });
});

test("a log that was moved away goes on in a new file", async () => {
  const accessLog = join(parent, "turned");
  const origin = await serve(folder, { port: 0, accessLog });
  for (let i = 0; i < 5; i++) await get(`${origin.url}/before`);
  renameSync(accessLog, `${accessLog}.1`);
  origin.reopenLog();
  for (let i = 0; i < 5; i++) await get(`${origin.url}/after`);
  await origin.close();
  const lines = [`${accessLog}.1`, accessLog].map((path) =>
    readFileSync(path, "utf8").split("\n").filter(Boolean),
  );
  expect(lines.flat()).toHaveLength(10);
  const after = lines[1]?.filter((line) => line.includes("/after"));
  expect(after).toHaveLength(5);
});

test("a log that cannot be opened is refused in a sentence", async () => {
  const accessLog = join(parent, "none", "log");
  await expect(serve(folder, { port: 0, accessLog })).rejects.toMatchObject({
    code: "output",
  });
});

test("a pipe that nobody reads is refused, one that is read is written to", async () => {
  const accessLog = join(parent, "pipe");
  execFileSync("mkfifo", [accessLog]);
  await expect(serve(folder, { port: 0, accessLog })).rejects.toMatchObject({
    code: "output",
    hint: "This pipe has no reader: start its reader first.",
  });
  const reader = spawn("cat", [accessLog]);
  const text = textOf(reader.stdout);
  // The pipe can be opened once its reader has it open.
  let origin: ServeHandle | undefined;
  await eventually(async () => {
    origin = await serve(folder, { port: 0, accessLog });
  });
  await get(`${origin?.url}/x`);
  await origin?.close();
  expect(await text).toContain('"uri":"/x"');
});

test("lines that a full disk does not take are told at once, then counted", async () => {
  const said: string[] = [];
  const sink = openLog("/dev/full", (sentence) => said.push(sentence));
  sink.write("1\n2\n");
  await vi.waitFor(() => expect(said).toHaveLength(1));
  for (let i = 0; i < 5; i++) sink.write("3\n");
  await sink.close();
  expect(said).toEqual([
    expect.stringMatching(
      /^Lost of the access log: 2 lines \(no space left.*\)\.$/,
    ),
    expect.stringMatching(
      /^Lost of the access log: 5 lines \(no space left.*\)\.$/,
    ),
  ]);
});

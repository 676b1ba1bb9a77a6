import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { constants, existsSync, readdirSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { makeClip } from "../support/clip.js";
import { mssPack } from "../support/cli.js";
import { CANNOT_FAKE } from "../support/scratch-folder.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
// Names without a folder, of kinds that ffmpeg lets playlists open.
const SECRET = "secret.mp4";
const clip = await makeClip(join(folder, SECRET), { seconds: 1 });
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? "");
  response.end();
}).listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
beforeEach(() => void asked.splice(0));
afterAll(() => server.close());

/** What a stranger's file can say to make ffmpeg open another one. */
const ATTACKS: readonly {
  readonly name: string;
  readonly text: (target: string) => string;
}[] = [
  {
    name: "an HLS playlist",
    text: (target) =>
      `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${target}\n#EXT-X-ENDLIST\n`,
  },
  {
    name: "an HLS playlist whose key lies elsewhere",
    text: (target) =>
      `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI="${target}"\n#EXTINF:1,\n${SECRET}\n#EXT-X-ENDLIST\n`,
  },
  {
    name: "a concat script",
    text: (target) => `ffconcat version 1.0\nfile '${target}'\n`,
  },
  {
    name: "a DASH manifest",
    text: (target) =>
      `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>${target}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
  },
  {
    name: "a session description (SDP)",
    text: () =>
      "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
  },
  {
    name: "a drawing (SVG)",
    text: (target) =>
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64"><image xlink:href="${target}" width="64" height="64"/></svg>`,
  },
];

describe.each(ATTACKS)("$name that is called film.mp4", ({ name, text }) => {
  const input = join(folder, `${name.replace(/\W+/g, "-")}.mp4`);
  const out = `${input}.out`;

  async function refuse(target: string): Promise<void> {
    writeFileSync(input, text(target));
    const result = await mssPack([input, "-o", out]);
    expect(result.exitCode, result.stderr).toBe(3);
    expect(existsSync(out)).toBe(false);
  }

  test("does not bring another film into a package", () => refuse(SECRET));

  test("does not call an address", async () => {
    await refuse(`http://127.0.0.1:${port}/${encodeURIComponent(name)}`);
    expect(asked).toEqual([]);
  });

  test.skipIf(CANNOT_FAKE)("does not open another file", async () => {
    const name = `${basename(input)}.pipe.ts`;
    const pipe = join(folder, name);
    execFileSync("mkfifo", [pipe]);
    // To open a pipe for writing waits for somebody who opens it for reading.
    let wasOpened = false;
    const writer = open(pipe, "w").then((file) => {
      wasOpened = true;
      return file;
    });
    await refuse(name);
    expect(wasOpened).toBe(false);
    const reader = await open(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    await (await writer).close();
    await reader.close();
  });
});

describe("an address instead of a file", () => {
  test("is not called without --allow-network", async () => {
    const url = `http://127.0.0.1:${port}/film.mp4`;
    const result = await mssPack([url, "-o", join(folder, "url")]);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("--allow-network");
    expect(asked).toEqual([]);
  });

  test.each(["concat:a.mp4|b.mp4", "subfile,,start,0,end,9,,:a.mp4", "pipe:0"])(
    "%s is the name of a file, and of none that is there",
    async (input) => {
      const result = await mssPack([input, "-o", join(folder, "protocol")]);
      expect(result.exitCode).toBe(3);
      expect(result.stderr).toContain("cannot be read");
    },
  );
});

test.each(["../escaped", "a/b", "..", "/tmp/escaped"])(
  "a package called %j does not leave the output folder",
  async (name) => {
    const below = join(folder, "below");
    const before = readdirSync(folder);
    const args = [clip, "-o", below, "--name", name];
    const result = await mssPack(args);
    expect(result.exitCode).toBe(2);
    expect(readdirSync(folder)).toEqual(before);
  },
);

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { audienceCsv } from "../../src/audience/audience-report.js";
import { audiencePage } from "../../src/audience/page/page.js";
import { audienceText } from "../../src/cli/audience-text.js";
import { audienceOf, combined, ours } from "../support/access-log.js";

/** Lines of a log are partly written by whoever sends requests. */
const HONEST = [0, 2, 4].map((at) => ours({ second: at, at }));

test("names that objects know by themselves are names", async () => {
  const names = ["__proto__", "constructor", "toString"];
  const report = await audienceOf(
    names.flatMap((film) =>
      [combined, ours].map((write) =>
        write({ second: 0, film, playback: film, client: film, agent: film }),
      ),
    ),
  );
  expect(report.packages.map((row) => row.package)).toEqual([
    ...["__proto__", "constructor", "toString"],
  ]);
  expect(report.all).toMatchObject({ viewers: 3, playbacks: 3 });
  expect(({} as Record<string, unknown>)["requests"]).toBeUndefined();
});

describe("the figures of honest lines stay the same beside", () => {
  const time = '"time":"2026-11-26T00:00:01Z"';
  const uri = '"uri":"/heron.ism/Manifest"';
  test.each([
    ["a __proto__ with fields", `{${time},"__proto__":{"status":200},${uri}}`],
    ["fields of wrong types", `{${time},${uri},"status":[200]}`],
    ["a status that is none", `{${time},${uri},"status":1e308}`],
    ["a time that is none", `{"time":{},${uri},"status":200}`],
    ["very deep brackets", `{"a":${"[".repeat(60_000)}`],
    ["zero bytes", "\0".repeat(1000)],
    ["a time far from all others", ours({ second: 2e9, film: "otter" })],
    ["a time long before all others", ours({ second: -8e8, film: "otter" })],
  ])("%s", async (_, line) => {
    const alone = await audienceOf(HONEST);
    const beside = await audienceOf([line, ...HONEST, line]);
    const heron = (report: typeof alone) =>
      report.packages.find((row) => row.package === "heron");
    expect(heron(beside)).toEqual(heron(alone));
  });
});

test("absurd numbers are not believed", async () => {
  const { all } = await audienceOf([
    ...HONEST,
    ours({ second: 6, at: 6 }).replace('"duration":2e7', '"duration":1e300'),
    ours({ second: 8, at: 8, duration: 1e9 }),
    ours({ second: 9, at: 10, bytes: 1e17 }),
    ours({ second: 9, at: 1e13 }),
    ours({ second: 9, bitrate: 1e30 }),
  ]);
  expect(all.secondsWatched).toBe(12);
  expect(all.bytes).toBe(7 * 250_000);
});

test("a minute of the film that is far away does not make the page large", async () => {
  const report = await audienceOf([
    ...HONEST,
    ours({ second: 9, at: 899_999_998 }),
  ]);
  expect(report.packages[0]?.minutes).toHaveLength(2);
  expect(audiencePage(report, "0").length).toBeLessThan(200_000);
});

test("names that somebody makes up do not fill the memory, nor hide what is there", async () => {
  const lines = Array.from({ length: 30_000 }, (_, i) =>
    ours({ second: i, film: `no-${i}`, status: 404 }),
  );
  const report = await audienceOf([...lines, ...HONEST]);
  expect(report.packages).toMatchObject([
    { package: "heron", secondsWatched: 6 },
  ]);
  expect(report.elsewhere.requests).toBe(30_000);
});

test("a log full of errors does not push the label of what was watched off the line", async () => {
  const report = await audienceOf(HONEST);
  const errors = [404, 500, 503].map((status) => ({
    ...{ status, requests: 1_234_567_890 },
  }));
  const text = audienceText({ ...report, all: { ...report.all, errors } });
  expect(text).toMatch(/^ {2}Watched .* Errors .*…$/m);
  for (const line of text.split("\n"))
    expect(line.length).toBeLessThanOrEqual(80);
});

const NASTY = `=1+1"><script>alert(1)</script>&amp;\u202e\u001b[2J\u0007\n,'`;

describe("a name that means to do harm", async () => {
  const report = await audienceOf([ours({ second: 0, film: NASTY })]);

  test("is told in JSON as it is", () => {
    expect(report.packages[0]?.package).toBe(NASTY);
  });

  test("is text on the page", () => {
    const page = audiencePage(report, "0");
    expect(page).not.toContain("<script");
    expect(page).toContain(
      "=1+1&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;\ufffd\ufffd[2J\ufffd\ufffd,&#39;",
    );
  });

  test("moves no cursor of a terminal", () => {
    expect(audienceText(report)).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u202e]/,
    );
  });

  test("is no formula and no second cell in a spreadsheet", () => {
    expect(audienceCsv(report).split("\r\n")[1]).toMatch(
      /^2026-11-26,"'=1\+1""><script>[^]*,'",0,0,0,0,,/,
    );
  });
});

const CLI = fileURLToPath(new URL("../../bin/mss-pack.js", import.meta.url));
const TELL_PEAK = new URL("../../bench/tell-peak.js", import.meta.url).href;

test.skipIf(process.platform !== "linux")(
  "a line of a gigabyte takes no memory",
  async () => {
    const args = ["--import", TELL_PEAK, CLI, "report", "-", "--json"];
    const child = spawn(process.execPath, args, {
      stdio: ["pipe", "pipe", "inherit", "pipe"],
    });
    const [stdin, stdout, , told] = child.stdio;
    let [json, peak] = ["", ""];
    stdout?.on("data", (bytes: Buffer) => (json += bytes.toString()));
    told?.on("data", (bytes: Buffer) => (peak += bytes.toString()));
    const megabyte = Buffer.alloc(1e6, "x");
    stdin?.write(`${HONEST.join("\n")}\n`);
    for (let i = 0; i < 1000; i++)
      await new Promise((sent) => stdin?.write(megabyte, sent));
    stdin?.end(`\n${ours({ second: 6, at: 6 })}`);
    await new Promise((closed) => child.once("close", closed));
    expect(JSON.parse(json)).toMatchObject({
      logs: [{ name: "standard input", lines: 5, unread: 1 }],
      all: { secondsWatched: 8 },
    });
    expect(Number(peak)).toBeLessThan(150e6);
  },
);

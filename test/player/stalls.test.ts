import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import type { AudienceReport } from "../../src/audience/audience-report.js";
import { withStall } from "../../src/player/engine/cmcd-in-place.js";
import { jsonLines, mssPack } from "../support/cli.js";
import { folderUntilEnd, serveUntilEnd } from "./support/origin.js";
import { servedFolder } from "./support/films.js";
import { PlayerPage } from "./support/player-page.js";
import { describePage } from "./support/test.js";

/** From here on the line is dead until the test mends it. */
const DEAD_FROM_TICKS = 12e7;

describePage("a stall", (test) => {
  test("is told in the report, and a seek is not", async ({ browser }) => {
    const origin = await serveUntilEnd(await servedFolder());
    const line = await lineTo(origin.url);

    const jumping = await PlayerPage.open(browser, `${line.url}/play/film`);
    await jumping.play();
    await jumping.press("5");
    await jumping.until("currentTime > 20.5 && !paused");
    await jumping.press("2");
    await jumping.until("currentTime > 8.5 && currentTime < 20 && buffer > 5");
    // A busy machine stalls at any time: what is told has been counted, and is no seek.
    const told = await reportOf(await origin.log());
    expect(told.stallsTold).toBe(1);
    expect(told.stalls).toBeLessThanOrEqual((await jumping.state()).stalls);
    await jumping.close();
    const before = await reportOf(await origin.log());

    line.cut();
    const waiting = await PlayerPage.open(browser, `${line.url}/play/film`);
    await waiting.play(4);
    await waiting.until("stalls > 0 && currentTime > 10");
    line.mend();
    // The next request tells it, and its line is written when its reply has gone.
    const reported = async () => (await reportOf(await origin.log())).stalls;
    await expect
      .poll(reported, { interval: 500 })
      .toBeGreaterThan(before.stalls);
    await waiting.until("currentTime > 14");
    await waiting.close();
    const after = await reportOf(await origin.log());
    expect(after).toMatchObject({ playbacks: 2, stallsTold: 2 });
    expect(after.stalls).toBeGreaterThan(before.stalls);
    expect(after.stalledPlaybacks).toBeGreaterThan(before.stalledPlaybacks);
  });

  test("replaces what dash.js tells, and leaves the other keys", () => {
    const status = (value: string) => ({ "CMCD-Status": value });
    const others = { "CMCD-Session": "sid=1" };
    expect(withStall({ ...others, ...status("bs") }, false)).toEqual(others);
    expect(withStall(status("bs,rtp=500"), false)).toEqual(status("rtp=500"));
    expect(withStall(status("rtp=500"), true)).toEqual(status("bs,rtp=500"));
    expect(withStall(others, true)).toEqual({ ...others, ...status("bs") });
    expect(withStall(status("bs"), true)).toEqual(status("bs"));
  });
});

async function reportOf(
  log: readonly object[],
): Promise<AudienceReport["all"]> {
  const file = join(await folderUntilEnd(), "access.log");
  await writeFile(file, log.map((one) => `${JSON.stringify(one)}\n`).join(""));
  const { stdout } = await mssPack(["report", file, "--json"]);
  const [report] = jsonLines(stdout) as unknown as AudienceReport[];
  if (report === undefined) throw new Error("no report");
  return report.all;
}

/** A proxy that keeps requests for later fragments until it is mended. */
async function lineTo(origin: string) {
  let mended = Promise.resolve();
  let mend: () => void = () => undefined;
  const server = createServer((incoming, outgoing) => {
    const { url = "", method, headers } = incoming;
    const ticks = Number(/Fragments\(video=(\d+)\)/.exec(url)?.[1] ?? 0);
    const isLate = ticks >= DEAD_FROM_TICKS;
    void (isLate ? mended : Promise.resolve()).then(() => {
      const forwarded = request(origin + url, { method, headers });
      forwarded.on("response", (reply) => {
        outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(outgoing);
      });
      forwarded.on("error", () => outgoing.destroy());
      incoming.pipe(forwarded);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    mend();
    await closed(server);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => {
      mended = new Promise((resolve) => (mend = resolve));
    },
    mend: () => mend(),
  };
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

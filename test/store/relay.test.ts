import { createHash, randomBytes } from "node:crypto";
import { afterEach, expect } from "vitest";
import { openStore } from "../../src/store/store.js";
import { putBytes } from "../../src/store/put.js";
import { openRelay, type Relay } from "../../src/store/relay.js";
import { test } from "../support/scratch-folder.js";
import { describeStore, meddledStore } from "../support/store-server.js";

describeStore("an object that a program reads", (server) => {
  const opened: Relay[] = [];
  afterEach(() => {
    for (const relay of opened.splice(0)) relay.close();
  });
  const bytes = randomBytes(3_000_000);

  async function film(endpoint = server.endpoint) {
    const address = { bucket: await server.bucket(), key: "films/film 1.mp4" };
    await putBytes(server.store, address, bytes);
    const relay = await openRelay(openStore({ endpoint }), address);
    opened.push(relay);
    return { address, relay };
  }

  async function read({ url }: Relay, range?: string) {
    const headers = range === undefined ? {} : { range };
    const answer = await fetch(url, { headers });
    return { answer, body: Buffer.from(await answer.arrayBuffer()) };
  }

  test("is read whole and by ranges", async () => {
    const { relay } = await film();
    expect(new URL(relay.url).pathname).toMatch(/^\/[\da-f]{32}\.mp4$/);
    expect(new URL(relay.url).search).toBe("");
    const { body } = await read(relay);
    expect(body.equals(bytes)).toBe(true);
    const part = await read(relay, "bytes=2999990-");
    expect(part.answer.status).toBe(206);
    expect(part.answer.headers.get("content-range")).toBe(
      "bytes 2999990-2999999/3000000",
    );
    expect(part.body.equals(bytes.subarray(2_999_990))).toBe(true);
    expect(relay.failure()).toBeUndefined();
  });

  test("is not read behind its end, which is no failure", async () => {
    const { relay } = await film();
    const { answer } = await read(relay, "bytes=3000000-");
    expect(answer.status).toBe(416);
    expect(relay.failure()).toBeUndefined();
  });

  test("is read by nobody who does not know its name", async () => {
    const { relay } = await film();
    const { answer } = await read({
      ...relay,
      url: new URL("/film.mp4", relay.url).href,
    });
    expect(answer.status).toBe(404);
  });

  test("is read on where the store's connection breaks", async () => {
    let broken = false;
    const etag = `"${createHash("md5").update(bytes).digest("hex")}"`;
    const endpoint = await meddledStore(server, (_, response) => {
      if (broken) return false;
      broken = true;
      response.writeHead(206, {
        ...{ "content-length": 2_999_000, etag },
        "content-range": "bytes 1000-2999999/3000000",
      });
      response.write(bytes.subarray(1000, 5000), () => response.destroy());
      return true;
    });
    const { relay } = await film(endpoint);
    const { body } = await read(relay, "bytes=1000-");
    expect(body.equals(bytes.subarray(1000))).toBe(true);
  });

  test("is refused when it is another object by now", async () => {
    const { relay, address } = await film();
    await read(relay, "bytes=0-9");
    await putBytes(server.store, address, "another film");
    const { answer } = await read(relay, "bytes=0-9");
    expect(answer.status).toBe(412);
    expect(relay.failure()?.message).toContain("it changed while it was read");
  });
});

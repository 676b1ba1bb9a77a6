import { createHash, randomBytes } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { describeError, PackError } from "../../src/errors.js";
import { openStore } from "../../src/store/store.js";
import {
  headObject,
  removeObject,
  requireBucket,
} from "../../src/store/objects.js";
import { putBytes, putFile } from "../../src/store/put.js";
import { downloadObject, hashObject, readText } from "../../src/store/read.js";
import { test } from "../support/scratch-folder.js";
import {
  describeStore,
  meddledStore,
  SECRET,
} from "../support/store-server.js";

const MIB = 1024 * 1024;

describeStore("a store", (server) => {
  test("keeps small objects, finds them and forgets them", async () => {
    const bucket = await server.bucket();
    const address = { bucket, key: "folder/a b+c.txt" };
    await putBytes(server.store, address, "text", { contentType: "text/x" });
    const head = await headObject(server.store, address);
    expect(head).toMatchObject({ address, sizeBytes: 4 });
    expect(await readText(server.store, address)).toBe("text");
    await removeObject(server.store, address);
    expect(await headObject(server.store, address)).toBeUndefined();
    expect(await readText(server.store, address)).toBeUndefined();
    await removeObject(server.store, address);
  });

  test("lists more objects than fit into one answer", async () => {
    const bucket = await server.bucket();
    const keys = Array.from({ length: 1003 }, (_, i) => `list/${1000 + i}`);
    await Promise.all(
      keys.map((key) => putBytes(server.store, { bucket, key }, "x")),
    );
    await putBytes(server.store, { bucket, key: "other" }, "x");
    expect(await server.keys(bucket, "list/")).toEqual(keys.sort());
  });

  test("takes a large file in parts, and gives it back", async ({
    scratch,
  }) => {
    const bucket = await server.bucket();
    const seen: string[] = [];
    const endpoint = await meddledStore(server, ({ method, url = "" }) => {
      seen.push(`${method} ${url.replace(/uploadId=[^&]*/, "uploadId")}`);
      return false;
    });
    const store = openStore({ endpoint, partBytes: 5 * MIB });
    const { path, bytes, sha256 } = await bigFile(scratch);
    const address = { bucket, key: "big.bin" };
    await putFile(store, address, path, { contentType: "video/mp4" });
    expect(seen.filter((line) => /partNumber=\d/.test(line))).toHaveLength(3);
    expect(await server.openUploads(bucket)).toBe(0);
    expect(await hashObject(server.store, address)).toBe(sha256);
    const copy = join(scratch, "copy.bin");
    await downloadObject(store, address, copy);
    expect((await readFile(copy)).equals(bytes)).toBe(true);
  });
});

describeStore("a large file that does not arrive", (server) => {
  const failing = async (scratch: string, meddle: "fail" | "stop") => {
    const bucket = await server.bucket();
    const stop = new AbortController();
    const endpoint = await meddledStore(server, ({ url = "" }, response) => {
      if (!url.includes("partNumber=2")) return false;
      if (meddle === "stop") stop.abort();
      else response.writeHead(403).end();
      return true;
    });
    const store = openStore({ endpoint, partBytes: 5 * MIB });
    const { path } = await bigFile(scratch);
    const address = { bucket, key: "big.bin" };
    const { signal } = stop;
    const error = await failureOf(putFile(store, address, path, { signal }));
    return { bucket, error };
  };

  test("leaves no part of it", async ({ scratch }) => {
    const { bucket, error } = await failing(scratch, "fail");
    expect(error).toMatchObject({ code: "output", facts: { passing: false } });
    expect(error.message).toBe(
      `s3://${bucket}/big.bin: cannot be written (access is denied).`,
    );
    expect(await server.keys(bucket)).toEqual([]);
    expect(await server.openUploads(bucket)).toBe(0);
  });

  test("leaves no part of it when it is stopped", async ({ scratch }) => {
    const { bucket, error } = await failing(scratch, "stop");
    expect(error.code).toBe("aborted");
    expect(await server.keys(bucket)).toEqual([]);
    expect(await server.openUploads(bucket)).toBe(0);
  });
});

describeStore("reading from a store", (server) => {
  test("goes on where the connection breaks", async ({ scratch }) => {
    const bucket = await server.bucket();
    const { path, bytes, sha256 } = await bigFile(scratch);
    const address = { bucket, key: "big.bin" };
    await putFile(server.store, address, path);
    const { etag } = (await headObject(server.store, address)) ?? {};
    const ranges: (string | undefined)[] = [];
    const endpoint = await meddledStore(server, (request, response) => {
      const { range } = request.headers;
      ranges.push(range);
      if (range !== undefined) return false;
      response.writeHead(200, {
        "content-length": bytes.length,
        etag,
      });
      response.write(bytes.subarray(0, 1000), () => response.destroy());
      return true;
    });
    expect(await hashObject(openStore({ endpoint }), address)).toBe(sha256);
    expect(ranges).toEqual([undefined, `bytes=1000-${bytes.length - 1}`]);
  });

  test("leaves no file when it fails", async ({ scratch }) => {
    const bucket = await server.bucket();
    const address = { bucket, key: "missing" };
    const path = join(scratch, "copy");
    const error = await failureOf(downloadObject(server.store, address, path));
    expect(error.message).toContain("there is no such object");
    expect(await readdir(scratch)).toEqual([]);
  });
});

describeStore("the failure of a store", (server) => {
  const address = { bucket: "no-such-bucket", key: "film.mp4" };

  test("names a bucket that is missing", async () => {
    const { message } = await failureOf(putBytes(server.store, address, "x"));
    expect(message).toContain("there is no such bucket");
    const same = await failureOf(requireBucket(server.store, address));
    expect(same.message).toContain("there is no such bucket");
  });

  test.each([
    { status: 403, words: "access is denied", passing: false },
    { status: 503, words: "the store fails: 503", passing: true },
  ])("tells a $status", async ({ status, words, passing }) => {
    const endpoint = await meddledStore(server, (_, response) => {
      response.writeHead(status).end();
      return true;
    });
    const error = await failureOf(headObject(openStore({ endpoint }), address));
    expect(error.message).toContain(words);
    expect(error.facts).toMatchObject({ passing });
  });

  test("tells that nobody answers, and no secret", async () => {
    const store = openStore({ endpoint: "http://127.0.0.1:1" });
    const error = await failureOf(headObject(store, address));
    expect(error.message).toContain("the store does not answer: ECONNREFUSED");
    expect(error.facts).toMatchObject({ passing: true });
    const { cause, stack } = error;
    const all = JSON.stringify([describeError(error), String(cause), stack]);
    expect(all).not.toContain(SECRET);
    expect(all).not.toContain("Signature");
    expect(Object.keys(cause as object)).toEqual([]);
  });

  test("tells that there are no credentials", async ({ scratch }) => {
    const nothing = join(scratch, "nothing");
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", nothing);
    vi.stubEnv("AWS_CONFIG_FILE", nothing);
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    try {
      const store = openStore({ endpoint: server.endpoint });
      const error = await failureOf(headObject(store, address));
      expect(error.message).toContain("no credentials for the store");
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe("an endpoint that is no address", () => {
  test.for(["store.example.com", "ftp://x", "https://me:secret@x"])(
    "is refused: %s",
    (endpoint) => {
      expect(() => openStore({ endpoint })).toThrow(/^--s3-endpoint is no/);
    },
  );
});

/** Of 12 MiB, which is three parts of 5 MiB. */
async function bigFile(folder: string) {
  const path = join(folder, "big.bin");
  const bytes = randomBytes(12 * MIB);
  await writeFile(path, bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { path, bytes, sha256 };
}

async function failureOf(work: Promise<unknown>): Promise<PackError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PackError);
  return error as PackError;
}

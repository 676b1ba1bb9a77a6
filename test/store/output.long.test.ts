import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect } from "vitest";
import { readText } from "../../src/store/read.js";
import { connectionOf } from "../../src/store/connect.js";
import { removeObject } from "../../src/store/objects.js";
import { jsonLines, mssPack, type CliOptions } from "../support/cli.js";
import { makeClip } from "../support/clip.js";
import { test } from "../support/scratch-folder.js";
import {
  CREDENTIALS,
  describeStore,
  meddledStore,
  SECRET,
  type Meddler,
  type StoreServer,
} from "../support/store-server.js";

const QUICK = ["--encoder-preset", "ultrafast", "--reproducible"];
const RUNG = ["--rung", "90p:100k"];

/** What nobody may see. */
const HIDDEN = new RegExp(`${SECRET}|X-Amz-|Signature=`);

/** Stands for the path of a film of 3 s. */
const FILM = "FILM";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mss-pack-store-"));
  await makeClip(join(folder, "film.mp4"), { size: "160x90", seconds: 3 });
  return () => rm(folder, { recursive: true });
});

function withFilm(args: readonly string[]): string[] {
  return args.map((arg) => (arg === FILM ? join(folder, "film.mp4") : arg));
}

/** Runs the command with an empty folder for temporary files, which it must leave empty. */
async function run(
  server: StoreServer,
  scratch: string,
  args: readonly string[],
  {
    endpoint = server.endpoint,
    ...options
  }: CliOptions & { endpoint?: string } = {},
) {
  const all = [...withFilm(args), "--s3-endpoint", endpoint];
  const env = { ...CREDENTIALS, TMPDIR: scratch };
  const result = await mssPack(all, { ...options, env });
  const text = result.stdout + result.stderr;
  expect(text).not.toMatch(HIDDEN);
  expect(await readdir(scratch)).toEqual([]);
  return { ...result, text };
}

const NAMES = ["film.ism", "film.ismc", "film_100.ismv", "film_und_128.isma"];

describeStore("a package in a store", (server) => {
  test("has the bytes of one on a disk, and the types that players ask for", async ({
    scratch,
  }) => {
    const bucket = await server.bucket();
    const place = `s3://${bucket}/out`;
    const types: Record<string, string | undefined> = {};
    const endpoint = await meddledStore(
      server,
      ({ method, url = "", headers }) => {
        if (method === "PUT")
          types[url.split(/[/?]/)[3] ?? ""] = headers["content-type"];
        return false;
      },
    );
    const { exitCode, stdout } = await run(
      ...([server, scratch] as const),
      [FILM, "-o", place, ...RUNG, ...QUICK, "--json"],
      { endpoint },
    );
    expect(exitCode).toBe(0);
    expect(jsonLines(stdout).at(-1)).toMatchObject({
      manifest: `${place}/film.ism`,
    });
    const near = join(folder, "near");
    await run(server, scratch, [FILM, "-o", near, ...RUNG, ...QUICK]);
    expect(await server.keys(bucket)).toEqual(
      NAMES.map((name) => `out/${name}`),
    );
    for (const name of NAMES)
      expect(await bytesAt(server, bucket, `out/${name}`), name).toEqual(
        await readFile(join(near, name)),
      );
    expect(Object.keys(types)).toHaveLength(4);
    expect(Object.keys(types).at(-1)).toBe("film.ism");
    expect(types).toEqual({
      "film.ism": "application/xml",
      "film.ismc": "application/vnd.ms-sstr+xml",
      "film_100.ismv": "video/mp4",
      "film_und_128.isma": "audio/mp4",
    });
  });

  test("that is large goes there in parts", async ({ scratch }) => {
    const bucket = await server.bucket();
    const large = await makeClip(join(folder, "large.mp4"), {
      ...{ size: "640x360", seconds: 4, filters: "noise=alls=60:allf=t" },
    });
    let parts = 0;
    const endpoint = await meddledStore(server, ({ method, url = "" }) => {
      if (method === "PUT" && url.includes("partNumber=")) parts++;
      return false;
    });
    const args = ["mux", large, "-o", `s3://${bucket}`];
    const { exitCode } = await run(server, scratch, args, { endpoint });
    expect(exitCode).toBe(0);
    expect(parts).toBeGreaterThan(1);
    expect(await server.openUploads(bucket)).toBe(0);
    const verified = await run(server, scratch, [
      "verify",
      `s3://${bucket}/large.ism`,
    ]);
    expect(verified.text).toContain(`s3://${bucket}/large.ism: valid`);
  });

  test("is not replaced, left alone or replaced, as is asked for", async ({
    scratch,
  }) => {
    const bucket = await server.bucket();
    const args = [FILM, "-o", `s3://${bucket}/`, ...QUICK];
    const go = (...more: string[]) => run(server, scratch, [...args, ...more]);
    expect((await go(...RUNG)).exitCode).toBe(0);
    const refused = await go(...RUNG);
    expect(refused.exitCode).toBe(7);
    expect(refused.text).toContain(`s3://${bucket}/film.ism: exists already.`);
    const skipped = await go(...RUNG, "--skip-existing", "--json");
    expect(skipped.exitCode).toBe(0);
    expect(jsonLines(skipped.stdout).at(-1)).toMatchObject({
      ...{ type: "result", state: "skipped", durationSeconds: 3 },
    });
    const other = ["--rung", "90p:200k"];
    const different = await go(...other, "--skip-existing");
    expect(different.exitCode).toBe(7);
    expect(different.text).toContain(
      "has film_100.ismv and lacks film_200.ismv",
    );
    expect((await go(...other, "--overwrite")).exitCode).toBe(0);
    expect(await server.keys(bucket)).toEqual(
      NAMES.map((name) => name.replace("_100", "_200")),
    );
    await removeObject(server.store, { bucket, key: "film.ism" });
    const cut = await go(...other, "--skip-existing");
    expect(cut.exitCode).toBe(7);
    expect(cut.text).toContain("is not complete: film.ism is missing");
    const planned = await run(server, scratch, ["plan", ...args, ...other]);
    expect(planned.exitCode).toBe(7);
  });

  test("stands in a folder of its own", async ({ scratch }) => {
    const bucket = await server.bucket();
    const args = [FILM, FILM, "-o", `s3://${bucket}/a`];
    await run(server, scratch, [...args, "--folder-each", ...RUNG, ...QUICK]);
    expect(await server.keys(bucket, "a/film/")).toHaveLength(4);
  });

  test("that has changed is found by verify", async ({ scratch }) => {
    const bucket = await server.bucket();
    const ism = `s3://${bucket}/film.ism`;
    await run(server, scratch, [
      FILM,
      "-o",
      `s3://${bucket}`,
      ...RUNG,
      ...QUICK,
    ]);
    expect((await run(server, scratch, ["verify", ism])).exitCode).toBe(0);
    await removeObject(server.store, { bucket, key: "film_100.ismv" });
    const { exitCode, text } = await run(server, scratch, ["verify", ism]);
    expect(exitCode).toBe(5);
    expect(text).toContain("film_100.ismv");
  });

  test.for([
    {
      why: "no bucket",
      args: [FILM, "-o", "s3://no-bucket/a"],
      exit: 5,
      words: "s3://no-bucket/a/: cannot be written (there is no such bucket)",
    },
    {
      why: "steps kept",
      args: [FILM, "-o", "s3://bucket/a", "--resume"],
      exit: 2,
      words: "--resume is given, and -o s3://bucket/a",
    },
    {
      why: "no name",
      args: [FILM, "-o", "s3://"],
      exit: 2,
      words: "names no bucket",
    },
    {
      why: "changed there",
      args: ["unprotect", "s3://bucket/a.ism", "-o", "a"],
      exit: 2,
      words: "s3://bucket/a.ism: is in a store",
    },
    {
      why: "muxed from there",
      args: ["mux", "s3://bucket/a.mp4", "-o", "a"],
      exit: 2,
      words: "s3://bucket/a.mp4: is in a store",
    },
  ])(
    "is refused in words: $why",
    async ({ args, exit, words }, { scratch }) => {
      const { exitCode, text } = await run(server, scratch, args);
      expect(text).toContain(words);
      expect(exitCode).toBe(exit);
    },
  );

  test("needs the SDK, which a sentence names", async ({ scratch }) => {
    const hook = join(folder, "hook.mjs");
    const hide =
      'export async function resolve(name, context, next) { if (name.startsWith("@aws-sdk/")) throw Object.assign(new Error("none"), { code: "ERR_MODULE_NOT_FOUND" }); return next(name, context); }';
    await writeFile(
      hook,
      `import { register } from "node:module"; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hide)}`)});`,
    );
    const { exitCode, stderr } = await mssPack(
      withFilm([FILM, "-o", "s3://bucket/a"]),
      {
        env: { NODE_OPTIONS: `--import=${hook}`, TMPDIR: scratch },
      },
    );
    expect(stderr).toContain("npm install @aws-sdk/client-s3");
    expect(exitCode).toBe(8);
  });
});

describeStore("a package that does not arrive", (server) => {
  const upload = async (
    scratch: string,
    meddler: Meddler,
    options: CliOptions = {},
  ) => {
    const bucket = await server.bucket();
    const endpoint = await meddledStore(server, meddler);
    const args = [
      FILM,
      "-o",
      `s3://${bucket}/out/`,
      ...RUNG,
      ...QUICK,
      "--debug",
    ];
    const ended = await run(server, scratch, args, { ...options, endpoint });
    expect(await server.keys(bucket)).toEqual([]);
    expect(await server.openUploads(bucket)).toBe(0);
    return { ...ended, bucket };
  };

  test.for(["film_und_128.isma", "film.ismc", "film.ism"])(
    "leaves nothing: %s is refused",
    async (file, { scratch }) => {
      const { exitCode, text, bucket } = await upload(
        scratch,
        ({ method, url = "" }, response) => {
          if (method !== "PUT" || !url.includes(`${file}?`)) return false;
          response.writeHead(403).end();
          return true;
        },
      );
      expect(exitCode).toBe(5);
      expect(text).toContain(
        `s3://${bucket}/out/${file}: cannot be written (access is denied).`,
      );
      expect(text).toContain("nothing is left in the store");
    },
  );

  test("leaves nothing when other bytes are read back", async ({ scratch }) => {
    const { exitCode, text } = await upload(
      scratch,
      ({ method, url = "" }, response) => {
        if (method !== "GET" || !url.includes(".isma")) return false;
        response
          .writeHead(200, { "content-length": 5, etag: '"x"' })
          .end("wrong");
        return true;
      },
    );
    expect(exitCode).toBe(5);
    expect(text).toContain(
      "film_und_128.isma: reads back other bytes than were written",
    );
  });

  test("leaves nothing when it is stopped", async ({ scratch }) => {
    let stop = () => {};
    const meddler: Meddler = ({ method, url = "" }) => {
      if (method !== "PUT" || !url.includes(".ismc")) return false;
      stop();
      return true; // never answered
    };
    const { exitCode, text } = await upload(scratch, meddler, {
      onStart: (child) => void (stop = () => child.kill("SIGINT")),
    });
    expect(exitCode).toBe(130);
    expect(text).toContain("Nothing was published");
  });
});

describeStore("a package that replaces another", (server) => {
  const replace = async (scratch: string, refused: RegExp) => {
    const bucket = await server.bucket();
    const args = [FILM, "-o", `s3://${bucket}`, ...QUICK];
    await run(server, scratch, [...args, ...RUNG]);
    const before = await readText(server.store, { bucket, key: "film.ism" });
    const seen: string[] = [];
    const endpoint = await meddledStore(
      server,
      ({ method, url = "" }, response) => {
        const name = url.split(/[/?]/)[2] ?? "";
        if (/^(PUT|DELETE)$/.test(method ?? "")) seen.push(`${method} ${name}`);
        if (method !== "PUT" || !refused.test(name)) return false;
        response.writeHead(403).end();
        return true;
      },
    );
    const more = ["--rung", "90p:200k", "--overwrite"];
    const ended = await run(server, scratch, [...args, ...more], { endpoint });
    const after = await readText(server.store, { bucket, key: "film.ism" });
    return { ...ended, bucket, before, after, seen };
  };

  test("takes the old .ism away before the first of its files", async ({
    scratch,
  }) => {
    const { exitCode, seen } = await replace(scratch, /none/);
    expect(exitCode).toBe(0);
    expect(seen).toEqual([
      "PUT film_200.ismv",
      "DELETE film.ism",
      "PUT film_und_128.isma",
      "PUT film.ismc",
      "PUT film.ism",
      "DELETE film_100.ismv",
    ]);
  });

  test.for([/_200/, /isma/])(
    "leaves the old one whole when it fails before that: %s",
    async (refused, { scratch }) => {
      const { exitCode, before, after, bucket } = await replace(
        scratch,
        refused,
      );
      expect(exitCode).toBe(5);
      expect(after).toBe(before);
      expect(await server.keys(bucket)).toEqual(NAMES);
      const { exitCode: valid } = await run(server, scratch, [
        "verify",
        `s3://${bucket}/film.ism`,
      ]);
      expect(valid).toBe(0);
    },
  );

  test("leaves no .ism over files of two packages", async ({ scratch }) => {
    const { exitCode, after, text } = await replace(scratch, /ismc$/);
    expect(exitCode).toBe(5);
    expect(after).toBeUndefined();
    expect(text).toContain("were replaced already, so its .ism was removed");
  });
});

async function bytesAt(server: StoreServer, bucket: string, key: string) {
  const { sdk, client } = await connectionOf(server.store);
  const command = new sdk.GetObjectCommand({ Bucket: bucket, Key: key });
  const { Body } = await client.send(command);
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

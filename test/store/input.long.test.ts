import { createReadStream } from "node:fs";
import {
  cp,
  mkdtemp,
  readFile,
  readdir,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect } from "vitest";
import { putBytes, putFile } from "../../src/store/put.js";
import { mssPack } from "../support/cli.js";
import { makeClip } from "../support/clip.js";
import { test } from "../support/scratch-folder.js";
import {
  CREDENTIALS,
  describeStore,
  meddledStore,
  SECRET,
} from "../support/store-server.js";

const QUICK = [
  ...["--rung", "90p:100k", "--encoder-preset", "ultrafast"],
  "--reproducible",
];

/** What nobody may see: the key, a signature, and where a program reads. */
const HIDDEN = new RegExp(`${SECRET}|X-Amz-|Signature=|127\\.0\\.0\\.1:\\d`);

describeStore("a film in a store", (server) => {
  let clip = "";
  let bucket = "";
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "mss-pack-store-"));
    clip = join(folder, "film one.mp4");
    await makeClip(clip, { size: "160x90", seconds: 3 });
    bucket = await server.bucket();
    await putFile(server.store, { bucket, key: "in/film one.mp4" }, clip);
    return () => rm(folder, { recursive: true });
  });
  const film = () => `s3://${bucket}/in/film one.mp4`;

  const run = async (args: readonly string[], endpoint = server.endpoint) => {
    const all = [...args, "--s3-endpoint", endpoint];
    const result = await mssPack(all, { env: CREDENTIALS });
    const text = result.stdout + result.stderr;
    // The address of the store itself is the user's own.
    expect(text.replaceAll(endpoint, "")).not.toMatch(HIDDEN);
    return { ...result, text };
  };

  test("gives the same package as a film on a disk", async ({ scratch }) => {
    const [far, near] = [join(scratch, "far"), join(scratch, "near")];
    const ranges: (string | undefined)[] = [];
    const endpoint = await meddledStore(server, ({ method, headers }) => {
      if (method === "GET") ranges.push(headers.range);
      return false;
    });
    await run([film(), "-o", far, ...QUICK], endpoint);
    await run([clip, "-o", near, ...QUICK]);
    expect(await looks(far)).toEqual(await looks(near));
    expect(ranges.length).toBeGreaterThan(0);
    expect(ranges).not.toContain(undefined);
  });

  test("keeps its name in plans, and no address of ours", async () => {
    const { stdout } = await run(["plan", film(), "--json"]);
    const { plan } = JSON.parse(stdout) as {
      plan: { name: string; source: { path: string } };
    };
    expect(plan.name).toBe("film one");
    expect(plan.source.path).toBe(film());
  });

  test("is known again by its ETag", async ({ scratch }) => {
    const key = "in/again.mp4";
    const args = [
      ...[`s3://${bucket}/${key}`, "-o", scratch],
      ...["--skip-existing", ...QUICK],
    ];
    await putFile(server.store, { bucket, key }, clip);
    expect((await run(args)).exitCode).toBe(0);
    expect((await run(args)).text).toContain("Skipped, this is the same");
    const other = await makeClip(join(scratch, "other.mp4"), {
      ...{ size: "160x90", seconds: 2 },
    });
    await putFile(server.store, { bucket, key }, other);
    const { exitCode, text } = await run(args);
    expect(exitCode).toBe(7);
    expect(text).toContain("was made of another input");
  });

  test("comes from a list, beside films on disks", async ({ scratch }) => {
    const list = join(scratch, "films.txt");
    await cp(clip, join(scratch, "near.mp4"));
    await writeFile(list, `${film()}\n${join(scratch, "near.mp4")}\n`);
    const out = join(scratch, "out");
    const { exitCode } = await run(["--from-list", list, "-o", out, ...QUICK]);
    expect(exitCode).toBe(0);
    const names = await readdir(out);
    expect(names).toContain("film one.ism");
    expect(names).toContain("near.ism");
  });

  test.for([
    {
      path: "in/nothing.mp4",
      words: "cannot be read (there is no such object)",
      exit: 3,
    },
    { path: "in/", words: "names no object", exit: 2 },
    { path: "", words: "names no object", exit: 2 },
  ])(
    "is missed in words: $path",
    async ({ path, words, exit }, { scratch }) => {
      const address = `s3://${bucket}/${path}`;
      const { exitCode, text } = await run([address, "-o", scratch]);
      expect(exitCode).toBe(exit);
      expect(text).toContain(`${address}: ${words}`);
    },
  );

  test("that is none is told by its name", async ({ scratch }) => {
    await putBytes(
      server.store,
      { bucket, key: "text.mp4" },
      "no film ".repeat(999),
    );
    const address = `s3://${bucket}/text.mp4`;
    const { exitCode, text } = await run([address, "-o", scratch, "--debug"]);
    expect(exitCode).toBe(3);
    expect(text).toContain(`${address}: is not a media file`);
    const json = await run([address, "-o", scratch, "--json"]);
    expect(json.exitCode).toBe(3);
  });

  test("that breaks off is no whole film, whatever ffmpeg says", async ({
    scratch,
  }) => {
    const key = "in/long.mp4";
    // Without an index at its begin, ffmpeg reads on and on.
    const long = await makeClip(join(scratch, "long.mp4"), {
      ...{ size: "640x360", seconds: 20, audio: null },
      options: ["-movflags", "+faststart"],
    });
    await putFile(server.store, { bucket, key }, long);
    const { length } = await readFile(long);
    const half = Math.floor(length / 2);
    const endpoint = await meddledStore(server, (request, response) => {
      const from = /bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1];
      if (from === undefined) return false;
      if (Number(from) >= half) {
        response.writeHead(503).end();
        return true;
      }
      const begin = Number(from);
      response.writeHead(206, {
        "content-range": `bytes ${begin}-${length - 1}/${length}`,
        "content-length": length - begin,
        etag: '"one"',
      });
      createReadStream(long, { start: begin, end: half - 1 })
        .on("end", () => response.destroy())
        .pipe(response, { end: false });
      return true;
    });
    const out = join(scratch, "out");
    const { exitCode, text } = await run(
      [`s3://${bucket}/${key}`, "-o", out, ...QUICK, "--debug"],
      endpoint,
    );
    expect(text).toContain("cannot be read (the store fails: 503");
    expect(exitCode).toBe(3);
    expect(await readdir(scratch)).toEqual(["long.mp4"]);
  });
});

/** All files of a package; the stamp, which tells of another source, is left out. */
async function looks(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const texts = names.map(async (name) => {
    const bytes = await readFile(join(folder, name));
    const text = name.endsWith(".ism")
      ? bytes.toString().replace(/source=sha256:\w+/, "")
      : bytes.toString("base64");
    return [name, text] as const;
  });
  await rm(folder, { recursive: true });
  return Object.fromEntries(await Promise.all(texts));
}

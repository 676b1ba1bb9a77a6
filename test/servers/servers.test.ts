import { Redis } from "ioredis";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { describeReader, run } from "../support/programs.js";
import { test } from "../support/scratch-folder.js";
import { askPostgres, missingForPostgres, startPostgres } from "./postgres.js";
import { missingForRedis, startRedis } from "./redis.js";
import { missingForSlurm, startSlurm } from "./slurm.js";
import { until } from "./until.js";

describeReader("Redis", missingForRedis, () => {
  test("keeps what it was told over SIGKILL, and ends without a trace", async ({
    scratch,
  }) => {
    const server = await startRedis(scratch);
    onTestFinished(() => server.stop());
    await asked(server.url, (client) => client.set("film", "one"));
    await server.kill();
    await server.restart();
    expect(await asked(server.url, (client) => client.get("film"))).toBe("one");
    const policy = await asked(server.url, (client) =>
      client.config("GET", "maxmemory-policy"),
    );
    expect(policy).toEqual(["maxmemory-policy", "noeviction"]);
    await server.stop();
    expect(await programsIn(scratch)).toEqual([]);
  });

  test("asks for its password", async ({ scratch }) => {
    const server = await startRedis(scratch, { password: "s3cret" });
    onTestFinished(() => server.stop());
    const { host } = new URL(server.url);
    const ping = (url: string) => asked(url, (client) => client.ping());
    await expect(ping(`redis://${host}`)).rejects.toThrow(/NOAUTH/);
    expect(await ping(server.url)).toBe("PONG");
  });
});

describeReader("PostgreSQL", missingForPostgres, () => {
  test("keeps what it was told over SIGKILL, and ends without a trace", async ({
    scratch,
  }) => {
    const server = await startPostgres(join(scratch, "postgres"));
    onTestFinished(() => server.stop());
    const ask = (sql: string) => askPostgres(server.url, sql);
    await ask("create table film as select 'one' as name");
    await server.kill();
    await server.restart();
    expect(await ask("select name from film")).toBe("one");
    await server.stop();
    expect(await programsIn(scratch)).toEqual([]);
  });
});

describeReader("Slurm", missingForSlurm, () => {
  test("runs an array, and a job after it", async ({ scratch }) => {
    const slurm = await startSlurm(join(scratch, "slurm"));
    onTestFinished(() => slurm.stop());
    const options = { env: { ...process.env, ...slurm.env }, cwd: scratch };
    const submit = async (...args: readonly string[]) => {
      const { stdout } = await run("sbatch", ["--parsable", ...args], options);
      return stdout.toString().trim();
    };
    const array = await submit(
      ...["--array=0-2", "--output=%a.out"],
      "--wrap=echo piece $SLURM_ARRAY_TASK_ID",
    );
    const wrap = "--wrap=cat 0.out 1.out 2.out";
    await submit(`--dependency=afterok:${array}`, "--output=all.out", wrap);
    const words = await until("the last job", async () => {
      const text = await readFile(join(scratch, "all.out"), "utf8");
      return text.split("\n").length > 3 ? text : undefined;
    });
    expect(words).toBe("piece 0\npiece 1\npiece 2\n");
    await slurm.stop();
    expect(await programsIn(scratch)).toEqual([]);
  });
});

/** One question to Redis, on a connection of its own. */
async function asked<T>(
  url: string,
  question: (client: Redis) => Promise<T>,
): Promise<T> {
  const client = new Redis(url, { lazyConnect: true, enableReadyCheck: false });
  client.on("error", () => undefined);
  return question(client).finally(() => client.disconnect());
}

/** The command lines of programs that know a folder. */
async function programsIn(folder: string): Promise<string[]> {
  const lines = (await readdir("/proc"))
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""));
  const all = await Promise.all(lines);
  return all.filter((line) => line.includes(folder));
}

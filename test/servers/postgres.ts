import { chmod, chown, mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findProgram, run } from "../support/programs.js";
import { freePort } from "../support/free-port.js";
import { startDaemon } from "./daemon.js";
import type { Server } from "./redis.js";
import { until } from "./until.js";

const program = await findPostgres();

export const missingForPostgres = program === undefined ? ["postgresql"] : [];

/** Debian keeps its programs apart from the PATH, by version. */
async function findPostgres(): Promise<string | undefined> {
  const versions = await readdir("/usr/lib/postgresql").catch(() => []);
  const newest = versions.sort((a, b) => Number(b) - Number(a));
  return findProgram(
    ...newest.map((version) => `../lib/postgresql/${version}/bin/postgres`),
    "postgres",
  );
}

const USER = "postgres";

/** Nothing of its data outlives a test, but a crash must find what was said to be written. */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  shared_buffers: "16MB",
};

/**
 * Starts PostgreSQL with an empty database on a free port of this machine.
 * It refuses to run as root: then it runs as the user postgres.
 *
 * @param folder for its data, which is made
 */
export async function startPostgres(folder: string): Promise<Server> {
  const bin = dirname(program ?? "");
  const port = await freePort();
  const user = await userOf(folder);
  const data = join(folder, "data");
  await run(
    join(bin, "initdb"),
    [
      ...["-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale", "C"],
      "--no-instructions",
    ],
    { ...user, cwd: folder },
  );
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const url = `postgres://${USER}@127.0.0.1:${port}/postgres`;
  const start = async () => {
    const args = ["-D", data, "-p", String(port), ...settings];
    const daemon = startDaemon(program ?? "", args, user);
    await until("postgres", async () => {
      daemon.requireAlive();
      return askPostgres(url, "select 1");
    });
    return daemon;
  };
  let daemon = await start();
  return {
    url,
    kill: () => daemon.end("SIGKILL"),
    stop: () => daemon.end("SIGINT"), // does not wait for its clients
    async restart() {
      await daemon.end("SIGINT");
      // Processes of a killed one hold the data a moment longer.
      daemon = await until("postgres on the same data", () =>
        start().catch(() => undefined),
      );
    },
  };
}

/** What a database answers, without a frame. */
export async function askPostgres(url: string, sql: string): Promise<string> {
  const psql = join(dirname(program ?? ""), "psql");
  const { stdout } = await run(psql, ["-d", url, "-A", "-t", "-c", sql]);
  return stdout.toString().trim();
}

/** Whose the folder is from now on. */
async function userOf(folder: string): Promise<{ uid?: number; gid?: number }> {
  await mkdir(folder, { recursive: true });
  if (process.getuid?.() !== 0) return {};
  const id = async (flag: string) =>
    Number((await run("id", [flag, USER])).stdout.toString());
  const [uid, gid] = await Promise.all([id("-u"), id("-g")]);
  await chown(folder, uid, gid);
  await chmod(dirname(folder), 0o711); // folders of tests are closed to others
  return { uid, gid };
}

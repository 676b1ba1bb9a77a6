import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { expect } from "vitest";
import { findProgram } from "../../support/programs.js";
import { freePort } from "../../support/free-port.js";
import { documented, type Cache } from "./caches.js";
import { endOf, waitForWords } from "../../support/child.js";

/** Debian keeps it beside the folders in which users other than root look. */
const program = await findProgram("varnishd", "../sbin/varnishd");

export const missingForVarnish = program === undefined ? ["varnishd"] : [];

/**
 * Starts Varnish with the documented configuration; only addresses are others.
 *
 * @param folder for what it compiles and shares
 */
export async function startVarnish(
  originPort: number,
  folder: string,
): Promise<Cache> {
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const file = join(folder, "default.vcl");
  const changes = [['.port = "8080";', `.port = "${originPort}";`]] as const;
  await writeFile(file, await documented("varnish.vcl", changes));
  const child = spawn(program ?? "", [
    ...["-F", "-n", join(folder, "work"), "-j", "none"],
    ...["-a", `127.0.0.1:${port}`, "-T", "none"],
    ...["-f", file, "-s", "malloc,64M"],
  ]);
  await waitForWords(child, /said Child starts/);
  await untilItListens(port);
  const stop = async () => {
    await endOf(child, "SIGTERM");
    return [];
  };
  return { url: `http://127.0.0.1:${port}`, stop };
}

/** Varnish says nothing when it is ready. */
async function untilItListens(port: number): Promise<void> {
  const answers = async () => {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect").finally(() => socket.destroy());
  };
  await expect.poll(answers, { timeout: 30_000 }).toBeUndefined();
}

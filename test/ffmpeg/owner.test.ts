import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import {
  killOrphans,
  OWNER_ENVIRONMENT,
  programsOf,
  isAlive,
  ownerText,
  readOwner,
  THIS_PROCESS,
} from "../../src/ffmpeg/owner.js";

const [VARIABLE = ""] = Object.keys(OWNER_ENVIRONMENT);
const DEAD = { ...THIS_PROCESS, pid: 999_999_999 };

/** A program that never ends, started by `owner`. */
async function endless(owner: string) {
  const child = spawn(
    process.execPath,
    ["-e", "console.log(1); setInterval(() => {}, 1000)"],
    { env: { ...process.env, [VARIABLE]: owner } },
  );
  await once(child.stdout, "data");
  return child;
}

test("a process's name can be read back from a file's name", () => {
  const text = `${ownerText(THIS_PROCESS)}-aB3xY_`;
  expect(readOwner(text)).toEqual(THIS_PROCESS);
  expect(readOwner("vm-123-abc")).toBe(undefined);
});

test("whether a process lives is known on this machine alone", () => {
  expect(isAlive(DEAD)).toBe(false);
  expect(isAlive({ ...DEAD, host: "elsewhere" })).toBe(undefined);
  expect(isAlive({ ...DEAD, space: "0badb007" })).toBe(undefined);
});

describe.skipIf(process.platform !== "linux")("programs that run on", () => {
  test("after their mss-pack was killed are killed", async () => {
    const child = await endless(ownerText(DEAD));
    expect(await programsOf(DEAD)).toEqual([child.pid]);
    await killOrphans(DEAD);
    expect(await programsOf(DEAD)).toEqual([]);
    expect(child.kill("SIGKILL")).toBe(false);
  });

  test("are left alone while their mss-pack lives", async () => {
    const child = await endless(ownerText(THIS_PROCESS));
    await killOrphans(THIS_PROCESS);
    expect(await programsOf(THIS_PROCESS)).toContain(child.pid);
    child.kill();
  });

  test("are left alone when their mss-pack cannot be seen from here", async () => {
    const owner = { ...DEAD, space: "0badb007" };
    const child = await endless(ownerText(owner));
    await killOrphans(owner);
    expect(await programsOf(owner)).toEqual([child.pid]);
    child.kill();
  });
});

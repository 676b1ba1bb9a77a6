import { mkdirSync, writeFileSync } from "node:fs";
import { freemem } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { freeMemory } from "../../src/util/memory.js";
import { test } from "../support/scratch-folder.js";

const MB = 1e6;

/** Writes files of a system. */
function system(root: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${text}\n`);
  }
  return root;
}

test("without a limit the machine's free memory counts", ({ scratch }) => {
  const root = system(scratch, {
    "proc/self/cgroup": "0::/",
    "sys/fs/cgroup/memory.max": "max",
  });
  expect(freeMemory(root) / freemem()).toBeCloseTo(1, 1);
});

test("a control group leaves what it does not use; pages of files are free", ({
  scratch,
}) => {
  const root = system(scratch, {
    "proc/self/cgroup": "0::/user/encode",
    "sys/fs/cgroup/user/encode/memory.max": String(100 * MB),
    "sys/fs/cgroup/user/encode/memory.current": String(70 * MB),
    "sys/fs/cgroup/user/encode/memory.stat": `anon 1\ninactive_file ${30 * MB}\nactive_file ${10 * MB}\nfile ${40 * MB}`,
    "sys/fs/cgroup/user/memory.max": "max",
  });
  expect(freeMemory(root)).toBe(70 * MB);
});

test("the limit of a group around it counts too, and that of a container that is its own root", ({
  scratch,
}) => {
  const root = system(scratch, {
    "proc/self/cgroup": "0::/kubepods/pod7",
    "sys/fs/cgroup/memory.max": String(50 * MB),
    "sys/fs/cgroup/memory.current": String(20 * MB),
    "sys/fs/cgroup/kubepods/memory.max": String(90 * MB),
    "sys/fs/cgroup/kubepods/memory.current": "0",
  });
  expect(freeMemory(root)).toBe(30 * MB);
});

test("version 1 of the groups has other names", ({ scratch }) => {
  const root = system(scratch, {
    "proc/self/cgroup":
      "5:cpu,cpuacct:/docker/a\n4:memory:/docker/a\n1:name=systemd:/docker/a",
    "sys/fs/cgroup/memory/memory.limit_in_bytes": String(60 * MB),
    "sys/fs/cgroup/memory/memory.usage_in_bytes": String(40 * MB),
    "sys/fs/cgroup/memory/memory.stat": `inactive_file 1\ntotal_inactive_file ${15 * MB}`,
  });
  expect(freeMemory(root)).toBe(35 * MB);
});

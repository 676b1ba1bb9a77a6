import { readFileSync } from "node:fs";
import { freemem } from "node:os";
import { join } from "node:path";

/**
 * Memory that this process and its children may still take, in bytes: what is free on the machine, and what a container
 * or a service leaves them.
 *
 * @param root of the system's files
 */
export function freeMemory(root = "/"): number {
  const limits = controlGroups(root);
  // Node from 20.13 on knows more kinds of limits.
  const node: { readonly availableMemory?: () => number } = process;
  const others = limits.length > 0 ? undefined : node.availableMemory?.();
  return Math.min(freemem(), ...limits, others ?? Infinity);
}

interface Kind {
  /** Where its groups are mounted. */
  readonly folder: string;
  readonly limit: string;
  readonly usage: string;
  /** Begins the names of what a group and those in it use together. */
  readonly total: string;
}

/** Linux's control groups, version 2 and 1. */
const KINDS: Readonly<Record<"v2" | "v1", Kind>> = {
  v2: {
    folder: "sys/fs/cgroup",
    ...{ limit: "memory.max", usage: "memory.current", total: "" },
  },
  v1: {
    folder: "sys/fs/cgroup/memory",
    limit: "memory.limit_in_bytes",
    ...{ usage: "memory.usage_in_bytes", total: "total_" },
  },
};

/** What each group of this process that has a limit still leaves it. */
function controlGroups(root: string): number[] {
  const lines = textOf(join(root, "proc/self/cgroup")).split("\n");
  return lines.flatMap((line) => {
    const [, controllers = "", path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined) return [];
    const isV1 = controllers.split(",").includes("memory");
    if (!isV1 && controllers !== "") return [];
    const kind = isV1 ? KINDS.v1 : KINDS.v2;
    return upwards(path).flatMap((group) => roomIn(root, kind, group));
  });
}

/** A limit holds for all groups inside. A container may see its own group as the root, under the path of the host. */
function upwards(path: string): string[] {
  const names = path.split("/").filter((name) => name !== "");
  const paths = names.map((_, i) => names.slice(0, i + 1).join("/"));
  return ["", ...paths];
}

function roomIn(
  root: string,
  { folder, limit, usage, total }: Kind,
  group: string,
): number[] {
  const file = (name: string) => textOf(join(root, folder, group, name)).trim();
  const most = file(limit);
  if (!/^\d+$/.test(most)) return []; // "max", or no such group
  const stat = file("memory.stat");
  // Pages of files are given back when memory is needed.
  const cached = ["inactive_file", "active_file"].map((name) =>
    Number(new RegExp(`^${total}${name} (\\d+)$`, "m").exec(stat)?.[1] ?? 0),
  );
  const used = Number(file(usage)) - cached.reduce((sum, one) => sum + one, 0);
  return [Math.max(0, Number(most) - Math.max(0, used))];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

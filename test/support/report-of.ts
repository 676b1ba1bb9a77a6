import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { AudienceReport } from "../../src/audience/audience-report.js";
import { jsonLines, mssPack } from "./cli.js";
import { writeFixturePackage } from "./fixtures.js";
import { startOrigin } from "./origin.js";

/** What the report says of what an origin logged while something happened to it. */
export async function reportOf(
  scratch: string,
  options: readonly string[],
  happen: (url: string, manifest: string) => Promise<void>,
): Promise<AudienceReport & { readonly log: string }> {
  const packages = join(scratch, "packages");
  await mkdir(packages);
  const { ism } = await writeFixturePackage(packages);
  const folder = join(ism, "..");
  const log = join(scratch, "access.log");
  const args = [folder, "--access-log", log, ...options];
  const { child, url } = await startOrigin(args);
  try {
    await happen(url, readFileSync(ism.replace(/ism$/, "ismc"), "utf8"));
  } finally {
    child.kill("SIGTERM");
    await once(child, "close");
  }
  const { stdout } = await mssPack(["report", log, "--json"]);
  const [report] = jsonLines(stdout) as unknown as AudienceReport[];
  if (report === undefined) throw new Error("no report");
  return { ...report, log: readFileSync(log, "utf8") };
}

import { readFileSync } from "node:fs";
import { homeFile } from "./home.js";

/** The version in package.json. */
export function version(): string {
  const manifest = readFileSync(homeFile("package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

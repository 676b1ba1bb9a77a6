import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeFixturePackage } from "../../support/fixtures.js";
import { readSource, type SourceTrack } from "./source.js";
import { writeFile, type Layout } from "./write-file.js";

/** A package of ours with picture and sound, taken apart. */
export interface Source {
  readonly tracks: readonly SourceTrack[];
  readonly ism: string;
  readonly ismc: string;
}

/** Two rungs and a sound; the fixtures are the same everywhere. */
export async function readSources(parent: string): Promise<Source> {
  const { folder } = await writeFixturePackage(parent);
  return takeApart(folder);
}

/** The package `clip` of a folder, in our standard layout. */
export function takeApart(folder: string): Source {
  const text = (name: string) => readFileSync(join(folder, name), "utf8");
  const ism = text("clip.ism");
  const files = [...ism.matchAll(/ src="([^"]*)"/g)].map(
    ([, file = ""]) => file,
  );
  return {
    tracks: files.map((file) => readSource(join(folder, file))),
    ism,
    ismc: text("clip.ismc"),
  };
}

let made = 0;

/** A package of another maker: all tracks in one file. @returns its .ism */
export function writePackage(
  parent: string,
  source: Source,
  layout: Layout,
): string {
  const folder = join(parent, `foreign-${(made += 1)}`);
  mkdirSync(folder);
  writeFileSync(join(folder, "clip.ismv"), writeFile(source.tracks, layout));
  writeManifests(folder, source, layout.header);
  return join(folder, "clip.ism");
}

/** @param header of the system that protects the package, in its client manifest */
export function writeManifests(
  folder: string,
  { ism, ismc }: Source,
  header?: Uint8Array,
): void {
  let number = 0;
  const server = ism
    .replace(/src="[^"]*"/g, 'src="clip.ismv"')
    .replace(/(name="trackID" value=")\d+/g, (_, head: string) => {
      return `${head}${(number += 1)}`;
    });
  const text = header && Buffer.from(header).toString("base64");
  const protection = text
    ? `<Protection><ProtectionHeader SystemID="9a04f079-9840-4286-ab92-e65be0885f95">${text}</ProtectionHeader></Protection>`
    : "";
  const end = "</SmoothStreamingMedia>";
  writeFileSync(join(folder, "clip.ism"), server);
  writeFileSync(join(folder, "clip.ismc"), ismc.replace(end, protection + end));
}

/** SHA-256 of each sample of each track, in the order of the source. */
export function hashesOf({ tracks }: Pick<Source, "tracks">): string[][] {
  return tracks.map(({ fragments }) =>
    fragments.flatMap(({ samples }) =>
      samples.map(({ bytes }) => sha256(bytes)),
    ),
  );
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

import { basename } from "node:path";
import { PackError } from "../errors.js";
import { toLanguage } from "../media/language.js";
import type { ReadStream } from "../media/presentation.js";
import {
  withDuration,
  withoutStreamIndex,
  withoutTrackElements,
} from "../smooth/edit-manifest.js";
import { readPackage } from "../smooth/read-package.js";
import {
  changePackage,
  endOfStream,
  readToChange,
  serverText,
  type ChangeOptions,
} from "./change-package.js";
import type { Delivered } from "./options.js";

/**
 * Takes streams out of a finished package, where it stands: their files go, and all other
 * bytes and addresses stay.
 *
 * @param ism its server manifest
 * @param names of the streams, as in addresses: `text_deu`
 * @throws PackError `usage` for a name that is no stream, or when no picture and no sound would
 * be left, and the errors of changePackage
 */
export async function removeStreams(
  ism: string,
  names: readonly string[],
  options: ChangeOptions = {},
): Promise<Delivered> {
  const finished = await readToChange(ism, options);
  const { streams } = await readPackage(ism);
  const gone = names.map((name) => streamNamed(name, streams, ism));
  const rest = streams.filter((stream) => !gone.includes(stream));
  requireMedia(rest, ism);
  const isUsed = (file: string) =>
    rest.some(({ tracks }) => tracks.some((track) => track.file === file));
  const files = gone.flatMap(({ tracks }) => tracks.map(({ file }) => file));
  const removed = [...new Set(files)].filter((file) => !isUsed(file));
  const write = () => {
    let client = finished.client.text;
    let server = serverText(finished).text;
    for (const { name } of gone) {
      client = withoutStreamIndex(client, name);
      server = withoutTrackElements(server, name);
    }
    const end = Math.max(...rest.map(endOfStream));
    if (end < Math.max(...streams.map(endOfStream)))
      client = withDuration(client, end);
    return Promise.resolve({ client, server });
  };
  return changePackage(
    {
      ...{ finished, removed, write },
      ...{ added: [], neededBytes: 0, sources: [], notes: [] },
    },
    options,
  );
}

function streamNamed(
  name: string,
  streams: readonly ReadStream[],
  ism: string,
): ReadStream {
  const found = streams.find(
    (stream) => stream.name.toLowerCase() === name.toLowerCase(),
  );
  if (found !== undefined) return found;
  const names = streams.map((stream) => stream.name).join(", ");
  const meant = streams.filter((stream) => isMeant(stream, name));
  throw new PackError(
    "usage",
    `${ism}: has no stream "${name}". Expected one of ${names}.`,
    {
      ...(meant.length > 0 && {
        hint: `Did you mean ${meant.map((stream) => stream.name).join(" or ")}?`,
      }),
      facts: { found: name },
    },
  );
}

/** People name a language, or the file. */
function isMeant({ name, tracks }: ReadStream, text: string): boolean {
  const language = toLanguage(text);
  return (
    tracks.some(({ file }) => file === basename(text)) ||
    (language !== "und" && name.split("_").includes(language))
  );
}

function requireMedia(rest: readonly ReadStream[], ism: string): void {
  if (rest.some(({ kind }) => kind !== "text")) return;
  throw new PackError(
    "usage",
    `${ism}: would have neither a picture nor a sound. Expected one that stays.`,
    { hint: "To remove the whole package, delete its files." },
  );
}

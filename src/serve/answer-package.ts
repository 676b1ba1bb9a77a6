import {
  fragmentAddress,
  segmentAddress,
  type FragmentAddress,
  type PackageAddress,
} from "../smooth/address.js";
import { ERRORS, sendError } from "./error-answers.js";
import type { Exchange } from "./exchange.js";
import { inItsFile } from "./fragment-file.js";
import { findFragment } from "./find-fragment.js";
import { NoFragment } from "./fragment-head.js";
import { toLanguage } from "../media/language.js";
import type { LogFacts } from "./log-line.js";
import { FileChanged } from "./open-files.js";
import { type LoadedPackage, PackageProblem } from "./package.js";
import { adaptiveAnswer } from "./send-adaptive.js";
import { captionsIn, sendCaptions } from "./send-captions.js";
import { sendText } from "./send-file.js";
import { sendFragment, timeOf, type ServedFragment } from "./send-fragment.js";
import { sendFragmentPart } from "./send-key-frames.js";
import { sendBody } from "./send-part.js";
import { sendSegment } from "./send-segment.js";
import { sendStpp } from "./stpp-segment.js";
import { sendLead } from "./send-lead.js";
import { sendPicture } from "./send-picture.js";
import type { OriginParts } from "./settings.js";

/**
 * Answers for a package. When a file has changed since the last check, the package is read again
 * and the answer is tried once more.
 */
export async function answerPackage(
  exchange: Exchange,
  site: OriginParts,
  address: PackageAddress,
  query: string,
): Promise<void> {
  try {
    await tryAnswer(exchange, site, address, query);
  } catch (error) {
    if (error instanceof PackageProblem && !exchange.response.headersSent)
      return sendError(exchange, ERRORS.wrongPackage(error.message));
    if (!isStale(error) || exchange.response.headersSent) throw error;
    if (error instanceof NoFragment) site.catalogue.doubtIndex(address.path);
    else site.catalogue.doubt(address.path);
    await tryAnswer(exchange, site, address, query);
  }
}

function isStale(error: unknown): boolean {
  return error instanceof FileChanged || error instanceof NoFragment;
}

async function tryAnswer(
  exchange: Exchange,
  site: OriginParts,
  { path, rest }: PackageAddress,
  query: string,
): Promise<void> {
  const { catalogue } = site;
  const loaded = catalogue.peek(path) ?? (await catalogue.get(path));
  if (loaded === undefined) return sendError(exchange, ERRORS.noPackage);
  if (loaded instanceof PackageProblem) {
    exchange.facts = { package: path };
    return sendError(exchange, ERRORS.wrongPackage(loaded.message));
  }
  exchange.facts = { package: loaded.path };
  const fragment = fragmentAddress(rest);
  if (fragment !== undefined)
    return answerFragment(exchange, site, loaded, fragment);
  const segment = segmentAddress(rest);
  if (segment !== undefined)
    return answerSegment(exchange, site, loaded, segment);
  if (/^manifest$/i.test(rest)) return sendManifest(exchange, site, loaded);
  if (/^(poster|thumbnail)\.jpg$/i.test(rest))
    return sendPicture(exchange, site, loaded, rest, query);
  const captions = captionsIn(rest);
  if (captions !== undefined)
    return sendCaptions(exchange, site, loaded, captions);
  const adaptive = adaptiveAnswer(loaded, rest);
  if (adaptive !== undefined) return adaptive(exchange, site);
  await sendError(exchange, ERRORS.noNameInPackage);
}

/** Players ask for it once; after a change they must get the new one. */
async function sendManifest(
  exchange: Exchange,
  site: OriginParts,
  { manifest, madeManifest, server }: LoadedPackage,
): Promise<void> {
  const headers = [
    ...["Content-Type", "application/vnd.ms-sstr+xml"],
    ...["Cache-Control", "public, max-age=5"],
  ];
  if (manifest !== undefined)
    return sendText(exchange, site, manifest, headers);
  const etag = `"${server.identity}-made"`;
  const part = { file: server, etag, headers };
  await sendBody(exchange, part, madeManifest ?? Buffer.alloc(0));
}

async function answerFragment(
  exchange: Exchange,
  site: OriginParts,
  loaded: LoadedPackage,
  address: FragmentAddress,
): Promise<void> {
  const found = findFragment(loaded, address);
  if ("status" in found) return sendError(exchange, found);
  exchange.facts = factsOf(loaded, found);
  const fragment = await inItsFile(found);
  const { file } = fragment.level;
  const { files, pool } = site;
  const open = files.takeOpen(file) ?? (await files.take(file));
  try {
    if (address.noun !== "Fragments") {
      const reading = { open, pool };
      await sendFragmentPart(exchange, fragment, address.noun, reading);
      return;
    }
    const sent = await sendFragment(exchange, fragment, { open, pool });
    if (sent !== undefined) {
      const { url = "" } = exchange.request;
      site.answers.remember(url, { ...sent, loaded, facts: exchange.facts });
    }
  } finally {
    files.release(open);
  }
}

/** A fragment as players of DASH and HLS need it. */
async function answerSegment(
  exchange: Exchange,
  site: OriginParts,
  loaded: LoadedPackage,
  address: FragmentAddress,
): Promise<void> {
  const found = findFragment(loaded, address);
  if ("status" in found) {
    const isLead = await sendLead(exchange, site, loaded, address);
    return isLead ? undefined : sendError(exchange, found);
  }
  exchange.facts = factsOf(loaded, found);
  const { files, pool, inits } = site;
  const init = inits.peek(found.level) ?? (await inits.get(found.level, files));
  const fragment = await inItsFile(found);
  const { file, sampleEntry } = fragment.level;
  const open = files.takeOpen(file) ?? (await files.take(file));
  try {
    if (sampleEntry === "dfxp")
      return await sendStpp(exchange, fragment, init, open);
    const sent = await sendSegment(exchange, fragment, init, { open, pool });
    if (sent !== undefined) {
      const { url = "" } = exchange.request;
      site.answers.remember(url, { ...sent, loaded, facts: exchange.facts });
    }
  } finally {
    files.release(open);
  }
}

/** For the log: the fragment that was asked for, in 10 MHz ticks. */
function factsOf({ path }: LoadedPackage, fragment: ServedFragment): LogFacts {
  const { level, duration } = fragment;
  const { stream, bitrate } = level;
  const language = toLanguage(stream.language);
  return {
    package: path,
    ...{ stream: stream.name, type: stream.type, bitrate },
    ...(language === "und" ? {} : { language }),
    fragment: timeOf(fragment),
    ...(duration === undefined ? {} : { duration }),
  };
}

import type { FragmentAddress } from "../smooth/address.js";
import { fragmentAt } from "../smooth/fragment-at.js";
import { ERRORS, type ErrorAnswer } from "./error-answers.js";
import { levelKey, type LoadedPackage, type ServedLevel } from "./package.js";
import { durationOf, type ServedFragment } from "./send-fragment.js";

/** @returns an error when there is no such level */
export function findLevel(
  { levels, streams }: LoadedPackage,
  {
    stream,
    bitrate,
    attributes,
  }: Pick<FragmentAddress, "stream" | "bitrate" | "attributes">,
): ServedLevel | ErrorAnswer {
  const servedLevel = levels.get(levelKey(stream, bitrate));
  const level = servedLevel?.find((one) => hasAttributes(one, attributes));
  if (level !== undefined) return level;
  const isNamed = streams.some(
    ({ name }) => name.toLowerCase() === stream.toLowerCase(),
  );
  return isNamed ? ERRORS.noLevel(bitrate) : ERRORS.noStream;
}

/** @returns an error when there is no such fragment */
export function findFragment(
  loaded: LoadedPackage,
  address: FragmentAddress,
): ServedFragment | ErrorAnswer {
  const level = findLevel(loaded, address);
  if ("status" in level) return level;
  const { time } = address;
  const number = fragmentAt(level.fragments, time);
  if (number < 0) return ERRORS.noFragment(time);
  return { level, number, duration: durationOf(level, number) };
}

function hasAttributes(
  level: ServedLevel,
  attributes: ReadonlyMap<string, string>,
): boolean {
  for (const [name, value] of attributes)
    if (level.attributes.get(name) !== value) return false;
  return true;
}

import type { CodedPicture } from "./codec.js";
import { parseSps, type SequenceParameters } from "./avc-sps.js";
import { parseAvcConfig } from "./avc-units.js";

/** The picture's properties, from the parameter sets of a track. */
export function codedPicture(config: Uint8Array): CodedPicture {
  const [unit] = parseAvcConfig(config).sps;
  try {
    if (unit === undefined) throw new RangeError("is missing");
    return describe(parseSps(unit));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const reason = `its sequence parameter set ${error.message}`;
    return { width: 0, height: 0, profile: "high", level: "", reason };
  }
}

function describe(sps: SequenceParameters): CodedPicture {
  const { width, height, level, profile } = sps;
  const reason = ERRORS.find(({ is }) => is(sps))?.words(sps);
  return {
    ...{ width, height, pixelAspect: sps.display.pixelAspect },
    profile: PROFILES[profile] ?? "high",
    level: (level / 10).toFixed(1),
    ...(reason !== undefined && { reason }),
  };
}

/** profile_idc, by the names of the ladder. ISO/IEC 14496-10 A.2 */
const PROFILES: Readonly<Record<number, CodedPicture["profile"]>> = {
  66: "baseline",
  77: "main",
  100: "high",
};

const ERRORS: readonly {
  readonly is: (sps: SequenceParameters) => boolean;
  readonly words: (sps: SequenceParameters) => string;
}[] = [
  {
    is: ({ profile }) => PROFILES[profile] === undefined,
    words: ({ profile }) =>
      `H.264 profile ${profile}. Expected Baseline (66), Main (77) or High (100)`,
  },
  {
    is: ({ chromaFormat, bitDepth }) => chromaFormat !== 1 || bitDepth !== 8,
    words: ({ chromaFormat, bitDepth }) =>
      `${bitDepth} bits in chroma format ${chromaFormat}. Expected 8 bits in 4:2:0 (1)`,
  },
  {
    is: ({ isFrames }) => !isFrames,
    words: () => "its pictures may be fields. Expected frames alone",
  },
  {
    is: ({ display: { pixelAspect = 1 } }) => pixelAspect !== 1,
    words: () => "its stream says that its pixels are not square",
  },
  {
    is: ({ display }) => display.fullRange,
    words: () => "its stream says that it is full-range. Expected video range",
  },
  {
    is: ({ display }) => ![1, 2].includes(display.matrix),
    words: ({ display }) =>
      `its stream says that its colours are those of matrix ${display.matrix}. Expected BT.709 (1)`,
  },
];

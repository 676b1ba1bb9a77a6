/** What `convert` makes of a package. The rows of `conversions.ts` say how. */
export const CONVERT_TARGETS = ["cmaf", "mp4", "srt", "vtt"] as const;

export type ConvertTarget = (typeof CONVERT_TARGETS)[number];

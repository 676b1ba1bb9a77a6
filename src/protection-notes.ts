import type { ProtectedFile } from "./protected-package.js";

/** Slices with more than a few hundred bytes come to far more. */
const USUAL_SHARE = 0.8;

/** In words, of which tracks much can be read without the key: those of many small slices. */
export function protectionNotes(files: readonly ProtectedFile[]): string[] {
  return files.flatMap(({ file, protection }) => {
    if (protection === undefined) return [];
    const share = protection.hiddenBytes / protection.sampleBytes;
    if (share >= USUAL_SHARE) return [];
    const percent = Math.floor(share * 100);
    return [
      `${file}: ${percent} % of its bytes are encrypted; its slices are small, and the first 96 bytes of each stay clear`,
    ];
  });
}

import { readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import {
  assemble,
  remake,
  renumbered,
  takeApart,
  together,
  withoutTfxd,
  type FilmFile,
  type Fragment,
} from "./film-file.js";
import { FILES, type Layout } from "./layouts.js";
import { replaceText } from "../support/patch.js";
import { writeFileSync } from "node:fs";

const inFile =
  (
    file: string,
    change: (fragments: readonly Fragment[]) => Fragment[],
  ): Layout =>
  ({ folder }) =>
    remake(join(folder, file), (film) => ({
      ...film,
      fragments: change(film.fragments),
    }));

/** A fragment is in its file once more, behind the one before it, or at the end. */
export const doubled = (file: string, i: number, isAtEnd = false): Layout =>
  inFile(file, (fragments) =>
    isAtEnd
      ? [...fragments, ...fragments.slice(i, i + 1)]
      : [...fragments.slice(0, i + 1), ...fragments.slice(i)],
  );

/** The whole film twice. */
export const twice = (file: string): Layout =>
  inFile(file, (fragments) => [...fragments, ...fragments]);

/** The same, with one byte of the second that differs. */
export const unequalTwice = (file: string, i: number): Layout =>
  inFile(file, (fragments) =>
    fragments.flatMap((fragment, k) => {
      if (k !== i) return [fragment];
      const mdat = Uint8Array.from(fragment.mdat);
      mdat[mdat.length - 1] = (mdat.at(-1) ?? 0) ^ 1;
      return [fragment, { ...fragment, mdat }];
    }),
  );

/** As on demand, and its index leaves the second of two equal fragments out. */
export const untoldTwice =
  (file: string, i: number, { isIndexless = false } = {}): Layout =>
  ({ folder }) => {
    const path = join(folder, file);
    const film = takeApart(path);
    const fragments = film.fragments.map(withoutTfxd);
    const whole = assemble({ ...film, fragments }, { isIndexless });
    const [head, tail] = [fragments.slice(0, i + 1), fragments.slice(i)];
    const bytes = assemble({ ...film, fragments: [...head, ...tail] });
    if (isIndexless) {
      writeFileSync(
        path,
        assemble({ ...film, fragments: [...head, ...tail] }, { isIndexless }),
      );
      return;
    }
    // The index of the whole film, moved: rows behind the second one lead to later places.
    const mfra = Buffer.from(whole.subarray(whole.length - mfraSize(whole)));
    const second = fragments[i];
    const moved = (second?.moof.length ?? 0) + (second?.mdat.length ?? 0);
    const rows = mfra.indexOf("tfra") + 20;
    for (let k = i + 1; k < fragments.length; k++) {
      const at = rows + 19 * k + 8;
      mfra.writeBigUInt64BE(mfra.readBigUInt64BE(at) + BigInt(moved), at);
    }
    const media = bytes.subarray(0, bytes.length - mfraSize(bytes));
    writeFileSync(path, Buffer.concat([media, mfra]));
  };

function mfraSize(bytes: Uint8Array): number {
  return Buffer.from(bytes).readUInt32BE(bytes.length - 4);
}

/** Fragments are missing in one file; the client manifest has them all. */
export const missing = (file: string, ...numbers: number[]): Layout =>
  inFile(file, (fragments) => fragments.filter((_, i) => !numbers.includes(i)));

export const lost =
  (file: string): Layout =>
  ({ folder }) =>
    rmSync(join(folder, file));

/** @param share of the file that is left */
export const cutTo =
  (file: string, share: number): Layout =>
  ({ folder }) => {
    const path = join(folder, file);
    truncateSync(path, Math.floor(readFileSync(path).length * share));
  };

/** Its header is whole, and nothing behind it. */
export const headerAlone =
  (file: string): Layout =>
  ({ folder }) => {
    const path = join(folder, file);
    const { ftyp, moov } = takeApart(path);
    truncateSync(path, ftyp.length + moov.length);
  };

/** All tracks in one file, and a fragment of the second track twice in it. */
export const doubledInOneFile: Layout = ({ folder, ism }) => {
  const film: FilmFile = together(
    FILES.map((file) => takeApart(join(folder, file))),
  );
  const own = film.fragments.find(({ trackId }) => trackId === 2);
  const more = own ? [renumbered(own, 2, 99)] : [];
  for (const file of FILES) rmSync(join(folder, file));
  const fragments = [...film.fragments, ...more];
  writeFileSync(join(folder, "clip.ismv"), assemble({ ...film, fragments }));
  for (const [i, file] of FILES.entries())
    replaceText(
      ism,
      new RegExp(`src="${file}"([^]*?)name="trackID" value="1"`),
      `src="clip.ismv"$1name="trackID" value="${i + 1}"`,
    );
};

import { numbersField, type ParsedBox } from "./parsed-box.js";

/** 1.0 in the fixed point of a matrix. ISO/IEC 14496-12 6.2.2 */
export const ONE = 0x10000;

const UNITY = [ONE, 0, 0, 0, ONE, 0, 0, 0, 0x40000000];

/**
 * How a track's picture is turned and scaled: its own matrix, and the movie's
 * behind it. Where it is moved to is left out, for there is one picture alone.
 *
 * @returns nine numbers in fixed point, as a tkhd has them
 */
export function displayMatrix(
  tkhd: ParsedBox,
  mvhd: ParsedBox | undefined,
): readonly number[] {
  const [own, movie] = [matrixOf(tkhd), matrixOf(mvhd)];
  const times = (row: number, column: number) => {
    const [x = 0, y = 0] = own.slice(row, row + 2);
    const [p = 0, q = 0] = [movie[column], movie[3 + column]];
    return Math.round((x * p + y * q) / ONE);
  };
  return [
    ...[times(0, 0), times(0, 1), 0],
    ...[times(3, 0), times(3, 1), 0],
    ...own.slice(6),
  ];
}

/** One of zeros, which some programs write, is taken for none. */
function matrixOf(box: ParsedBox | undefined): readonly number[] {
  const matrix = numbersField(box, "matrix");
  const isTold =
    matrix.length === 9 && matrix.slice(0, 5).some((value) => value !== 0);
  return isTold ? matrix : UNITY;
}

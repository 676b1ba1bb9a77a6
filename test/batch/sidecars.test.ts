import { describe, expect, test } from "vitest";
import { mayBeFilm, posterTest } from "../../src/batch/sidecars.js";

describe("may be a film", () => {
  test.each(["film.mp4", "film", "film.JPG", "film.ismv", "film.part.mkv"])(
    "%s",
    (name) => expect(mayBeFilm(name)).toBe(true),
  );
});

describe("is none", () => {
  test.each([
    ...["film.srt", "film.VTT", "film.nfo", "film.ism", "film.ismc"],
    ...["film.m3u8", "film.mp4.part", ".film.mp4", "~film.mp4", "key.pem"],
  ])("%s", (name) => expect(mayBeFilm(name)).toBe(false));
});

test("a poster belongs to a film of its name in the same folder", () => {
  const isPoster = posterTest(["a/film.mp4", "./b/other.mkv"]);
  const posters = ["a/film.jpg", "a/film.mp4.png", "b/OTHER.jpg"];
  expect(posters.filter(isPoster)).toEqual(posters);
  const films = ["a/other.jpg", "b/film.jpg", "film.jpg", "a/film.mp4"];
  expect(films.filter(isPoster)).toEqual([]);
});

import { describe, expect, test } from "vitest";
import { ffmpegArguments } from "../../src/ffmpeg/command.js";
import { commandLine } from "../../src/util/format.js";

describe("ffmpeg's arguments", () => {
  test("stand in the order input, graph, outputs with their own options", () => {
    const args = ffmpegArguments({
      inputOptions: ["-loglevel", "warning"],
      input: "/films/a.mp4",
      filters: ["[0:0]split=2[a][b]", "[a]null[c]"],
      outputs: [
        { path: "/out/0.mp4", options: ["-map", "[c]", "-f", "mp4"] },
        { path: "/out/1.mp4", options: ["-map", "[b]", "-f", "mp4"] },
      ],
    });
    expect(args).toEqual([
      ...["-loglevel", "warning"],
      ...["-i", "/films/a.mp4"],
      "-y",
      ...["-filter_complex", "[0:0]split=2[a][b];[a]null[c]"],
      ...["-map", "[c]", "-f", "mp4", "/out/0.mp4"],
      ...["-map", "[b]", "-f", "mp4", "/out/1.mp4"],
    ]);
  });

  test("are never split at a blank, be it in a value or in a path", () => {
    const args = ffmpegArguments({
      inputOptions: ["-user_agent", "a b c"],
      input: "/my films/a 'b\" 100%d.mp4",
      filters: [],
      outputs: [
        { path: "/my out/0 1.mp4", options: ["-metadata", "title=x y z"] },
      ],
    });
    expect(args).toEqual([
      ...["-user_agent", "a b c"],
      ...["-i", "/my films/a 'b\" 100%d.mp4"],
      "-y",
      ...["-metadata", "title=x y z", "/my out/0 1.mp4"],
    ]);
  });

  test("come in pairs: a lone one, which could be split, is a bug", () => {
    const output = { path: "/out/0.mp4", options: ["-f", "mp4"] };
    const command = { input: "/a.mp4", filters: [], outputs: [output] };
    expect(() =>
      ffmpegArguments({ ...command, inputOptions: ["-loglevel warning"] }),
    ).toThrow(RangeError);
    expect(() => ffmpegArguments({ ...command, inputOptions: [] })).toThrow(
      RangeError,
    );
  });
});

describe("a command line for people", () => {
  test("quotes only what a shell would touch", () => {
    const args = ["-i", "/films/a.mp4", "-vf", "scale=w=2:h=2,fps=25"];
    expect(commandLine("/usr/bin/ffmpeg", args)).toBe(
      "/usr/bin/ffmpeg -i /films/a.mp4 -vf scale=w=2:h=2,fps=25",
    );
  });

  test.for([
    ["a b", "'a b'"],
    ["[sound]", "'[sound]'"],
    ["$HOME", "'$HOME'"],
    ["it's", String.raw`'it'\''s'`],
    ["", "''"],
    ["a;b", "'a;b'"],
    ["~", "'~'"],
    ["a\nb", "'a\nb'"],
    ["été", "'été'"],
    ["-b:v", "-b:v"],
    ["100%", "100%"],
  ] as const)("writes %j as %s", ([word, written]) => {
    expect(commandLine("ffmpeg", [word])).toBe(`ffmpeg ${written}`);
  });
});

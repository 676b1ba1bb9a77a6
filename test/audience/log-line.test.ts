import { describe, expect, test } from "vitest";
import { AddressBook } from "../../src/audience/address.js";
import { readLine } from "../../src/audience/log-reader.js";

const read = (line: string) => readLine(line, new AddressBook());

const SECOND = Date.UTC(2026, 10, 26, 23, 11, 52) / 1000;

const EXPECTED = {
  ...{ second: SECOND, client: "127.0.0.1", agent: "Mozilla/5.0" },
  ...{ playback: "6e2f", method: "GET", status: 200, bytes: 251_234 },
  place: {
    package: "sub/clip",
    level: { stream: "video", type: "video", bitrate: 5_000_000 },
  },
  ...{ time: 20_000_000, aborted: false, duration: undefined },
  cacheHit: undefined,
};

const URI = "/sub/clip.ism/QualityLevels(5000000)/Fragments(video=20000000)";

describe("a line is read", () => {
  test("of mss-pack serve", () => {
    const line = `{"time":"2026-11-26T23:11:52.123Z","client":"127.0.0.1","method":"GET","uri":"${URI}","status":200,"bytes":251234,"seconds":0.004,"agent":"Mozilla/5.0","playback":"6e2f","package":"sub/clip","stream":"video","type":"video","bitrate":5000000,"fragment":20000000,"duration":20000000}`;
    expect(read(line)).toEqual({ ...EXPECTED, duration: 20_000_000 });
  });

  test("of nginx in the documented format, in any time zone", () => {
    const line = String.raw`{"time":"2026-11-27T00:11:52+01:00","client":"127.0.0.1","method":"GET","uri":"${URI}","status":"200","bytes":"251234","seconds":"0.001","agent":"Mozilla/5.0","cmcd":"cid=\"a,sid=\\\"no\\\"\",com.a-sid=\"no\", sid=\"6e2f\"","duration":"20000000","cache":"HIT"}`;
    expect(read(line)).toEqual({
      ...EXPECTED,
      ...{ duration: 20_000_000, cacheHit: true },
    });
  });

  test("in the combined format, with the session id in the query", () => {
    const line = `127.0.0.1 - anna [26/Nov/2026:18:11:52 -0500] "GET ${URI}?CMCD=sid%3D%226e2f%22 HTTP/1.1" 200 251234 "http://a/" "Mozilla/5.0" 0.004`;
    expect(read(line)).toEqual({ ...EXPECTED, stalled: false });
  });

  test("in the common format, which tells no agent", () => {
    const line = `127.0.0.1 - - [26/Nov/2026:23:11:52 +0000] "GET ${URI} HTTP/1.1" 304 -`;
    expect(read(line)).toMatchObject({ agent: "", status: 304, bytes: 0 });
  });

  test("with quotes and other letters as servers write them", () => {
    const line = String.raw`::1 - - [26/Nov/2026:23:11:52 +0000] "GET /f\xC3\xBCr.ism/Manifest HTTP/1.1" 200 9 "-" "a \"b\" \x22c\x22"`;
    expect(read(line)).toMatchObject({
      agent: String.raw`a \"b\" "c"`,
      place: { package: "für" },
    });
  });

  test("of a request that was none", () => {
    const line = String.raw`203.0.113.9 - - [26/Nov/2026:23:11:52 +0000] "\x16\x03\x01" 400 150 "-" "-"`;
    expect(read(line)).toMatchObject({ status: 400, place: {} });
  });
});

test("the origin's words go before those of the address", () => {
  const line = `{"time":"2026-11-26T23:11:52Z","uri":"/CLIP.ism/QualityLevels(1)/Fragments(MAIN=0)","status":200,"package":"clip","stream":"main","type":"audio"}`;
  expect(read(line)?.place).toEqual({
    package: "clip",
    level: { stream: "main", type: "audio", bitrate: 1 },
  });
});

test.each(["20000000", '"20000000"'])(
  "the origin's word for the fragment's time, %s, goes before that of the address: it is in ticks of 100 ns",
  (fragment) => {
    const line = `{"time":"2026-11-26T23:11:52Z","uri":"/a.ism/QualityLevels(1)/Fragments(video=180000)","status":200,"fragment":${fragment}}`;
    expect(read(line)?.time).toBe(20_000_000);
    expect(read(line.replace(/"fragment":.*/, '"fragment":""}'))?.time).toBe(
      180_000,
    );
  },
);

test.each([
  ['"status":499', true],
  ['"status":"000"', true],
  ['"status":200,"aborted":true', true],
  ['"status":200,"aborted":"yes"', false],
])("with %s the client has gone away: %s", (fields, aborted) => {
  const line = `{"time":"2026-11-26T23:11:52Z","uri":"/a",${fields}}`;
  expect(read(line)?.aborted).toBe(aborted);
});

test("nginx's status for that is the same in the combined format", () => {
  const line = '::1 - - [26/Nov/2026:23:11:52 +0000] "GET /a HTTP/1.1" 499 0';
  expect(read(line)?.aborted).toBe(true);
});

test.each([
  ['"HIT"', true],
  ['"STALE"', true],
  ['"MISS"', false],
  ['""', undefined],
  ["1", undefined],
])("a cache that says %s had it: %s", (cache, expected) => {
  const line = `{"time":"2026-11-26T23:11:52Z","uri":"/a","status":200,"cache":${cache}}`;
  expect(read(line)?.cacheHit).toBe(expected);
});

describe("a line is not read", () => {
  test.each([
    ...["kernel: eth0 link is up", "{", "{}", "[]", "null", '{"time":1}'],
    '{"time":"2026-11-26T23:11:52Z","uri":"/a"}',
    '{"time":"2026-11-26T23:11:52Z","status":200}',
    '{"time":"2026-11-26T23:11:52Z","uri":["/a"],"status":200}',
    '{"time":"2026-11-26T23:11:52Z","uri":"/a","status":{"$gt":0}}',
    '{"time":"2026-11-26T23:11:52Z","uri":"/a","status":1e9}',
    '{"time":"yesterday","uri":"/a","status":200}',
    '{"time":"2026-13-26T23:11:52Z","uri":"/a","status":200}',
    '{"time":"2026-02-31T23:11:52Z","uri":"/a","status":200}',
    '{"time":"2001-02-29T23:11:52Z","uri":"/a","status":200}',
    '::1 - - [31/Nov/2026:23:11:52 +0000] "GET / HTTP/1.1" 200 1',
    '{"time":"1026-11-26T23:11:52Z","uri":"/a","status":200}',
    '{"__proto__":{"time":"2026-11-26T23:11:52Z","uri":"/a","status":200}}',
    '::1 - - [26/Foo/2026:23:11:52 +0000] "GET / HTTP/1.1" 200 1',
    `::1 - - ${"[".repeat(60_000)}`,
    `{"a":${"[".repeat(60_000)}`,
  ])("%s", (line) => {
    expect(read(line)).toBeUndefined();
  });
});

test.each([
  "-5",
  "1e300",
  '"12x"',
  "null",
  "[1]",
  "1.5",
  '"99999999999999999"',
])("%s is no number of bytes and no duration", (value) => {
  const line = `{"time":"2026-11-26T23:11:52Z","uri":"/a","status":200,"bytes":${value},"duration":${value}}`;
  expect(read(line)).toMatchObject({ bytes: 0, duration: undefined });
});

import { expect, test } from "vitest";
import {
  describeFinding,
  faultsIn,
  Findings,
} from "../../src/verify/finding.js";

test("a hundred findings of one kind are told as five and a count", () => {
  const findings = new Findings();
  for (let i = 1; i <= 100; i++)
    findings.in("a.ismv", i).expect("timeline", "time", i, 0);
  findings.in("b.ismv").fault("tfxd", "no tfxd box");
  const sentences = findings.list().map(describeFinding);
  expect(sentences).toHaveLength(7);
  expect(sentences[0]).toBe("a.ismv, fragment 1: time is 1, expected 0.");
  expect(sentences[5]).toBe("b.ismv: no tfxd box.");
  expect(sentences[6]).toBe("a.ismv: 95 more findings of the rule timeline.");
});

test("a note is said once a package, and is no fault", () => {
  const findings = new Findings();
  for (const file of ["a.ismv", "b.ismv"])
    for (let i = 1; i <= 9; i++)
      findings.in(file, i).as("note").expect("sequence", "number", 7, i);
  findings.in("a.ismv", 2).note("random-access", "a flag");
  findings.in("a.ismv", 2).fault("index", "no index");
  const list = findings.list();
  expect(list.map(({ level }) => level).sort()).toEqual([
    ...["fault", "note", "note", "note"],
  ]);
  expect(list.map(describeFinding)).toEqual([
    "a.ismv, fragment 1: number is 7, expected 1.",
    "a.ismv, fragment 2: a flag.",
    "a.ismv, fragment 2: no index.",
    "b.ismv: 15 more notes of the rule sequence.",
  ]);
  expect(faultsIn(list).map(({ rule }) => rule)).toEqual(["index"]);
});

test("what is as expected is no finding", () => {
  const findings = new Findings();
  findings.in("a.ismv").expect("timeline", "time", 5, 5);
  expect(findings.list()).toEqual([]);
});

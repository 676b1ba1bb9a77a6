import { expect, test } from "vitest";
import { describeFinding, Findings } from "../../src/verify/finding.js";

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

test("what is as expected is no finding", () => {
  const findings = new Findings();
  findings.in("a.ismv").expect("timeline", "time", 5, 5);
  expect(findings.list()).toEqual([]);
});

import { expect, test } from "vitest";
import { requireNoFaults } from "../../src/pipeline/requirements.js";
import { Findings } from "../../src/verify/finding.js";

test("a package of which there is only a note is published, one with a fault is not", () => {
  const findings = new Findings();
  const report = () => ({ findings: findings.list(), tracks: [], duration: 0 });
  findings.in("a.ismv", 1).note("random-access", "a wrong flag");
  expect(() => requireNoFaults(report())).not.toThrow();
  findings.in("a.ismv", 2).fault("random-access", "no key frame");
  expect(() => requireNoFaults(report())).toThrow(
    /^The package is not valid when read back: a\.ismv, fragment 2: no key frame\.$/,
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { compileStanding } from "../../rules/standing.ts";
import { compileStandingVerdict } from "../../rules/standingVerdict.ts";
import { anyFacts, anyRule } from "./arbitraries.ts";
import { context } from "./fixtures.ts";

test("a rule matches a customer as it stands exactly where it stands, and says whether trigger or filters fail", () => {
  const seen = { M: 0, T: 0, F: 0 };
  fc.assert(
    fc.property(anyRule, anyFacts, (rule, facts) => {
      const verdict = compileStandingVerdict(rule, context)(facts);
      const fires = compileStanding({ ...rule, filters: [] }, context)(facts);
      const stands = compileStanding(rule, context)(facts);
      expect(verdict).toBe(stands ? "M" : fires ? "F" : "T");
      seen[verdict]++;
    }),
    { numRuns: 2_000 },
  );
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(50);
});

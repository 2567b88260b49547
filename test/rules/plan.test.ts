import { describe, expect, it } from "vitest";
import { type PlanInput, planEffects } from "../../rules/plan.ts";
import { RuleInput } from "../../rules/schema.ts";
import { REASONS } from "../../rules/verdicts.ts";
import { ANN, BOB, facts } from "./fixtures.ts";
import { type Case, cases, type Matched, owned, users } from "./planCases.ts";

function inputOf({
  matched,
  slots,
  version = 5,
  causeLength = 0,
  customFields = {},
  excluded = false,
}: Case): PlanInput {
  return {
    version,
    causeLength,
    excluded,
    facts: facts({ customFields }),
    slots: { workflow: { value: null }, users: { value: [] }, paymentMethods: { value: [] }, ...slots },
    matches: matched.map(([name, actions, options], place) => ({
      place,
      ruleId: name,
      name,
      rule: RuleInput.parse({ name, trigger: { type: "customerCreated" }, actions }),
      status: "active" as const,
      acted: false,
      ...options,
    })),
    userByEmail: (email) => new Map([["bob@acme.test", BOB]]).get(email.toLowerCase()),
  };
}

describe("planning the effects of a change", () => {
  it.each(cases)("$name", (one) => {
    const { runs, slots, exclusion } = planEffects(inputOf(one));
    const planned = runs.map(({ code, actions, lostTo }) => [
      REASONS[code],
      actions?.map((action) => action.status) ?? null,
      ...(lostTo ? [lostTo.name] : []),
    ]);
    expect(planned).toEqual(one.expected);
    const writes = Object.entries(slots).map(([slot, write]) => [slot, [write.value, write.by.name, write.changed]]);
    expect(Object.fromEntries(writes)).toEqual(one.writes ?? {});
    expect(exclusion?.name).toBe(one.excludes);
  });

  it("names unknown emails, what a slot was and what it becomes", () => {
    const [run] = planEffects(
      inputOf({
        ...cases[0]!,
        matched: [["first", [{ type: "assignUsers", userIds: [ANN], customFields: ["a"] }]]],
        customFields: { a: "nobody@acme.test" },
        slots: { users: owned([BOB], "csv") },
      }),
    ).runs;
    expect(run?.actions).toEqual([
      {
        type: "assignUsers",
        slot: "users",
        status: "applied",
        before: [BOB],
        after: [ANN],
        unknownEmails: ["nobody@acme.test"],
      },
    ]);
  });

  it("says who keeps an overruled slot", () => {
    const [run] = planEffects(
      inputOf({ ...cases[0]!, matched: [["first", [users([ANN])]]], slots: { users: owned([BOB], "salesforce") } }),
    ).runs;
    expect(run?.actions).toMatchObject([{ status: "overruled", keptBy: "salesforce", before: [BOB], after: [BOB] }]);
  });

  it("refuses an action that this build does not carry out", () => {
    const match: Matched = ["first", [{ type: "wait", days: 1 }]];
    expect(() => planEffects(inputOf({ ...cases[0]!, matched: [match] }))).toThrow("wait is not carried out");
  });
});

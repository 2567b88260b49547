import { describe, expect, it } from "vitest";
import { type PlanInput, planEffects } from "../../rules/plan.ts";
import { RuleInput } from "../../rules/schema.ts";
import { REASONS } from "../../rules/verdicts.ts";
import { AGENCY, ANN, BOB, FRIENDLY, facts } from "./fixtures.ts";
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

  it("stops at a wait: what comes after it claims nothing yet", () => {
    const waits: Matched = [
      "first",
      [users([ANN]), { type: "wait", days: 3 }, { type: "assignWorkflow", workflowId: AGENCY }],
    ];
    const second: Matched = ["second", [{ type: "assignWorkflow", workflowId: FRIENDLY }]];
    const { runs, slots } = planEffects(inputOf({ ...cases[0]!, matched: [waits, second] }));
    expect(runs.map(({ code, actions }) => [code, actions?.map(({ status }) => status)])).toEqual([
      ["M", ["applied", "waiting", "waiting"]],
      ["M", ["applied"]],
    ]);
    expect(slots.workflow).toMatchObject({ value: FRIENDLY });
  });

  it("goes on after a wait with what comes then, and ends such a run whatever it comes to", () => {
    const input = inputOf({
      ...cases[0]!,
      matched: [
        ["first", [{ type: "assignWorkflow", workflowId: FRIENDLY }]],
        ["second", [users([ANN]), { type: "wait", days: 3 }, { type: "assignWorkflow", workflowId: AGENCY }]],
      ],
    });
    input.matches[1]!.start = 2;
    expect(planEffects(input).runs[1]).toMatchObject({
      code: "L",
      actions: [{ type: "assignWorkflow", status: "lost" }],
    });
  });

  it("holds all of a paused rule, its waits too", () => {
    const waits: Matched = [
      "first",
      [
        { type: "wait", days: 3 },
        { type: "assignWorkflow", workflowId: AGENCY },
      ],
      { status: "paused" },
    ];
    expect(planEffects(inputOf({ ...cases[0]!, matched: [waits] })).runs).toMatchObject([
      { code: "H", actions: [{ status: "held" }, { status: "held" }] },
    ]);
  });

  it("lets a rule that only claims keep its slots from those below it", () => {
    const input = inputOf({
      ...cases[0]!,
      matched: [
        ["first", [{ type: "assignWorkflow", workflowId: FRIENDLY }]],
        ["second", [{ type: "assignWorkflow", workflowId: AGENCY }]],
      ],
    });
    input.matches[0]!.onlyClaims = true;
    const { runs, slots } = planEffects(input);
    expect(runs).toMatchObject([{ code: "L", lostTo: { name: "first" } }]);
    expect(slots).toEqual({});
  });
});

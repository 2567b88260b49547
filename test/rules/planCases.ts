import type { Match, SlotState, SlotStates } from "../../rules/plan.ts";
import type { RuleDraft } from "../../rules/schema.ts";
import { AGENCY, ANN, BOB, CARD, FRIENDLY, WEBHOOK, WIRE } from "./fixtures.ts";

type Actions = RuleDraft["actions"];
type MatchOptions = Partial<Pick<Match, "status" | "acted" | "stillWaits">>;

/** The rules that matched, in list order, as [name, actions, status and whether they acted before]. */
export type Matched = [name: string, actions: Actions, options?: MatchOptions];

export interface Case {
  name: string;
  matched: Matched[];
  slots?: Partial<SlotStates>;
  version?: number;
  causeLength?: number;
  customFields?: Record<string, string>;
  /** Per rule: reason, the status of each action (null without a run), and who it lost to. */
  expected: [reason: string, actions: string[] | null, lostTo?: string][];
  /** Whether the customer is excluded by now. */
  excluded?: boolean;
  /** The rule that excludes the customer. */
  excludes?: string;
  /** The slots that the effects write, as [value, by, changed]. */
  writes?: Record<string, [value: unknown, by: string, changed: boolean]>;
}

const workflow = (workflowId: string | null): Actions[number] => ({ type: "assignWorkflow", workflowId });
export const users = (userIds: string[], mode?: "add" | "remove"): Actions[number] => ({
  ...{ type: "assignUsers", userIds },
  ...(mode ? { mode } : {}),
});
const usersIn = (...customFields: string[]): Actions[number] => ({ type: "assignUsers", customFields });
const cards = (paymentMethodIds: string[], mode: "add" | "remove"): Actions[number] => ({
  ...{ type: "assignPaymentMethods", paymentMethodIds },
  mode,
});
const message: Actions[number] = {
  ...{ type: "sendNotification", channelId: WEBHOOK },
  ...{ to: [{ userId: ANN }], body: "hello" },
};
const exclude: Actions[number] = { type: "excludeCustomer" };
export const owned = (
  value: SlotState["value"],
  source: NonNullable<SlotState["owner"]>["source"],
  version = 1,
): SlotState => ({
  value,
  owner: { source, version },
});

export const cases: Case[] = [
  {
    name: "a free slot is set",
    matched: [["first", [workflow(AGENCY)]]],
    expected: [["matched", ["applied"]]],
    writes: { workflow: [AGENCY, "first", true] },
  },
  {
    name: "a slot is cleared",
    matched: [["first", [workflow(null)]]],
    slots: { workflow: owned(AGENCY, "rule") },
    expected: [["matched", ["applied"]]],
    writes: { workflow: [null, "first", true] },
  },
  {
    name: "of two rules that want a slot the first wins, and the second, which wanted nothing else, has no run",
    matched: [
      ["first", [workflow(AGENCY)]],
      ["second", [workflow(FRIENDLY)]],
    ],
    expected: [
      ["matched", ["applied"]],
      ["lostTo", null, "first"],
    ],
    writes: { workflow: [AGENCY, "first", true] },
  },
  {
    name: "a rule that lost one slot still acts on another",
    matched: [
      ["first", [workflow(AGENCY)]],
      ["second", [workflow(FRIENDLY), users([ANN])]],
    ],
    expected: [
      ["matched", ["applied"]],
      ["matched", ["lost", "applied"], "first"],
    ],
    writes: { workflow: [AGENCY, "first", true], users: [[ANN], "second", true] },
  },
  {
    name: "a winner that changes nothing keeps later rules out",
    matched: [
      ["first", [workflow(AGENCY)]],
      ["second", [workflow(FRIENDLY)]],
    ],
    slots: { workflow: owned(AGENCY, "rule") },
    expected: [
      ["unchanged", ["unchanged"]],
      ["lostTo", null, "first"],
    ],
  },
  {
    name: "an overruled winner keeps later rules out",
    matched: [
      ["first", [workflow(AGENCY)]],
      ["second", [workflow(FRIENDLY)]],
    ],
    slots: { workflow: owned(null, "api") },
    expected: [
      ["overruled", ["overruled"]],
      ["lostTo", null, "first"],
    ],
  },
  {
    name: "a held winner keeps later rules out",
    matched: [
      ["first", [workflow(AGENCY)], { status: "paused" }],
      ["second", [workflow(FRIENDLY)]],
    ],
    expected: [
      ["held", ["held"]],
      ["lostTo", null, "first"],
    ],
  },
  {
    name: "a looping winner keeps later rules out",
    matched: [
      ["first", [workflow(AGENCY)], { acted: true }],
      ["second", [workflow(FRIENDLY)]],
    ],
    expected: [
      ["loop", ["loop"]],
      ["lostTo", null, "first"],
    ],
  },
  {
    name: "a rule switched off since does not act and keeps nobody out",
    matched: [
      ["first", [workflow(AGENCY)], { status: "inactive" }],
      ["second", [workflow(FRIENDLY)]],
    ],
    expected: [
      ["inactive", ["inactive"]],
      ["matched", ["applied"]],
    ],
    writes: { workflow: [FRIENDLY, "second", true] },
  },
  {
    name: "a deleted rule does not act",
    matched: [["first", [workflow(AGENCY)], { status: "deleted" }]],
    expected: [["inactive", ["inactive"]]],
  },
  ...(["salesforce", "api"] as const).map((source) => ({
    name: `users set by ${source} stay`,
    matched: [["first", [users([BOB])]]] as Matched[],
    slots: { users: owned([ANN], source) },
    expected: [["overruled", ["overruled"]]] as Case["expected"],
  })),
  ...(["rule", "csv", "manual"] as const).map((source) => ({
    name: `users set by ${source} are replaced`,
    matched: [["first", [users([BOB])]]] as Matched[],
    slots: { users: owned([ANN], source) },
    expected: [["matched", ["applied"]]] as Case["expected"],
    writes: { users: [[BOB], "first", true] } as Case["writes"],
  })),
  {
    name: "the standing value takes ownership from a lower source, and nothing else changes",
    matched: [["first", [users([ANN])]]],
    slots: { users: owned([ANN], "manual") },
    expected: [["unchanged", ["unchanged"]]],
    writes: { users: [[ANN], "first", false] },
  },
  {
    name: "the standing value takes no ownership from another rule",
    matched: [["first", [users([ANN])]]],
    slots: { users: owned([ANN], "rule") },
    expected: [["unchanged", ["unchanged"]]],
  },
  {
    name: "the same users in another order are the same",
    matched: [["first", [users([BOB, ANN])]]],
    slots: { users: owned([ANN, BOB], "rule") },
    expected: [["unchanged", ["unchanged"]]],
  },
  {
    name: "a slot written for a newer change is superseded",
    matched: [["first", [workflow(AGENCY)]]],
    slots: { workflow: owned(FRIENDLY, "manual", 6) },
    version: 5,
    expected: [["superseded", ["superseded"]]],
  },
  {
    name: "a slot written for this very change is not newer",
    matched: [["first", [workflow(AGENCY)]]],
    slots: { workflow: owned(FRIENDLY, "manual", 5) },
    version: 5,
    expected: [["matched", ["applied"]]],
    writes: { workflow: [AGENCY, "first", true] },
  },
  {
    name: "adding and removing go side by side, each rule for its members",
    matched: [
      ["first", [users([BOB], "add")]],
      ["second", [users([ANN], "remove")]],
    ],
    slots: { users: owned([ANN], "rule") },
    expected: [
      ["matched", ["applied"]],
      ["matched", ["applied"]],
    ],
    writes: { users: [[BOB], "second", true] },
  },
  {
    name: "who lost some members is told to whom, and adds the others",
    matched: [
      ["first", [users([ANN], "remove")]],
      ["second", [users([ANN, BOB], "add")]],
    ],
    slots: { users: owned([ANN], "rule") },
    expected: [
      ["matched", ["applied"]],
      ["matched", ["applied"], "first"],
    ],
    writes: { users: [[BOB], "second", true] },
  },
  {
    name: "adding who is there, removing who is not changes nothing",
    matched: [
      ["first", [cards([CARD], "add")]],
      ["second", [cards([WIRE], "remove")]],
    ],
    slots: { paymentMethods: owned([CARD], "rule") },
    expected: [
      ["unchanged", ["unchanged"]],
      ["unchanged", ["unchanged"]],
    ],
  },
  {
    name: "users come from custom fields in any case, empty fields are skipped, unknown emails leave the others",
    matched: [["first", [{ type: "assignUsers", userIds: [ANN], customFields: ["a", "b", "c", "d"] }]]],
    customFields: { a: "BOB@acme.test", b: "", c: "nobody@acme.test" },
    expected: [["matched", ["applied"]]],
    writes: { users: [[ANN, BOB], "first", true] },
  },
  {
    name: "with nobody left the slot stays, and is claimed all the same",
    matched: [
      ["first", [usersIn("a")]],
      ["second", [users([BOB])]],
    ],
    customFields: { a: "nobody@acme.test" },
    slots: { users: owned([ANN], "manual") },
    expected: [
      ["noUsers", ["skipped"]],
      ["lostTo", null, "first"],
    ],
  },
  {
    name: "nobody at all, by ids, empties the slot",
    matched: [["first", [users([])]]],
    slots: { users: owned([ANN], "rule") },
    expected: [["matched", ["applied"]]],
    writes: { users: [[], "first", true] },
  },
  {
    name: "matching again within the root with nothing new to set needs no run",
    matched: [["first", [workflow(AGENCY), message], { acted: true }]],
    slots: { workflow: owned(AGENCY, "rule") },
    expected: [["unchanged", null]],
  },
  {
    name: "matching again within the root with something new to set is a loop, and sends nothing",
    matched: [["first", [workflow(AGENCY), message], { acted: true }]],
    slots: { workflow: owned(FRIENDLY, "rule") },
    expected: [["loop", ["loop", "unchanged"]]],
  },
  {
    name: "matching again within the root once its wait is over, with something new to set after it, is a loop",
    matched: [["first", [{ type: "wait", days: 1 }, workflow(AGENCY), message], { acted: true }]],
    slots: { workflow: owned(FRIENDLY, "rule") },
    expected: [["loop", ["unchanged", "loop", "unchanged"]]],
  },
  {
    name: "what is yet to come after its wait is no loop, and what it would set then keeps nobody out",
    matched: [
      ["first", [users([ANN]), { type: "wait", days: 1 }, workflow(AGENCY)], { acted: true, stillWaits: true }],
      ["second", [workflow(FRIENDLY)]],
    ],
    slots: { users: owned([ANN], "rule") },
    expected: [
      ["unchanged", null],
      ["matched", ["applied"]],
    ],
    writes: { workflow: [FRIENDLY, "second", true] },
  },
  {
    name: "a chain of nine runs goes on",
    matched: [["first", [workflow(AGENCY)]]],
    causeLength: 9,
    expected: [["matched", ["applied"]]],
    writes: { workflow: [AGENCY, "first", true] },
  },
  {
    name: "a chain of ten runs is cut, messages included",
    matched: [
      ["first", [workflow(AGENCY)]],
      ["second", [message]],
    ],
    causeLength: 10,
    expected: [
      ["loop", ["loop"]],
      ["loop", ["loop"]],
    ],
  },
  {
    name: "a message is planned beside a slot, and held with its rule",
    matched: [
      ["first", [workflow(AGENCY), message]],
      ["second", [message], { status: "paused" }],
    ],
    expected: [
      ["matched", ["applied", "planned"]],
      ["held", ["held"]],
    ],
    writes: { workflow: [AGENCY, "first", true] },
  },
  {
    name: "a message goes out even where the slot was lost",
    matched: [
      ["first", [workflow(AGENCY)]],
      ["second", [workflow(FRIENDLY), message]],
    ],
    expected: [
      ["matched", ["applied"]],
      ["matched", ["lost", "planned"], "first"],
    ],
    writes: { workflow: [AGENCY, "first", true] },
  },
  {
    name: "exclusion lets slots and messages of the same change through",
    matched: [
      ["first", [exclude, message]],
      ["second", [workflow(AGENCY)]],
    ],
    expected: [
      ["matched", ["applied", "planned"]],
      ["matched", ["applied"]],
    ],
    excludes: "first",
    writes: { workflow: [AGENCY, "second", true] },
  },
  {
    name: "of two rules that exclude, the first does",
    matched: [
      ["first", [exclude]],
      ["second", [exclude]],
    ],
    expected: [
      ["matched", ["applied"]],
      ["lostTo", null, "first"],
    ],
    excludes: "first",
  },
  {
    name: "a paused rule does not exclude",
    matched: [["first", [exclude], { status: "paused" }]],
    expected: [["held", ["held"]]],
  },
  {
    name: "the slots of a customer excluded meanwhile are left as they are",
    matched: [["first", [workflow(AGENCY), exclude]]],
    excluded: true,
    expected: [["excluded", ["skipped", "unchanged"]]],
  },
];

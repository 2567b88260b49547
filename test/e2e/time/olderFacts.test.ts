import { expect, it } from "vitest";
import type { RuleDraft } from "../../../rules/schema.ts";
import { eventually } from "../../helpers/poll.ts";
import { reaching, resultsOf, startBackfill } from "../backfills/scene.ts";
import { invoice } from "./support/invoice.ts";
import { inCountry, tell, to } from "./support/rules.ts";
import { play, type Scenario, type Step, type Story } from "./support/story.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

type Filters = NonNullable<RuleDraft["filters"]>;

/** A rule that assigns a collection workflow to French customers, and one that follows where these filters hold. */
const french = inCountry("french", "FR", to("agency"));
const overMonth = { field: "overdueDays", op: "between", min: 31 } as const;
const follow = (...filters: Filters): RuleDraft => ({
  name: "follow",
  trigger: { type: "customerCreatedOrUpdated" },
  filters: [{ field: "workflow", op: "changed" }, ...filters],
  actions: [tell],
});

/** The customer becomes French while the first rule is away, which then finds nothing to do by itself. */
const BECOMES_FRENCH: Step[] = [
  { rule: { at: 0, to: "deactivate" } },
  { set: { country: "FR" } },
  { rule: { at: 0, to: "activate" }, runs: [] },
];

/** Backfills the first rule, and looks at the customer's result. */
const backfill = (body: object, result: object): NonNullable<Step["happens"]> => {
  return async ({ organization, ruleIds: [ruleId] }) => {
    const { id } = await startBackfill(organization, { ruleIds: [ruleId], ...body });
    await reaching(organization, id, "completed");
    expect(await resultsOf(organization, id)).toMatchObject({ C: result });
  };
};

interface ShownChange {
  id: string;
  version: number;
  source: string;
}

const changesOf = async ({ organization: { api }, customerId }: Story): Promise<ShownChange[]> => {
  const { changes } = await api.get<{ changes: ShownChange[] }>(`/v1/changes?customerId=${customerId}`);
  return changes.sort((one, other) => one.version - other.version);
};

/** Who raised the customer's changes, oldest first. */
const sources = (...expected: string[]): Step => ({
  happens: async (story) => expect((await changesOf(story)).map(({ source }) => source)).toEqual(expected),
});

/** What the rules say to the change that the days themselves have made. */
const judgedOnDays = (...expected: string[]): Step => ({
  happens: async (story) => {
    const change = (await changesOf(story)).find(({ source }) => source === "schedule");
    const { rules } = await story.organization.api.get<{ rules: { reason: string }[] }>(
      `/v1/changes/${change?.id}/explain`,
    );
    expect(rules.map(({ reason }) => reason)).toEqual(expected);
  },
});

/** Orders something of the customer's first run. */
const orderOfRun = (word: string, body: object, answer: object): NonNullable<Step["happens"]> => {
  return async ({ organization: { api } }) => {
    const { runs } = await api.get<{ runs: { id: string }[] }>("/v1/runs");
    const [first] = runs.sort((one, other) => (one.id < other.id ? -1 : 1));
    expect(await api.post(`/v1/runs/${first?.id}/${word}`, body)).toMatchObject(answer);
  };
};

const unassigned = { field: "workflow", op: "isEmpty" } as const;
const inFrance = { field: "country", op: "is", values: ["FR"] } satisfies Filters[number];

const SCENARIOS: Scenario[] = [
  {
    name: "rules that follow a backfill count the age of an invoice from the day of the backfill",
    rules: [french, follow(overMonth)],
    steps: [
      invoice(-1),
      ...BECOMES_FRENCH,
      { skip: "65 days" },
      { happens: backfill({}, { status: "changed", version: 4 }), runs: ["french applied", "follow applied"] },
      sources("api", "api", "api", "schedule", "rule"),
      judgedOnDays("trigger", "filters"),
    ],
  },
  {
    name: "rules that follow a backfill count dates from the day of the backfill, in one change where the days move nothing else",
    fields: { review: "DATE" },
    rules: [
      french,
      {
        ...{ name: "follow", trigger: { type: "customerCreatedOrUpdated", onlyWhenStartsMatching: true } },
        filters: [
          { field: "workflow", op: "isNotEmpty" },
          { field: "customFields.review", op: "before", value: { daysFromToday: 0 } },
        ],
        actions: [tell],
      },
    ],
    steps: [
      { set: { customFields: { review: "today+30" } } },
      ...BECOMES_FRENCH,
      {
        happens: async ({ world: { sql }, organization: { id } }) => {
          // As if every night had looked at everybody.
          await sql`update organizations set ratings_as_of = (now() + interval '65 days')::date where id = ${id}`;
        },
      },
      { skip: "65 days" },
      { happens: backfill({}, { status: "changed", version: 3 }), runs: ["french applied", "follow applied"] },
      sources("api", "api", "api", "rule"),
    ],
  },
  {
    name: "what has fallen overdue since the last write counts for who matches a backfill; a dry run leaves no trace of it",
    rules: [
      { ...french, filters: [{ field: "overdue", op: "between", min: 100 }, unassigned, inFrance] },
      follow({ field: "due", op: "between", max: 0 }),
    ],
    steps: [
      ...BECOMES_FRENCH,
      invoice(1),
      { skip: "65 days" },
      { happens: backfill({ dryRun: true }, { status: "changed", version: 3 }), runs: [] },
      sources("api", "api", "api"),
      {
        happens: backfill({}, { status: "changed", version: 4 }),
        runs: ["french applied", "follow applied"],
      },
      sources("api", "api", "api", "schedule", "rule"),
      // The days alone would have set the rule off, had the backfill not been ahead of them.
      judgedOnDays("backfilled", "filters"),
    ],
  },
  {
    name: "a customer who has left the filters with the days is not matched by a backfill",
    rules: [{ ...french, filters: [{ field: "due", op: "between", min: 100 }, inFrance] }],
    steps: [
      ...BECOMES_FRENCH,
      { rule: { at: 0, to: "deactivate" } },
      invoice(1),
      { rule: { at: 0, to: "activate" } },
      { skip: "65 days" },
      { happens: backfill({ dryRun: true }, { status: "skipped", reason: "filters", version: 3 }) },
      { happens: backfill({}, { status: "skipped", reason: "filters" }), runs: [] },
    ],
  },
  {
    name: "a rule that has acted by itself acts in a backfill once the days have moved the facts, as its dry run tells",
    rules: [{ ...french, actions: [tell] }],
    steps: [
      { set: { country: "FR" }, runs: ["french applied"] },
      { ...invoice(1), runs: ["french applied", "french applied"] },
      { happens: backfill({ dryRun: true, notifications: true }, { status: "unchanged", reason: "alreadyActed" }) },
      { skip: "65 days" },
      { happens: backfill({ dryRun: true, notifications: true }, { status: "changed" }) },
      { happens: backfill({ notifications: true }, { status: "changed" }), runs: Array(3).fill("french applied") },
    ],
  },
  {
    name: "rules that follow an undone run count from the day on which it is undone",
    rules: [{ ...onlyOnce() }, follow(overMonth)],
    steps: [
      { ...invoice(-1) },
      { set: { country: "FR" }, runs: ["french applied"], workflow: "agency" },
      { skip: "65 days" },
      { happens: orderOfRun("undo", {}, { dryRun: true, undone: [{ slot: "workflow" }] }) },
      sources("api", "api", "api", "rule"),
      {
        happens: orderOfRun("undo", { dryRun: false }, {}),
        workflow: null,
        runs: ["french applied", "follow applied"],
      },
      sources("api", "api", "api", "rule", "schedule", "api"),
    ],
  },
  {
    name: "an undone run names the rules that would set the slot on that day",
    rules: [onlyOnce(), { ...inCountry("old", "FR", to("watch")), filters: [overMonth, unassigned] }],
    steps: [
      invoice(-1),
      { set: { country: "FR" }, workflow: "agency" },
      { skip: "65 days" },
      { happens: orderOfRun("undo", {}, { dryRun: true, wouldSet: [{ ruleName: "old", slot: "workflow" }] }) },
      sources("api", "api", "api", "rule"),
    ],
  },
  ...(["recorded", "current"] as const).map(
    (facts): Scenario => ({
      name: `rules that follow a replay on ${facts} facts count from the day of the replay`,
      rules: [onlyOnce(), follow(overMonth)],
      steps: [
        invoice(-1),
        { set: { country: "FR" }, workflow: "agency" },
        { set: { workflowId: null }, as: "manual", runs: ["french applied"] },
        { order: "release workflow" },
        { skip: "65 days" },
        { happens: orderOfRun("replay", { facts }, { dryRun: true, matched: true }) },
        sources("api", "api", "api", "rule", "manual", "api"),
        {
          happens: orderOfRun("replay", { facts, dryRun: false }, { matched: true }),
          ...{ workflow: "agency", runs: ["french applied", "french applied", "follow applied"] },
        },
        sources("api", "api", "api", "rule", "manual", "api", "schedule", "rule"),
      ],
    }),
  ),
  {
    name: "a replay on today's facts sees what has fallen overdue since the last write",
    rules: [{ ...onlyOnce(), filters: [{ field: "overdue", op: "between", max: 0 }, inFrance] }],
    steps: [
      invoice(1),
      { set: { country: "FR" }, workflow: "agency" },
      { happens: orderOfRun("replay", { facts: "current" }, { matched: true }) },
      { skip: "65 days" },
      { happens: orderOfRun("replay", { facts: "recorded" }, { matched: true }) },
      { happens: orderOfRun("replay", { facts: "current" }, { matched: false, reason: "filters" }) },
      sources("api", "api", "api", "rule"),
    ],
  },
  {
    name: "a release is a write: what the days have moved comes with it",
    rules: [startsOld()],
    steps: [
      invoice(-1),
      { set: { workflowId: "watch" }, runs: [] },
      { skip: "65 days" },
      { order: "release workflow", runs: ["old applied"] },
    ],
  },
  {
    name: "an action on many customers writes them as of its day",
    rules: [follow(overMonth)],
    steps: [
      invoice(-1),
      { set: { workflowId: "watch" }, runs: [] },
      { skip: "65 days" },
      {
        happens: async ({ organization: { api }, customerId }) => {
          const actions = [{ type: "assignWorkflow", workflowId: null }];
          const { id } = await api.post<{ id: string }>("/v1/customers/actions", { ids: [customerId], actions });
          const isDone = async () => (await api.get<{ status: string }>(`/v1/jobs/${id}`)).status === "completed";
          await eventually(isDone, { message: "a completed job" });
        },
        runs: ["follow applied"],
      },
    ],
  },
];

/** The rule for French customers, set off by the one change with which they become French. */
function onlyOnce(): RuleDraft {
  return { ...french, trigger: { type: "customerCreatedOrUpdated", onlyWhenStartsMatching: true } };
}

/** A rule that tells once an invoice is more than a month overdue. */
function startsOld(): RuleDraft {
  const trigger = { type: "customerCreatedOrUpdated", onlyWhenStartsMatching: true } as const;
  return { name: "old", trigger, filters: [overMonth], actions: [tell] };
}

it.each(SCENARIOS)("$name", (scenario) => play(world(), scenario));

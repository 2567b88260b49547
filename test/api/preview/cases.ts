interface EffectCase {
  name: string;
  rule: object;
  /** Rules in force, before it in the list; `rule0`, `rule1` … in answers. */
  others?: object[];
  customers: { externalId: string; owes?: number; [field: string]: unknown }[];
  answer: object;
}

const workflow = (workflowId: string | null) => ({ type: "assignWorkflow", workflowId });
const users = (mode: string, userIds: string[], customFields: string[] = []) => ({
  type: "assignUsers",
  mode,
  userIds,
  customFields,
});
const balance = (direction: string, value: unknown) => ({ type: "outstandingThreshold", direction, value });
const three = [{ externalId: "C-1", owes: 7_000 }, { externalId: "C-2", owes: 5_000 }, { externalId: "C-3" }];

/** What a preview answers for rules and customers; people and things are named by their words. */
export const EFFECTS: readonly EffectCase[] = [
  {
    name: "every customer matches a rule about changes, from what to what",
    rule: {},
    customers: [{ externalId: "C-1" }, { externalId: "C-2", workflowId: "external:friendly" }],
    answer: {
      matching: 2,
      sample: [
        { name: "C-1", changes: [{ slot: "workflow", from: null, to: "agency" }] },
        { name: "C-2", changes: [] },
      ],
      changed: 1,
      overruled: [{ slot: "workflow", by: "api", customers: 1 }],
    },
  },
  {
    name: "a threshold matches those beyond it now",
    rule: { trigger: balance("exceeds", 5_000) },
    customers: three,
    answer: { matching: 1, sample: [{ name: "C-1" }] },
  },
  {
    name: "a balance of nothing stands below a line",
    rule: { trigger: balance("fallsBelow", 6_000) },
    customers: three,
    answer: { matching: 2 },
  },
  {
    name: "an empty limit is no limit",
    rule: { trigger: balance("exceeds", { field: "creditLimit" }) },
    customers: [
      { externalId: "C-1", owes: 7_000 },
      { externalId: "C-2", owes: 7_000, creditLimit: 100 },
    ],
    answer: { matching: 1, sample: [{ name: "C-2" }] },
  },
  {
    name: "an empty rating has not fallen",
    rule: { trigger: { type: "ratingThreshold", direction: "fallsBelow", value: "A" } },
    customers: three,
    answer: { matching: 0, sample: [], changed: 0 },
  },
  {
    name: "nothing has changed",
    rule: { filters: [{ field: "country", op: "changed" }] },
    customers: three,
    answer: { matching: 0 },
  },
  {
    name: "alternatives without a change still match",
    rule: {
      filters: [
        {
          anyOf: [
            { field: "country", op: "changed" },
            { field: "country", op: "is", values: ["US"] },
          ],
        },
      ],
    },
    customers: three,
    answer: { matching: 3 },
  },
  {
    name: "what is set already is unchanged",
    rule: { actions: [workflow(null)] },
    customers: [{ externalId: "C-1" }],
    answer: { matching: 1, changed: 0, unchanged: 1, actions: [{ slot: "workflow", customers: { unchanged: 1 } }] },
  },
  {
    name: "the first of several keeps the slot where it matches too",
    rule: {},
    others: [
      {
        name: "Large",
        filters: [{ field: "outstanding", op: "between", min: 6_000 }],
        actions: [workflow("external:friendly")],
      },
      { name: "Owing", filters: [{ field: "outstanding", op: "between", min: 1 }], actions: [workflow(null)] },
    ],
    customers: three,
    answer: {
      matching: 3,
      changed: 1,
      conflicts: [
        { ruleId: "rule0", name: "Large", slot: "workflow", customers: 1, wins: "otherRule" },
        { ruleId: "rule1", name: "Owing", slot: "workflow", customers: 2, wins: "otherRule" },
      ],
    },
  },
  {
    name: "rules about other slots or other customers are no conflict",
    rule: { filters: [{ field: "country", op: "is", values: ["US"] }] },
    others: [
      { name: "Users", actions: [users("replace", ["ann@acme.test"])] },
      { name: "French", filters: [{ field: "country", op: "is", values: ["FR"] }] },
    ],
    customers: three,
    answer: { matching: 3, changed: 3, conflicts: [], lost: [] },
  },
  {
    name: "a rule waiting for a crossing conflicts where customers stand beyond its line",
    rule: {},
    others: [{ name: "Big", trigger: balance("exceeds", 5_000), actions: [workflow(null)] }],
    customers: three,
    answer: {
      matching: 3,
      changed: 2,
      lost: [{ slot: "workflow", to: { ruleId: "rule0", name: "Big" }, customers: 1 }],
    },
  },
  {
    name: "members of a set combine, and one who was named first is not named twice",
    rule: { actions: [users("add", ["ann@acme.test", "bob@acme.test"])] },
    others: [
      {
        name: "Bob",
        filters: [{ field: "outstanding", op: "between", min: 6_000 }],
        actions: [users("remove", ["bob@acme.test"])],
      },
    ],
    customers: three,
    answer: {
      changed: 3,
      conflicts: [{ ruleId: "rule0", slot: "users", customers: 1 }],
      sample: [
        { name: "C-1", changes: [{ slot: "users", from: [], to: ["ann"] }] },
        { name: "C-2", changes: [{ slot: "users", from: [], to: ["ann", "bob"] }] },
        { name: "C-3" },
      ],
    },
  },
  {
    name: "people named by fields conflict for those customers only whose fields name them",
    rule: { actions: [users("add", [], ["csm_email"])] },
    others: [{ name: "Ann", actions: [users("add", ["ann@acme.test"])] }],
    customers: [
      { externalId: "C-1", customFields: { csm_email: "ANN@acme.test" } },
      { externalId: "C-2", customFields: { csm_email: "bob@acme.test" } },
      { externalId: "C-3" },
      { externalId: "C-4", customFields: { csm_email: "nobody@else.test" } },
    ],
    answer: {
      matching: 4,
      changed: 1,
      conflicts: [{ ruleId: "rule0", name: "Ann", slot: "users", customers: 1 }],
      actions: [{ slot: "users", customers: { applied: 1, lost: 1, skipped: 2 } }],
    },
  },
  {
    name: "one message to equal emails in several fields, whoever they belong to",
    rule: {
      actions: [
        {
          type: "sendNotification",
          channelId: "Mail",
          to: [{ customField: "csm_email" }, { customField: "cfo_email" }, { userId: "ann@acme.test" }],
          subject: "Hello",
          body: "{{ customer.name }}",
        },
      ],
    },
    customers: [
      { externalId: "C-1", customFields: { csm_email: "x@else.test", cfo_email: "X@else.test" } },
      { externalId: "C-2", customFields: { csm_email: "x@else.test", cfo_email: "y@else.test" } },
      { externalId: "C-3", customFields: { csm_email: "ANN@acme.test" } },
      { externalId: "C-4", customFields: { csm_email: "josé@else.test", cfo_email: "JOSÉ@else.test" } },
    ],
    // Ann is told of each; of the others 1, 2, 0 and 1.
    answer: { matching: 4, changed: 0, unchanged: 0, notifications: { messages: 8, customers: 4 } },
  },
  {
    name: "exclusion is counted as what cannot be undone",
    rule: { trigger: balance("exceeds", 5_000), actions: [{ type: "excludeCustomer" }] },
    customers: three,
    answer: {
      changed: 1,
      irreversible: { excluded: 1 },
      sample: [{ name: "C-1", changes: [{ slot: "excluded", from: false, to: true }] }],
    },
  },
  {
    name: "what follows a wait is waiting",
    rule: { actions: [workflow("external:agency"), { type: "wait", days: 3 }, { type: "excludeCustomer" }] },
    customers: [{ externalId: "C-1" }],
    answer: {
      changed: 1,
      irreversible: { excluded: 1 },
      actions: [{ customers: { applied: 1 } }, { customers: { waiting: 1 } }, { customers: { waiting: 1 } }],
    },
  },
];

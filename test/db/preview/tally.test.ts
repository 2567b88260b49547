import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCustomers } from "../../../db/customerRow.ts";
import { readGroups } from "../../../db/preview/groups.ts";
import { loadPeople } from "../../../db/preview/messages.ts";
import { CustomerPreviewer } from "../../../db/preview/previewCustomer.ts";
import { readOnly } from "../../../db/preview/previewRule.ts";
import { rivalsOf, tally } from "../../../db/preview/tally.ts";
import { loadDomain } from "../../../db/ruleDomain.ts";
import type { ListedRule } from "../../../rules/conflicts.ts";
import type { Action, Filter, Rule, Trigger } from "../../../rules/schema.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";

const CUSTOMERS = 120;
const ROUNDS = 150;

let database: TestDatabase;
let organization: TestOrganization;
let users: string[];
let workflows: string[];
let mail: string;

beforeAll(async () => {
  database = await createTestDatabase();
  organization = await createTestOrganization(database.sql);
  const { sql } = database;
  users = [await organization.user("ann@acme.test"), await organization.user("bob@acme.test")];
  workflows = [await organization.workflow("Agency"), await organization.workflow("Friendly")];
  mail = "0190d000-0000-7000-8000-000000000001";
  await sql`insert into channels (id, organization_id, name, kind) values (${mail}, ${organization.id}, 'Mail', 'email')`;
  await sql`
    insert into custom_fields (id, organization_id, key, label, type)
    select gen_random_uuid(), ${organization.id}, key, key, 'TEXT' from unnest(array['csm', 'cfo']) key`;
  await sql`
    insert into customers (id, organization_id, name, country, currency, outstanding, workflow_id, user_ids, custom_fields, assignments, version)
    select gen_random_uuid(), ${organization.id}, 'C-' || n, (array['US', 'FR'])[1 + n % 2], 'EUR', (n % 7) * 100,
           (array[null, ${workflows[0]!}, ${workflows[1]!}]::uuid[])[1 + n % 3],
           case n % 4 when 0 then '{}' when 1 then ${[users[0]!]}::uuid[] else ${users}::uuid[] end,
           jsonb_strip_nulls(jsonb_build_object(
             'csm', (array[null, 'ann@acme.test', 'BOB@acme.test', 'x@else.test', 'josé@else.test'])[1 + n % 5],
             'cfo', (array[null, 'Ann@acme.test', 'X@else.test', 'y@else.test'])[1 + n % 4])),
           case n % 6 when 0 then '{"workflow": {"source": "api", "at": "2026-01-01T00:00:00Z", "version": 1}}'::jsonb
                      when 1 then '{"users": {"source": "salesforce", "at": "2026-01-01T00:00:00Z", "version": 1}}'::jsonb else '{}' end, 1
    from generate_series(1, ${CUSTOMERS}) n`;
});
afterAll(() => database?.drop());

const filter: fc.Arbitrary<Filter> = fc.oneof(
  fc.constantFrom("US", "FR").map((value): Filter => ({ field: "country", op: "is", values: [value] })),
  fc.integer({ min: 0, max: 6 }).map((n): Filter => ({ field: "outstanding", op: "between", min: n * 100 })),
  fc.integer({ min: 0, max: 6 }).map((n): Filter => ({ field: "outstanding", op: "between", max: n * 100 })),
  fc.constant<Filter>({ field: "customFields.csm", op: "isNotEmpty" }),
);
const trigger: fc.Arbitrary<Trigger> = fc.oneof(
  fc.constant<Trigger>({ type: "customerCreatedOrUpdated" }),
  fc
    .integer({ min: 0, max: 6 })
    .map((n): Trigger => ({ type: "outstandingThreshold", direction: "exceeds", value: n * 100 })),
);
const mode = fc.constantFrom("replace" as const, "add" as const, "remove" as const);
const fields = fc.subarray(["csm", "cfo"]);

function anyActions(): fc.Arbitrary<Action[]> {
  const workflowId = fc.constantFrom(null, ...workflows);
  const workflow = workflowId.map((id): Action => ({ type: "assignWorkflow", workflowId: id }));
  const people = fc
    .record({ mode, userIds: fc.subarray(users), customFields: fields })
    .map((given): Action => ({ type: "assignUsers", ...given }));
  const told = fields.map((keys): Action => {
    const to = [...keys.map((customField) => ({ customField })), { assignedUsers: true as const }];
    return { type: "sendNotification", channelId: mail, to, subject: "", body: "x" };
  });
  const exclusion = fc.constant<Action>({ type: "excludeCustomer" });
  return fc.tuple(workflow, people, told, exclusion).chain((all) => fc.subarray(all, { minLength: 1 }));
}

const anyRule = (): fc.Arbitrary<Rule> =>
  fc.record({ name: fc.constant("Any"), trigger, filters: fc.array(filter, { maxLength: 2 }), actions: anyActions() });

const listed = (rules: readonly Rule[], prefix: string): ListedRule[] =>
  rules.map((rule, place) => ({ ruleId: `${prefix}${place}`, name: `${prefix}${place}`, rule }));

test("what is counted by groups is what the rule does to the customers one by one", async () => {
  let changed = 0;
  await readOnly(database.sql, async (tx) => {
    const [context, people] = await Promise.all([loadDomain(tx, organization.id), loadPeople(tx, organization.id)]);
    const ids = (await tx<{ id: string }[]>`select id from customers`).map(({ id }) => id);
    const rows = await readCustomers(tx, organization.id, ids);
    const others = () => fc.array(anyRule(), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(anyRule(), others(), others(), async (rule, before, after) => {
        const one = { ruleId: "", name: rule.name, rule };
        const placed = rivalsOf(one, listed(before, "before"), listed(after, "after"), context);
        const groups = await readGroups(tx, {
          ...{ organizationId: organization.id, rule, rivals: placed.rivals, context, idsPerGroup: 5 },
          userEmails: [...people.directory.userByEmail.keys()],
        });
        const counted = tally(placed, groups, people, 5);
        const previewer = new CustomerPreviewer(placed, people, context);
        const matched = rows.map((row) => previewer.why(row)).filter((why) => why.matched);
        const count = (test: (why: (typeof matched)[number]) => boolean) => matched.filter(test).length;
        expect(counted.matching).toBe(matched.length);
        expect(counted.changed).toBe(count(({ changes }) => changes.length > 0));
        expect(counted.irreversible.excluded).toBe(
          count(({ changes }) => changes.some(({ slot }) => slot === "excluded")),
        );
        expect(counted.notifications.messages).toBe(
          matched.flatMap(({ actions }) => actions.flatMap(({ messages = [] }) => messages)).length,
        );
        for (const { slot, by, customers } of counted.overruled) {
          expect(customers).toBe(count(({ actions }) => actions.some((one) => one.slot === slot && one.keptBy === by)));
        }
        const lost = matched.flatMap(({ actions }) => actions.filter(({ lostTo }) => lostTo)).length;
        expect(counted.lost.reduce((sum, { customers }) => sum + customers, 0)).toBe(lost);
        changed += counted.changed;
      }),
      { numRuns: ROUNDS },
    );
  });
  expect(changed).toBeGreaterThan(ROUNDS);
});

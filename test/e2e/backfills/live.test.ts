import { beforeAll, expect, it } from "vitest";
import { type SharedStack, sharedStack } from "../../helpers/sharedStack.ts";
import { many, reaching, rule, startBackfill, withCustomers } from "./scene.ts";

let stack: SharedStack;
beforeAll(async () => {
  stack = await sharedStack();
});

const CUSTOMERS = 400;
const AT_ONCE = 20;

it("customers that come to match while a backfill runs are told of once, by their change or by the backfill", async () => {
  const organization = await stack.organization();
  const agency = await organization.workflow("Agency");
  const channelId = await organization.channel({ kind: "inApp" });
  const userId = await organization.user("ann@acme.test");
  await withCustomers(
    organization,
    many(CUSTOMERS, () => ({ country: "US" })),
  );
  const [ruleId] = await organization.activate(
    rule("In France", agency, {
      trigger: { type: "customerCreatedOrUpdated", onlyWhenStartsMatching: true },
      filters: [{ field: "country", op: "is", values: ["FR"] }],
      actions: [
        { type: "assignWorkflow", workflowId: agency },
        { type: "sendNotification", channelId, to: [{ userId }], body: "{{ customer.name }}" },
      ],
    }),
  );
  const { id } = await startBackfill(organization, { ruleIds: [ruleId], notifications: true, maxPerSecond: 150 });
  // From both ends, so that some move before their page and some after it.
  for (let at = 0; at < CUSTOMERS / 2; at += AT_ONCE) {
    const ends = Array.from({ length: AT_ONCE }, (_, n) => [at + n, CUSTOMERS - 1 - at - n]).flat();
    const items = ends.map((n) => ({ externalId: `C-${n}`, country: "FR" }));
    await organization.api.post("/v1/bulk/customers", { items });
  }
  const { progress } = await reaching(organization, id, "completed");
  expect(progress).toMatchObject({ total: CUSTOMERS, done: CUSTOMERS, failed: 0 });
  await organization.settled();
  const [found] = await stack.sql`
    select (select count(*)::int from notifications where organization_id = ${organization.id}) as messages,
           (select count(distinct customer_id)::int from notifications where organization_id = ${organization.id}) as customers,
           (select count(*)::int from customers where organization_id = ${organization.id} and workflow_id = ${agency}) as assigned,
           (select count(*)::int from evaluations e join changes c on c.id = e.change_id
            where e.organization_id = ${organization.id} and e.outcome <> 'evaluated') as others`;
  expect(found).toEqual({ messages: CUSTOMERS, customers: CUSTOMERS, assigned: CUSTOMERS, others: 0 });
});

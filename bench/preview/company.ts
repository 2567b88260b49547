import type { Sql } from "../../db/client.ts";

/** Customers straight into the table: what is measured is reading. Each tenth belongs to the API, each has an email of its own. */
export async function fillCustomers(
  sql: Sql,
  organizationId: string,
  workflows: string[],
  count: number,
): Promise<void> {
  await sql`
    insert into customers (id, organization_id, external_id, name, country, city, currency, outstanding, due, overdue, overdue_since,
                           rating, delay_amount_days, delay_amount, credit_limit, custom_fields, workflow_id, assignments, version)
    select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, ${organizationId}, 'M-' || n, 'Customer ' || n,
           (array['FR', 'DE', 'US', 'CA', 'ES', 'IT', 'GB', 'NL', 'PL', 'NZ'])[1 + n % 10], 'City ' || n % 100, 'EUR',
           (n::bigint * 7919) % 1000000, (n::bigint * 7919) % 1000000, 0, null,
           (array['A', 'B', 'C', 'D'])[1 + n % 4], (n % 4) * 3100, 100, (n % 7) * 100000,
           jsonb_build_object('csm_email', 'csm' || n || '@acme.test'),
           (${workflows}::uuid[])[1 + n % 3],
           case when n % 10 = 0 then '{"workflow": {"source": "api", "at": "2026-01-01T00:00:00Z", "version": 1}}'::jsonb else '{}' end, 1
    from generate_series(1, ${count}) as n`;
  await sql`vacuum analyze customers`;
}

/** One change of the last days for each of `count` customers: its balance goes from half to the whole. */
export async function fillChanges(sql: Sql, organizationId: string, count: number): Promise<void> {
  await sql`
    insert into changes (id, seq, organization_id, customer_id, version, kind, source, ruleset_number, root_id, before, after, created_at)
    select gen_random_uuid(), nextval('change_seq'), organization_id, id, 1, 'updated', 'api', 1, gen_random_uuid(),
           facts || jsonb_build_object('outstanding', outstanding / 2), facts, now() - interval '20 days' + place * interval '15 seconds'
    from (
      select c.id, organization_id, outstanding, row_number() over (order by c.id) as place, jsonb_build_object(
        'externalId', external_id, 'name', name, 'email', email, 'country', country, 'city', city, 'language', language,
        'currency', currency, 'creditLimit', credit_limit, 'parentId', null, 'createdAt', created_at, 'lastReminderAt', null,
        'customFields', custom_fields, 'outstanding', outstanding, 'due', due, 'overdue', overdue, 'unapplied', 0,
        'overdueSince', null, 'delaySums', jsonb_build_array(delay_amount_days::text, delay_amount::text), 'rating', rating,
        'workflow', workflow_id, 'users', '[]'::jsonb, 'paymentMethods', '[]'::jsonb, 'asOf', '2026-01-01') as facts
      from customers c where organization_id = ${organizationId} order by c.id limit ${count}
    ) filled`;
  await sql`vacuum analyze changes`;
}

/** Rules to preview: many customers and few groups, filters, people named by a field that differs for each, messages. */
export const previews = (workflowId: string, userId: string, channelId: string) => ({
  "everybody, a workflow": rule([{ type: "assignWorkflow", workflowId }]),
  "ten conditions": rule(
    [{ type: "assignWorkflow", workflowId }],
    [
      { field: "country", op: "is", values: ["FR", "DE", "US", "CA", "ES", "IT", "GB"] },
      { field: "outstanding", op: "between", min: 1_000 },
      { field: "rating", op: "isNot", values: ["D"] },
      { field: "averagePaymentDelay", op: "between", max: 80 },
      { field: "creditLimit", op: "between", min: 100_000 },
      { field: "city", op: "isNotEmpty" },
      { field: "users", op: "isEmpty" },
      { field: "customFields.csm_email", op: "isNotEmpty" },
      { field: "createdAt", op: "after", value: { daysFromToday: -300 } },
      {
        anyOf: [
          { field: "due", op: "between", min: 1 },
          { field: "overdue", op: "between", min: 1 },
        ],
      },
    ],
  ),
  "everybody, whom a field names": rule([
    { type: "assignUsers", userIds: [userId], customFields: ["csm_email"], mode: "add" },
  ]),
  "everybody, a message to whom a field names": rule([
    { type: "assignWorkflow", workflowId },
    {
      type: "sendNotification",
      channelId,
      to: [{ customField: "csm_email" }, { userId }],
      subject: "",
      body: "{{ customer.name }}",
    },
  ]),
});

const rule = (actions: object[], filters: object[] = []) => ({
  name: "Previewed",
  trigger: { type: "customerCreatedOrUpdated" },
  filters,
  actions,
});

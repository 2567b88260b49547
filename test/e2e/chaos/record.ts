import { expect } from "vitest";
import type { Sql } from "../../../db/client.ts";
import { keyOf, type Receiver } from "../../helpers/receiver.ts";
import type { Traffic } from "./traffic.ts";

/**
 * Asserts that the record of settled traffic is whole: every acknowledged write is there, every change evaluated once against
 * its customer's preceding one, every effect there once, every notification delivered under its one key.
 */
export async function expectWholeRecord(sql: Sql, traffic: Traffic, receiver: Receiver, rounds: number): Promise<void> {
  const id = traffic.organization.id;
  await expectWrites(sql, traffic);
  await expectChanges(sql, id, traffic.expectedChanges(rounds));
  await expectRuns(sql, id, traffic.expectedRuns(rounds));
  await expectEffects(sql, traffic);
  await expectNotifications(sql, id, receiver, traffic.expectedNotifications(rounds));
}

async function expectWrites(sql: Sql, { organization, acknowledged }: Traffic) {
  const [found] = await sql<{ count: number; balance: number }[]>`
    select (select count(*)::int from (
              select id from customers where organization_id = ${organization.id}
              union all select id from invoices where organization_id = ${organization.id}
              union all select id from credits where organization_id = ${organization.id}) all_ids
            where id = any(${acknowledged}::uuid[])) as count,
           (select count(*)::int from customers c where organization_id = ${organization.id} and outstanding <>
              coalesce((select sum(amount) from invoices where customer_id = c.id), 0)
              - coalesce((select sum(amount) from credits where customer_id = c.id), 0)) as balance`;
  expect(found).toEqual({ count: acknowledged.length, balance: 0 });
}

async function expectChanges(sql: Sql, organizationId: string, expected: number) {
  const [found] = await sql`
    with ordered as (
      select c.*, e.outcome, t.version as tracked,
        row_number() over w as place, lag(after) over w as previous,
        row_number() over (partition by c.customer_id order by c.version desc) as from_last,
        u.version as customer_version, u.facts
      from changes c
      join customers u on u.id = c.customer_id
      left join evaluations e on e.change_id = c.id
      left join customer_tracking t on t.customer_id = c.customer_id
      where c.organization_id = ${organizationId}
      window w as (partition by c.customer_id order by c.version)
    )
    select count(*)::int as changes,
      count(*) filter (where outcome = 'evaluated')::int as evaluated,
      count(*) filter (where version <> place)::int as gaps,
      count(*) filter (where before is distinct from previous)::int as "wrongBefore",
      count(*) filter (where from_last = 1 and (version <> customer_version or after <> facts))::int as "wrongLast",
      count(*) filter (where from_last = 1 and version is distinct from tracked)::int as "wrongTracking",
      (select count(*)::int from change_queue where organization_id = ${organizationId}) as queued
    from ordered`;
  const none = { gaps: 0, wrongBefore: 0, wrongLast: 0, wrongTracking: 0, queued: 0 };
  expect(found).toEqual({ changes: expected, evaluated: expected, ...none });
}

async function expectRuns(sql: Sql, organizationId: string, expected: Record<string, number>) {
  const rows = await sql<{ name: string; status: string; count: number }[]>`
    select r.name, x.status, count(*)::int as count, count(distinct x.change_id)::int as changes
    from rule_runs x join rules r on r.id = x.rule_id where x.organization_id = ${organizationId} group by 1, 2`;
  const found = Object.fromEntries(rows.map(({ name, status, ...counts }) => [`${name} ${status}`, counts]));
  const wanted = Object.entries(expected).map(([name, count]) => [`${name} applied`, { count, changes: count }]);
  expect(found).toEqual(Object.fromEntries(wanted));
}

/** Every run that set a slot is the cause of exactly one change, and both say the same. */
async function expectEffects(sql: Sql, { organization, standard, bob }: Traffic) {
  const [found] = await sql`
    with effects as (
      select x.id, x.customer_id, x.root_id, x.actions -> 0 as action from rule_runs x
      where x.organization_id = ${organization.id} and x.actions -> 0 ->> 'slot' is not null
    ), caused as (
      select c.*, c.cause -> -1 ->> 'runId' as run_id from changes c
      where c.organization_id = ${organization.id} and c.source = 'rule'
    )
    select (select count(*)::int from effects e where 1 <> (
              select count(*) from caused c where c.run_id = e.id::text and c.customer_id = e.customer_id and c.root_id = e.root_id
                and c.after -> (e.action ->> 'slot') = e.action -> 'after' and c.before -> (e.action ->> 'slot') = e.action -> 'before')
           ) as "notCausedOnce",
           (select count(*)::int from caused) - (select count(*)::int from effects) as surplus,
           (select count(*)::int from customers where organization_id = ${organization.id} and outstanding = 0
              and (workflow_id is distinct from ${standard} or user_ids <> array[${bob}]::uuid[])) as "wrongSlots"`;
  expect(found).toEqual({ notCausedOnce: 0, surplus: 0, wrongSlots: 0 });
}

async function expectNotifications(sql: Sql, organizationId: string, { received }: Receiver, expected: number) {
  const rows = await sql<{ id: string; status: string }[]>`
    select id, status from notifications where organization_id = ${organizationId}`;
  expect(rows.filter((row) => row.status !== "sent")).toEqual([]);
  expect(rows).toHaveLength(expected);
  const own = new Set(rows.map((row) => row.id));
  const bodies = new Map<string, string>();
  for (const request of received) {
    const key = keyOf(request);
    if (!own.has(key)) continue;
    expect(request.body).toBe(bodies.get(key) ?? request.body);
    bodies.set(key, request.body);
  }
  expect(bodies.size).toBe(expected);
}

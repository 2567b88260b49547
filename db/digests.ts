import type { Queryable, Sql, Transaction } from "./client.ts";
import { finish, settleRuns } from "./deliveries.ts";
import type { Fragment } from "./lists.ts";
import { inTransaction } from "./transaction.ts";
import { newId } from "./uuid.ts";

/**
 * Digests: what was planned for one recipient, channel and period goes out as one message. Until then each message is
 * `gathering`; once due, a notification without a run is made that they all point at, and that is claimed and delivered like any
 * other, under its own id as the key.
 */

/** When what is gathered now goes out: at the next full hour, or at 8 in the morning, by the organization's clock. */
export function nextDigest(sql: Queryable, period: Fragment, timeZone: Fragment): Fragment {
  return sql`
    case ${period}
      when 'hourly' then date_trunc('hour', now(), ${timeZone}) + interval '1 hour'
      when 'daily' then (
        date_trunc('day', now() at time zone ${timeZone} + interval '16 hours') + interval '8 hours') at time zone ${timeZone} end`;
}

/** Characters of the longest address (RFC 5321). A custom field may hold any text, and one beyond 2,704 bytes fits into no index. */
const LONGEST_ADDRESS = 320;

interface Group {
  channelId: string;
  key: string;
  period: "hourly" | "daily";
  ids: string[];
  dueAt: string;
}

/**
 * Makes the digests that are due, one per recipient, channel and period. What comes after its period's digest was made (its
 * change was evaluated across the hour) goes into the next one.
 */
export async function gatherDigests(tx: Transaction, organizationId: string, now: string | null): Promise<void> {
  const due = tx`organization_id = ${organizationId} and status = 'gathering' and digest_id is null
    and due_at <= greatest(now(), ${now}::timestamptz)`;
  const [any] = await tx`select from notifications where ${due} limit 1`;
  if (!any) return;
  // One at a time, or what two of them find would go out as two messages.
  await tx`select pg_advisory_xact_lock(hashtextextended(${`digests:${organizationId}`}, 0))`;
  const endless = await tx<{ id: string }[]>`
    select id from notifications where ${due} and length(recipient ->> 'email') > ${LONGEST_ADDRESS}`;
  await finish(
    tx,
    endless.map(({ id }) => id),
    "failed",
    `the recipient is no email address: it is longer than ${LONGEST_ADDRESS} characters`,
  );
  await tx`
    update notifications n set due_at = ${nextDigest(tx, tx`n.digest`, tx`o.time_zone`)}
    from organizations o
    where o.id = n.organization_id and n.id in (select id from notifications where ${due}) and exists (
      select from notifications made
      where made.run_id is null and made.channel_id = n.channel_id and made.digest = n.digest and made.due_at >= n.due_at
        and lower(made.recipient ->> 'email') = lower(n.recipient ->> 'email'))`;
  const groups = await tx<Group[]>`
    select channel_id as "channelId", lower(recipient ->> 'email') as key, digest as period, array_agg(id order by id) as ids,
           max(due_at) as "dueAt"
    from notifications where ${due} group by 1, 2, 3 order by 1, 2, 3`;
  for (const { ids, dueAt } of groups) {
    const id = newId();
    await tx`
      insert into notifications (id, organization_id, channel_id, kind, recipient, user_id, subject, body, digest, due_at)
      select ${id}, organization_id, channel_id, kind, recipient, user_id, '', '', digest, ${dueAt}
      from notifications where id = ${ids.at(-1)!}`;
    await tx`update notifications set digest_id = ${id} where id = any(${ids}::uuid[])`;
  }
}

/** One of the messages that a digest carries. */
export interface Gathered {
  id: string;
  subject: string;
  body: string;
  createdAt: string;
  run: { id: string; changeId: string };
  rule: { id: string; version: number; name: string };
  customer: { id: string; externalId: string | null; name: string | null };
}

/**
 * What a digest carries, oldest first. What must not go out any more is cancelled first: messages of rules that do not act now, and
 * of customers excluded since (not by the change that the message tells of). What is held by now is taken out of it.
 */
export async function openDigest(sql: Sql, id: string): Promise<Gathered[]> {
  await inTransaction(sql, async (tx) => {
    for (const reason of ["inactive", "excluded"] as const) {
      const cancelled = await tx<{ runId: string }[]>`
        update notifications n set status = 'cancelled' from rule_runs run, rules r, customers c
        where n.digest_id = ${id} and n.status = 'gathering' and run.id = n.run_id and r.id = run.rule_id and c.id = n.customer_id
          and ${reason === "inactive" ? tx`r.status not in ('active', 'paused')` : tx`c.excluded_at is not null and not ${excludedBySame(tx, "run")}`}
        returning n.run_id as "runId"`;
      await settleRuns(
        tx,
        cancelled.map(({ runId }) => runId),
        reason,
      );
    }
    const held = await tx<{ runId: string }[]>`
      update notifications n set status = 'held', digest_id = null from rule_runs run, rules r
      where n.digest_id = ${id} and n.status = 'gathering' and run.id = n.run_id and r.id = run.rule_id
        and (r.status = 'paused' or run.paused_at is not null)
      returning n.run_id as "runId"`;
    await settleRuns(
      tx,
      held.map(({ runId }) => runId),
    );
  });
  return sql<Gathered[]>`
    select n.id, n.subject, n.body, n.created_at as "createdAt",
           jsonb_build_object('id', run.id, 'changeId', run.change_id) as run,
           jsonb_build_object('id', run.rule_id, 'version', run.rule_version, 'name', v.definition ->> 'name') as rule,
           jsonb_build_object('id', c.id, 'externalId', c.external_id, 'name', c.name) as customer
    from notifications n
    join rule_runs run on run.id = n.run_id
    join rule_versions v on v.rule_id = run.rule_id and v.version = run.rule_version
    join customers c on c.id = n.customer_id
    where n.digest_id = ${id} and n.status in ('gathering', 'sent') order by n.id`;
}

/** Whether the change of the run under this alias excluded its customer: then its messages still go out. */
export function excludedBySame(sql: Queryable, run: string): Fragment {
  return sql`exists (
    select from rule_runs same where same.change_id = ${sql(`${run}.change_id`)}
      and same.actions @> '[{"type": "excludeCustomer", "status": "applied"}]')`;
}

/** Keeps the text that a digest goes out with, as its recipient reads it. */
export async function keepDigestText(sql: Queryable, id: string, subject: string, body: string): Promise<void> {
  await sql`update notifications set subject = ${subject}, body = ${body} where id = ${id}`;
}

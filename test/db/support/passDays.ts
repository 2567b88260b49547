import type { Sql } from "../../../db/client.ts";

/**
 * Lets days pass for an organization: everything that it knows moves into the past by so many days. Its recorded changes stay
 * as they are.
 */
export async function passDays(sql: Sql, organizationId: string, days: number): Promise<void> {
  const ago = (path: string) => sql`
    case when facts ->> ${path} is null then '{}'::jsonb
         else jsonb_build_object(${path}::text, to_jsonb(((facts ->> ${path})::date - ${days}::int)::text)) end`;
  const instantAgo = (path: string) => sql`
    case when facts ->> ${path} is null then '{}'::jsonb
         else jsonb_build_object(${path}::text, to_jsonb(to_char((facts ->> ${path})::timestamptz - make_interval(days => ${days}::int),
           'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) end`;
  await sql.begin(async (tx) => {
    await tx`
      update invoices set issued_at = issued_at - ${days}::int, due_at = due_at - ${days}::int,
        paid_at = paid_at - ${days}::int, settled_at = settled_at - ${days}::int where organization_id = ${organizationId}`;
    await tx`
      update customers set overdue_since = overdue_since - ${days}::int, created_at = created_at - make_interval(days => ${days}::int),
        last_reminder_at = last_reminder_at - make_interval(days => ${days}::int),
        facts = facts || ${ago("asOf")} || ${ago("overdueSince")} || ${instantAgo("createdAt")} || ${instantAgo("lastReminderAt")}
      where organization_id = ${organizationId}`;
    await tx`
      update organizations set ratings_as_of = ratings_as_of - ${days}::int where id = ${organizationId}`;
  });
}

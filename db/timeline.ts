import type { Sql, Transaction } from "./client.ts";
import { type Listed, listPage, type Page } from "./lists.ts";
import { newId } from "./uuid.ts";
import type { WriteContext } from "./writes/types.ts";

/** One line of a customer's timeline. */
export interface TimelineRow {
  id: string;
  /** note, assignment, overruled, released, run, notification, money */
  kind: string;
  source: string;
  /** {"keyId"?, "userId"?, "ruleId"?, "ruleName"?} */
  actor: Record<string, string> | null;
  data: unknown;
  at: string;
}

/** A customer's timeline, oldest first unless told: what was written for it, and its rule runs as they stand. */
export function listTimeline(
  sql: Sql,
  customerId: string,
  { page, descending }: { page: Page; descending: boolean },
): Promise<Listed<TimelineRow>> {
  return listPage(sql, {
    columns: sql`t.id, t.kind, t.source, t.actor, t.data, t.created_at as at`,
    from: sql`(
      select id, kind, source, actor, data, created_at from timeline_entries where customer_id = ${customerId}
      union all
      select r.id, 'run', 'rule', jsonb_build_object('ruleId', r.rule_id, 'ruleName', v.definition ->> 'name', 'runId', r.id),
             jsonb_build_object('changeId', r.change_id, 'status', r.status, 'reason', r.reason, 'actions', r.actions), r.created_at
      from rule_runs r join rule_versions v on v.rule_id = r.rule_id and v.version = r.rule_version
      where r.customer_id = ${customerId}
    ) t`,
    where: [],
    order: descending ? sql`t.id desc` : sql`t.id`,
    page,
    updatedColumn: sql`t.created_at`,
  });
}

/** What a person writes about a customer; `mentions` are user ids. */
export async function insertNote(
  tx: Transaction,
  { organizationId, source, actor }: WriteContext,
  customerId: string,
  note: { text: string; mentions: string[] },
): Promise<TimelineRow> {
  const [row] = await tx<TimelineRow[]>`
    insert into timeline_entries (id, organization_id, customer_id, kind, source, actor, data)
    values (${newId()}, ${organizationId}, ${customerId}, 'note', ${source}, ${tx.json({ ...actor })}, ${tx.json(note)})
    returning id, kind, source, actor, data, created_at as at`;
  return row!;
}

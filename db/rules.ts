import type { Rule } from "../rules/schema.ts";
import { keepsMemory } from "../rules/timing.ts";
import type { Queryable, Sql, Transaction } from "./client.ts";
import { type Listed, listPage, type Page } from "./lists.ts";
import { isUuid } from "./uuid.ts";
import type { Actor } from "./writes/types.ts";

export type RuleStatus = "draft" | "active" | "inactive" | "paused" | "deleted";

/** A rule as its current version says it. */
export interface StoredRule {
  id: string;
  status: RuleStatus;
  /** Place in the list, from 1. */
  position: number;
  version: number;
  /** {name, trigger, filters, actions, exitActions?} with everything named by id. */
  definition: Rule;
  note: string | null;
  author: Actor;
  /** The limit that it was paused at, where nobody paused it. */
  tripped: { kind: "notifications" | "exclusions"; limit: number; at: string } | null;
  createdAt: string;
  updatedAt: string;
}

export interface RuleVersion {
  version: number;
  definition: Rule;
  note: string | null;
  author: Actor;
  createdAt: string;
}

/** What a save brings: `note` says why. */
export interface RuleSave {
  definition: Omit<Rule, "note">;
  note: string | null;
  author: Actor;
}

const columns = (sql: Queryable) => sql`
  t.id, t.status, t.position, t.version, v.definition, v.note, v.author, t.tripped, t.created_at as "createdAt",
  t.updated_at as "updatedAt"`;

const from = (sql: Queryable) => sql`
  rules t join rule_versions v on v.rule_id = t.id and v.version = t.version`;

/** Rules that are not deleted, in list order. */
export function listRules(
  sql: Sql,
  organizationId: string,
  { page, status }: { page: Page; status?: RuleStatus | undefined },
): Promise<Listed<StoredRule>> {
  return listPage(sql, {
    columns: columns(sql),
    from: from(sql),
    where: [
      sql`t.organization_id = ${organizationId} and t.status <> 'deleted'`,
      ...(status === undefined ? [] : [sql`t.status = ${status}`]),
    ],
    order: sql`t.position, t.id`,
    page,
  });
}

/** Every rule of the list, in order. */
export async function allRules(sql: Queryable, organizationId: string): Promise<StoredRule[]> {
  return await sql<StoredRule[]>`
    select ${columns(sql)} from ${from(sql)}
    where t.organization_id = ${organizationId} and t.status <> 'deleted' order by t.position, t.id`;
}

/** Null when it is unknown or deleted. */
export async function getRule(sql: Queryable, organizationId: string, id: string): Promise<StoredRule | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql<StoredRule[]>`
    select ${columns(sql)} from ${from(sql)}
    where t.organization_id = ${organizationId} and t.id = ${id} and t.status <> 'deleted'`;
  return row ?? null;
}

/** Every version of a rule, a deleted one too, newest last. */
export function listRuleVersions(
  sql: Sql,
  organizationId: string,
  id: string,
  page: Page,
): Promise<Listed<RuleVersion>> {
  return listPage(sql, {
    columns: sql`t.version, t.definition, t.note, t.author, t.created_at as "createdAt"`,
    from: sql`rule_versions t`,
    where: [sql`t.organization_id = ${organizationId} and t.rule_id = ${isUuid(id) ? id : null}`],
    order: sql`t.version`,
    page,
    updatedColumn: sql`t.created_at`,
  });
}

/** Adds a draft at the end of the list. Call it under the exclusive ruleset lock, like every write below. */
export async function insertRule(
  tx: Transaction,
  organizationId: string,
  id: string,
  save: RuleSave,
): Promise<StoredRule> {
  await tx`
    insert into rules (id, organization_id, name, position)
    select ${id}, ${organizationId}, ${save.definition.name}, coalesce(max(position), 0) + 1
    from rules where organization_id = ${organizationId} and status <> 'deleted'`;
  await insertVersion(tx, organizationId, id, 1, save);
  return (await getRule(tx, organizationId, id))!;
}

/** Saves the next version of a rule. */
export async function insertNextVersion(
  tx: Transaction,
  organizationId: string,
  standing: StoredRule,
  save: RuleSave,
): Promise<StoredRule> {
  const version = standing.version + 1;
  if (!keepsMemory(standing.definition, save.definition)) await forgetFirings(tx, standing.id);
  await insertVersion(tx, organizationId, standing.id, version, save);
  await tx`
    update rules set version = ${version}, name = ${save.definition.name}, updated_at = now()
    where id = ${standing.id}`;
  return (await getRule(tx, organizationId, standing.id))!;
}

async function forgetFirings(tx: Transaction, id: string): Promise<void> {
  await tx`delete from rule_states where rule_id = ${id}`;
}

async function insertVersion(
  tx: Transaction,
  organizationId: string,
  id: string,
  version: number,
  { definition, note, author }: RuleSave,
): Promise<void> {
  await tx`
    insert into rule_versions (rule_id, version, organization_id, definition, note, author)
    values (${id}, ${version}, ${organizationId}, ${tx.json(definition as never)}, ${note}, ${tx.json({ ...author })})`;
}

export async function setRuleStatus(tx: Transaction, id: string, status: RuleStatus): Promise<void> {
  await tx`
    update rules set status = ${status}, tripped = case when ${status} = 'paused' then tripped end, updated_at = now()
    where id = ${id}`;
}

/** Takes a rule off the list for good; its history stays. The rules below it move up. */
export async function deleteRule(tx: Transaction, organizationId: string, rule: StoredRule): Promise<void> {
  await setRuleStatus(tx, rule.id, "deleted");
  await tx`
    update rules set position = position - 1, updated_at = now()
    where organization_id = ${organizationId} and status <> 'deleted' and position > ${rule.position}`;
}

/** Puts the rules in this order; `ids` names each rule of the list once. */
export async function orderRules(tx: Transaction, organizationId: string, ids: readonly string[]): Promise<void> {
  await tx`
    update rules r set position = o.place, updated_at = now()
    from unnest(${[...ids]}::uuid[]) with ordinality as o(id, place)
    where r.organization_id = ${organizationId} and r.id = o.id and r.position <> o.place`;
}

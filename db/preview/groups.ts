import type { ListedRule } from "../../rules/conflicts.ts";
import type { Source } from "../../rules/facts.ts";
import type { Action, Rule } from "../../rules/schema.ts";
import { standingSql } from "../../rules/standingToSql.ts";
import type { SqlContext } from "../../rules/toSql.ts";
import type { Transaction } from "../client.ts";

/** Customers whom a rule matches and who agree in all that decides what it does to them. */
export interface Group {
  /** One character per rival, in their order: `1` where it matches them too. */
  rivals: string;
  workflowId: string | null;
  userIds: string[];
  paymentMethodIds: string[];
  workflowOwner: Source | null;
  usersOwner: Source | null;
  paymentMethodsOwner: Source | null;
  /** Values of the custom fields that actions name; an email of no user is `?` and the number of the first field with it. */
  emails: (string | null)[];
  customers: number;
  /** Some of them. */
  ids: string[];
}

export interface GroupQuery {
  /** Emails of the organization's users, in lower case. */
  userEmails: string[];
  organizationId: string;
  rule: Rule;
  rivals: readonly ListedRule[];
  context: SqlContext;
  /** Ids to answer of each group, at most. */
  idsPerGroup: number;
}

/** Keys of the custom fields that decide whom the rule assigns, or its rivals, or whom it tells. */
export function namedFields(rule: Rule, rivals: readonly ListedRule[]): string[] {
  const assigned = [rule, ...rivals.map((rival) => rival.rule)].flatMap(({ actions }) =>
    actions.flatMap((action) => (action.type === "assignUsers" ? action.customFields : [])),
  );
  const told = rule.actions.flatMap((action) =>
    action.type === "sendNotification"
      ? action.to.flatMap((recipient) => ("customField" in recipient ? [recipient.customField] : []))
      : [],
  );
  return [...new Set([...assigned, ...told])];
}

/**
 * Groups the customers that a rule matches as they stand. What a rule does depends on few columns, so Postgres counts and the
 * plan is made once a group. Only columns that matter are grouped by.
 */
export async function readGroups(
  tx: Transaction,
  { organizationId, rule, rivals, context, idsPerGroup, userEmails }: GroupQuery,
): Promise<Group[]> {
  const params: (string | string[])[] = [organizationId];
  const place = (value: string | string[]) => `$${params.push(value)}`;
  const standing = (one: Rule) => {
    const { text, params: own } = standingSql(one, context, params.length + 1);
    params.push(...own);
    return text;
  };
  const names = (type: Action["type"]) => rule.actions.some((action) => action.type === type);
  const tellsAssigned = rule.actions.some(
    (action) => action.type === "sendNotification" && action.to.some((recipient) => "assignedUsers" in recipient),
  );
  const only = (isUsed: boolean, column: string, otherwise: string) => (isUsed ? column : otherwise);
  const owner = (isUsed: boolean, slot: string) => only(isUsed, `c.assignments #>> '{${slot},source}'`, "null::text");
  const [workflow, users, methods] = [names("assignWorkflow"), names("assignUsers"), names("assignPaymentMethods")];
  const flags = rivals.map((rival) => `(${standing(rival.rule)})`);
  const masks = Array.from({ length: Math.ceil(flags.length / BITS) }, (_, at) =>
    maskOf(flags.slice(at * BITS, (at + 1) * BITS)),
  );
  const keys = namedFields(rule, rivals);
  const values = fieldValues(keys.map(place));
  const emails = keys.length === 0 ? [] : emailColumns(keys.length, place(userEmails));
  const columns = [
    [only(workflow, "c.workflow_id", "null::uuid"), '"workflowId"'],
    [only(users || tellsAssigned, "c.user_ids", "'{}'::uuid[]"), '"userIds"'],
    [only(methods, "c.payment_method_ids", "'{}'::uuid[]"), '"paymentMethodIds"'],
    [owner(workflow, "workflow"), '"workflowOwner"'],
    [owner(users, "users"), '"usersOwner"'],
    [owner(methods, "paymentMethods"), '"paymentMethodsOwner"'],
    ...masks.map((mask, at) => [mask, `m${at}`]),
    ...emails.map((email, at) => [email, `e${at}`]),
  ];
  const named = (prefix: string, list: readonly string[]) => list.map((_, at) => `${prefix}${at}`).join(", ");
  const rows = await tx.unsafe<(Omit<Group, "rivals"> & { masks: string[] })[]>(
    // Put together only once grouped: as part of the key, JSON and text of many flags took most of the time.
    `select g.*, to_jsonb(array[${named("m", masks)}]::text[]) as masks, to_jsonb(array[${named("e", emails)}]::text[]) as emails
     from (
       select ${columns.map(([sql, name]) => `${sql} as ${name}`).join(", ")},
              count(*)::int as customers, (array_agg(c.id))[1:${idsPerGroup}] as ids
       from customers c ${values}
       where c.organization_id = $1::uuid and c.excluded_at is null and ${standing(rule)}
       group by ${columns.map((_, at) => at + 1).join(", ")}
     ) g`,
    params,
  );
  return rows.map(({ masks, ...group }) => ({ ...group, rivals: flagsOf(masks, rivals.length) }));
}

/** Flags in one number, which stays within what both Postgres and JavaScript hold exactly. */
const BITS = 50;

const maskOf = (flags: readonly string[]) =>
  flags.map((flag, bit) => `case when ${flag} then ${2 ** bit}::bigint else 0 end`).join(" + ");

function flagsOf(masks: readonly string[], count: number): string {
  return Array.from({ length: count }, (_, at) => {
    const mask = BigInt(masks[Math.floor(at / BITS)] ?? 0);
    return (mask >> BigInt(at % BITS)) & 1n;
  }).join("");
}

/**
 * The texts in the named custom fields as columns `v0`, `v1` … of `f`. Postgres computes them again at each use; an `offset 0` would
 * spare it that and keep the whole query from running in parallel, which costs more (0.6 of the time without it, two cores).
 */
function fieldValues(keys: readonly string[]): string {
  if (keys.length === 0) return "";
  const values = keys.map(
    (key, place) => `case when jsonb_typeof(c.custom_fields -> ${key}::text) = 'string'
                     then nullif(c.custom_fields ->> ${key}::text, '') end as v${place}`,
  );
  return `cross join lateral (select ${values.join(", ")}) f`;
}

/**
 * One expression per custom field. Customers often have an email of their own there; those of no user come to the same, but that
 * one message goes to equal ones, and kept apart they made 100,000 groups of as many customers (ten times as slow).
 */
function emailColumns(count: number, userEmails: string): string[] {
  const lower = (place: number) => `lower(f.v${place} collate "C")`;
  return Array.from({ length: count }, (_, place) => {
    const value = `f.v${place}`;
    const same = Array.from({ length: place }, (_, at) => `when ${lower(place)} = ${lower(at)} then '?${at}'`);
    // Letters beyond ASCII have more than one lower case, so such emails are left to those who compare them.
    return `case when ${value} is null then null when octet_length(${value}) > char_length(${value}) then ${value}
                 when ${lower(place)} = any(${userEmails}::text[]) then ${lower(place)} ${same.join(" ")} else '?${place}' end`;
  });
}

import type { Rule } from "../rules/schema.ts";
import type { Queryable } from "./client.ts";

/** What still uses a thing, in words for the person who wants to delete it; empty when nothing does. */
export type Uses = string[];

/** The current definitions of all rules that are not deleted. */
async function livingRules(sql: Queryable, organizationId: string): Promise<{ name: string; definition: Rule }[]> {
  return await sql<{ name: string; definition: Rule }[]>`
    select r.name, v.definition from rules r
    join rule_versions v on v.rule_id = r.id and v.version = r.version
    where r.organization_id = ${organizationId} and r.status <> 'deleted' order by r.position, r.id`;
}

const sayRules = (rules: readonly { name: string }[]) => rules.map(({ name }) => `the rule "${name}"`);

/**
 * Rules that name this id: in their current version, or in an earlier one that can still act, because changes wait that it judges
 * or runs and timers wait that go on by it.
 */
export async function rulesNamingId(sql: Queryable, organizationId: string, id: string): Promise<Uses> {
  const rules = await sql<{ name: string; version: number; current: boolean }[]>`
    with judging as (
      select distinct (entry ->> 'ruleId')::uuid as rule_id, (entry ->> 'version')::int as version
      from change_queue q join changes c on c.id = q.change_id
      join rulesets s on s.organization_id = c.organization_id and s.number = c.ruleset_number
      cross join lateral jsonb_array_elements(s.rules) as entry
      where q.organization_id = ${organizationId}
    ), waiting as (
      select rule_id, rule_version as version from timers where organization_id = ${organizationId}
      union select rule_id, rule_version from rule_runs
      where organization_id = ${organizationId} and status in ('planned', 'held', 'running', 'waiting')
    )
    select r.name, v.version, r.status <> 'deleted' and v.version = r.version as current
    from rules r join rule_versions v on v.rule_id = r.id
    where r.organization_id = ${organizationId} and strpos(v.definition::text, ${id}) > 0
      and ((r.status <> 'deleted' and v.version = r.version)
        or (v.rule_id, v.version) in (select rule_id, version from judging union select rule_id, version from waiting))
    order by r.position, r.id, v.version desc`;
  return rules.map(({ name, version, current }) =>
    current ? `the rule "${name}"` : `version ${version} of the rule "${name}", by which something still waits`,
  );
}

/**
 * Rules that read the custom field in a condition, a threshold, an action or a template: in their current version, or in one
 * that was ever in force, because what it decided is explained from the field's definition.
 */
export async function rulesNamingField(sql: Queryable, organizationId: string, key: string): Promise<Uses> {
  const versions = await sql<RuleVersion[]>`
    select r.id, r.name, v.version, v.definition, r.status = 'deleted' as deleted,
           r.status <> 'deleted' and v.version = r.version as current
    from rules r join rule_versions v on v.rule_id = r.id
    where r.organization_id = ${organizationId} and strpos(v.definition::text, ${key}) > 0
    order by r.position, r.id, v.version desc`;
  const naming = versions.filter(({ definition }) => namesField(definition, key));
  const inForce = await everInForce(
    sql,
    organizationId,
    naming.filter(({ current }) => !current),
  );
  return naming.filter((version) => version.current || inForce.has(version)).map(sayVersion);
}

interface RuleVersion {
  id: string;
  name: string;
  version: number;
  definition: Rule;
  deleted: boolean;
  /** The version that a rule which is not deleted has now. */
  current: boolean;
}

const sayVersion = ({ name, version, deleted, current }: RuleVersion) =>
  current ? `the rule "${name}"` : `version ${version} of the ${deleted ? "deleted " : ""}rule "${name}"`;

/** Those of the versions that some published ruleset holds. */
async function everInForce(
  sql: Queryable,
  organizationId: string,
  versions: readonly RuleVersion[],
): Promise<Set<RuleVersion>> {
  if (versions.length === 0) return new Set();
  const wanted = versions.map(({ id, version }, place) => ({ place, entry: [{ ruleId: id, version }] }));
  const rows = await sql<{ place: number }[]>`
    select place from jsonb_to_recordset(${sql.json(wanted)}) as w(place int, entry jsonb)
    where exists (select from rulesets where organization_id = ${organizationId} and rules @> entry)`;
  return new Set(rows.map(({ place }) => versions[place]!));
}

/** Rules that filter on one of these options of the custom field. */
export async function rulesNamingOptions(
  sql: Queryable,
  organizationId: string,
  key: string,
  options: readonly string[],
): Promise<Uses> {
  const rules = await livingRules(sql, organizationId);
  const holds = (values: unknown) => Array.isArray(values) && values.some((value) => options.includes(value));
  return sayRules(
    rules.filter(({ definition }) =>
      definition.filters
        .flatMap((filter) => ("anyOf" in filter ? filter.anyOf : [filter]))
        .some((condition) => condition.field === `customFields.${key}` && Object.values(condition).some(holds)),
    ),
  );
}

function namesField(value: unknown, key: string, place = ""): boolean {
  if (typeof value === "string") {
    if (place === "customFields" || place === "customField") return value === key;
    if (place === "subject" || place === "body") return value.includes("customFields") && value.includes(key);
    return value === `customFields.${key}`;
  }
  if (Array.isArray(value)) return value.some((item) => namesField(item, key, place));
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, inner]) => namesField(inner, key, name));
}

/** How many customers hold the thing in this slot. */
export async function customersHolding(
  sql: Queryable,
  organizationId: string,
  slot: "workflow_id" | "user_ids" | "payment_method_ids",
  id: string,
): Promise<Uses> {
  const holds = slot === "workflow_id" ? sql`workflow_id = ${id}` : sql`${sql(slot)} @> array[${id}]::uuid[]`;
  const [row] = await sql<{ count: number }[]>`
    select count(*) as count from customers where organization_id = ${organizationId} and ${holds}`;
  return sayCustomers(row!.count);
}

/** How many customers have a value in the custom field. */
export async function customersWithField(sql: Queryable, organizationId: string, key: string): Promise<Uses> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) as count from customers
    where organization_id = ${organizationId} and jsonb_exists(custom_fields, ${key})`;
  return sayCustomers(row!.count);
}

const sayCustomers = (count: number): Uses => (count === 0 ? [] : [count === 1 ? "1 customer" : `${count} customers`]);

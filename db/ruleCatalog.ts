import type { CheckContext } from "../rules/check.ts";
import type { CompileContext } from "../rules/fields.ts";
import type { Queryable } from "./client.ts";
import { loadCustomFieldDefinitions } from "./customFields.ts";

const EXTERNAL = "external:";
/** A rule's filters list, a filter, its anyOf list, a condition; what is nested deeper is no rule. */
const DEEPEST = 6;

/** Everything of an organization that rules and filters can name. */
export interface RuleCatalog {
  check: CheckContext;
  compile: CompileContext;
  /** Ids by `external:<externalId>`. */
  workflows: ReadonlyMap<string, string>;
  paymentMethods: ReadonlyMap<string, string>;
}

interface Named {
  id: string;
  externalId: string | null;
}

export async function loadRuleCatalog(sql: Queryable, organizationId: string): Promise<RuleCatalog> {
  const [fields, users, workflows, methods, channels, [organization]] = await Promise.all([
    loadCustomFieldDefinitions(sql, organizationId),
    sql<{ id: string; email: string }[]>`
      select id, lower(email) as email from users where organization_id = ${organizationId}`,
    sql<Named[]>`
      select id, external_id as "externalId" from collection_workflows where organization_id = ${organizationId}`,
    sql<Named[]>`
      select id, external_id as "externalId" from payment_methods where organization_id = ${organizationId}`,
    sql<{ id: string; kind: string }[]>`select id, kind from channels where organization_id = ${organizationId}`,
    sql<{ timeZone: string }[]>`select time_zone as "timeZone" from organizations where id = ${organizationId}`,
  ]);
  const customFields = new Map(fields.map((field) => [field.key, field]));
  return {
    check: {
      customFields,
      userIds: new Set(users.map((user) => user.id)),
      userIdsByEmail: new Map(users.map((user) => [user.email, user.id])),
      workflowIds: new Set(workflows.map((workflow) => workflow.id)),
      paymentMethodIds: new Set(methods.map((method) => method.id)),
      channelIds: new Map(channels.map((channel) => [channel.id, channel.kind])),
    },
    compile: { customFields, timeZone: organization!.timeZone },
    workflows: byExternalId(workflows),
    paymentMethods: byExternalId(methods),
  };
}

const byExternalId = (rows: readonly Named[]) =>
  new Map(rows.flatMap((row) => (row.externalId === null ? [] : [[EXTERNAL + row.externalId, row.id] as const])));

/**
 * The same rule or filters with workflows and payment methods named by id, as they are checked and stored. What names nothing
 * stays as it is, for the check to refuse at its place; the input may be of any shape.
 */
export function withIds(input: unknown, catalog: RuleCatalog, depth = 0): unknown {
  if (depth > DEEPEST) return input;
  if (Array.isArray(input)) return input.map((item) => withIds(item, catalog, depth + 1));
  if (!isObject(input)) return input;
  const lookup =
    input.field === "workflow" ? catalog.workflows : input.field === "paymentMethods" ? catalog.paymentMethods : null;
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => {
      if (key === "workflowId") return [key, replaced(value, catalog.workflows)];
      if (key === "paymentMethodIds") return [key, replaced(value, catalog.paymentMethods)];
      if (lookup !== null && (key === "values" || key === "from" || key === "to"))
        return [key, replaced(value, lookup)];
      if (["filters", "anyOf", "actions", "exitActions"].includes(key))
        return [key, withIds(value, catalog, depth + 1)];
      return [key, value];
    }),
  );
}

function replaced(value: unknown, lookup: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value))
    return value.map((item: unknown) => (typeof item === "string" ? (lookup.get(item) ?? item) : item));
  return typeof value === "string" ? (lookup.get(value) ?? value) : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

import type { Rule, ThresholdTrigger } from "./schema.ts";
import { type Column, columnOf, filtersToSql, Params, type SqlContext, type SqlFilter } from "./toSql.ts";
import { watchedField } from "./triggers.ts";

/**
 * Compiles "the rule matches this customer as it stands" to a WHERE expression over a table aliased `c` with the columns of
 * customers: the twin of compileStanding, with which it agrees on every row. Never null.
 * @param firstParam number of the first placeholder, when the statement has parameters of its own before these
 */
export function standingSql(rule: Rule, context: SqlContext, firstParam = 1): SqlFilter {
  const filters = filtersToSql(rule.filters, context, firstParam);
  const { trigger } = rule;
  if (!("direction" in trigger)) return filters;
  const params = new Params(firstParam + filters.params.length);
  const beyond = beyondSql(trigger, context, params);
  return { text: `${beyond} and ${filters.text}`, params: [...filters.params, ...params.values] };
}

function beyondSql(trigger: ThresholdTrigger, context: SqlContext, params: Params): string {
  const operator = trigger.direction === "exceeds" ? ">" : "<";
  if (trigger.type === "ratingThreshold") {
    // A is best, so a rating exceeds a letter when it comes before it.
    const line = params.add(trigger.value, 'text collate "C"');
    return `(c.rating is not null and ${line} ${operator} c.rating::text)`;
  }
  const own = columnOf(watchedField(trigger), context, params);
  if (typeof trigger.value === "number") {
    const line = { sql: params.add(String(trigger.value), "numeric"), weight: null };
    return `(${own.sql} is not null and ${comparison(quantity(own)!, operator, line)})`;
  }
  const other = columnOf(trigger.value.field, context, params);
  const limit = quantity(other);
  if (limit === null) return "false";
  return `(${own.sql} is not null and ${other.sql} is not null and ${comparison(quantity(own)!, operator, limit)})`;
}

/** A number, or a quotient of two sums with a positive divisor. */
interface QuantitySql {
  sql: string;
  weight: string | null;
}

/** Null for a column that is no number, which reads as empty. */
function quantity(column: Column): QuantitySql | null {
  if (column.kind === "delay") return { sql: column.sum, weight: column.weight };
  return column.kind === "number" ? { sql: column.sql, weight: null } : null;
}

/** Multiplied out rather than divided, which would round. */
function comparison(a: QuantitySql, operator: ">" | "<", b: QuantitySql): string {
  const left = b.weight === null ? a.sql : `${a.sql} * ${b.weight}`;
  const right = a.weight === null ? b.sql : `${b.sql} * ${a.weight}`;
  return `${left} ${operator} ${right}`;
}

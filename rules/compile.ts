import type { Facts } from "./facts.ts";
import { type CompileContext, fieldOf } from "./fields.ts";
import { compileCondition, type Test } from "./operators.ts";
import type { Condition, Filter } from "./schema.ts";

export type { CompileContext } from "./fields.ts";

/** Filters ready to run. All of them must hold; without any, everything does. */
export interface CompiledFilters {
  /** Do they hold for facts that a change has led to? `before` is null on creation. */
  hold: Test;
  /** Do they hold for facts as they stand, without a change? Then `changed` conditions are never true. */
  stand: (facts: Facts) => boolean;
  /** Do they still hold for facts as they stand, some time after a change for which they held? What had `changed` stays so. */
  still: (facts: Facts) => boolean;
}

/** Compiles filters to closures. A field that does not exist is always empty; check.ts refuses it when a rule is saved. */
export function compileFilters(filters: readonly Filter[], context: CompileContext): CompiledFilters {
  const hold = all(filters.map((filter) => compileFilter(filter, context)));
  if (!filters.some(namesChange)) {
    const stand = (facts: Facts) => hold(facts, null);
    return { hold, stand, still: stand };
  }
  const standing = (changed: Test) => all(filters.map((filter) => compileFilter(filter, context, changed)));
  const without = standing(() => false);
  const within = standing(() => true);
  return { hold, stand: (facts) => without(facts, null), still: (facts) => within(facts, null) };
}

/** Compiles one filter; `changed`, when given, stands in for every `changed` condition. */
export function compileFilter(filter: Filter, context: CompileContext, changed?: Test): Test {
  const compile = (condition: Condition) =>
    condition.op === "changed" && changed ? changed : compileCondition(condition, fieldOf(condition.field, context));
  return "anyOf" in filter ? any(filter.anyOf.map(compile)) : compile(filter);
}

function namesChange(filter: Filter): boolean {
  return "anyOf" in filter ? filter.anyOf.some(({ op }) => op === "changed") : filter.op === "changed";
}

function all(tests: readonly Test[]): Test {
  const [only] = tests;
  if (tests.length === 1 && only) return only;
  return (facts, before) => {
    for (const test of tests) if (!test(facts, before)) return false;
    return true;
  };
}

function any(tests: readonly Test[]): Test {
  return (facts, before) => {
    for (const test of tests) if (test(facts, before)) return true;
    return false;
  };
}

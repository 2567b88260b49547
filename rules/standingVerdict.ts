import { type CompileContext, compileFilters } from "./compile.ts";
import type { Facts } from "./facts.ts";
import type { Verdict } from "./judge.ts";
import type { Rule } from "./schema.ts";
import { compileBeyond } from "./triggers.ts";

/**
 * What compileStanding says, and why not: `M` the rule matches a customer as it stands, `T` the value does not stand beyond the
 * threshold, `F` the filters do not hold.
 */
export function compileStandingVerdict(rule: Rule, context: CompileContext): (facts: Facts) => Verdict {
  const { stand } = compileFilters(rule.filters, context);
  const { trigger } = rule;
  if (!("direction" in trigger)) return (facts) => (stand(facts) ? "M" : "F");
  const beyond = compileBeyond(trigger, context);
  return (facts) => {
    if (!beyond(facts)) return "T";
    return stand(facts) ? "M" : "F";
  };
}

import type { CompileContext } from "./compile.ts";
import type { Facts } from "./facts.ts";
import type { Rule } from "./schema.ts";
import { compileStandingVerdict } from "./standingVerdict.ts";

/**
 * Does a rule match a customer as it stands, without a change? That is what previews and backfills ask: the filters hold, with
 * `changed` conditions never true, and for a threshold rule the value stands beyond the threshold now. An empty delay, rating
 * or other field never does. `forDays` is about how long it has stood there, which facts do not tell, so it is not asked.
 */
export function compileStanding(rule: Rule, context: CompileContext): (facts: Facts) => boolean {
  const verdict = compileStandingVerdict(rule, context);
  return (facts) => verdict(facts) === "M";
}

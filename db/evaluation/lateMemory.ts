import type { CompiledRuleset } from "../../rules/evaluate.ts";
import type { Facts } from "../../rules/facts.ts";
import type { Transaction } from "../client.ts";
import type { Memory } from "./memory.ts";
import type { QueuedChange } from "./types.ts";

/** The facts after each of the customer's changes that were evaluated since, oldest first. */
export async function factsSince(tx: Transaction, { customerId, version, tracked }: QueuedChange): Promise<Facts[]> {
  const rows = await tx<{ after: Facts }[]>`
    select after from changes where customer_id = ${customerId} and version > ${version} and version <= ${tracked} order by version`;
  return rows.map(({ after }) => after);
}

/**
 * Takes out of the memory what the rules did not remember when the change was passed over: what they noted for later changes, and
 * what has come back with the change but has crossed the line again since, which it stays true of that they have fired.
 */
export async function forgetLater(
  tx: Transaction,
  memory: Memory,
  ruleset: CompiledRuleset,
  { customerId, version }: QueuedChange,
  since: readonly Facts[],
): Promise<void> {
  const [states, timers] = await Promise.all([
    tx<{ ruleId: string; version: number }[]>`
      select s.rule_id as "ruleId", c.version from rule_states s join changes c on c.id = s.change_id
      where s.customer_id = ${customerId} and c.version < ${version}`,
    tx<{ id: string }[]>`
      select t.id from timers t join changes c on c.id = t.change_id
      where t.customer_id = ${customerId} and t.kind = 'forDays' and c.version < ${version}`,
  ]);
  const latest = since.at(-1);
  const isBeyondAgain = (ruleId: string) =>
    latest !== undefined &&
    ruleset.rules.some((rule, place) => {
      const timing = ruleset.compiled[place]!.timing;
      return rule.ruleId === ruleId && timing !== null && !timing.hasReturned(latest);
    });
  const before = states.filter(({ ruleId }) => !isBeyondAgain(ruleId));
  memory.fired.set(customerId, new Map(before.map(({ ruleId, version: firedFor }) => [ruleId, firedFor])));
  const earlier = new Set(timers.map(({ id }) => id));
  const pending = memory.pending.get(customerId) ?? [];
  memory.pending.set(
    customerId,
    pending.filter(({ timerId, isBeyond }) => earlier.has(timerId) && (latest === undefined || !isBeyond(latest))),
  );
}

/** Places of rules whose value has come back since the change: what fires late for them is not remembered and sets no timer. */
export function returnedSince(ruleset: CompiledRuleset, since: readonly Facts[]): Set<number> {
  return new Set(
    ruleset.timed.filter((place) => {
      const { hasReturned, isBeyond, forDays } = ruleset.compiled[place]!.timing!;
      return since.some((facts) => hasReturned(facts) || (forDays !== null && !isBeyond(facts)));
    }),
  );
}

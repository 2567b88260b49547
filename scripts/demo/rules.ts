import { Filters, Trigger } from "../../rules/schema.ts";
import { anything, identified } from "./answers.ts";
import type { SampleRule } from "./company.ts";
import type { SavedRule, Session } from "./session.ts";

/** Saves the rules, puts them into list order and activates them: from then on they judge every change. */
export async function activateRules(session: Session, samples: SampleRule[]): Promise<SavedRule[]> {
  const saved: SavedRule[] = [];
  for (const { name, about, rule } of samples) {
    const options = { idempotencyKey: session.idempotencyKey(`rule-${name}`) };
    const { id } = await session.client.send("POST", "/v1/rules", session.symbols.resolve(rule), identified, options);
    saved.push({ id, name, about, trigger: Trigger.parse(rule.trigger), filters: Filters.parse(rule.filters) });
  }
  await session.client.send("PUT", "/v1/rules/order", { ruleIds: saved.map(({ id }) => id) }, anything);
  for (const { id } of saved) {
    const options = { idempotencyKey: session.idempotencyKey(`activate-${id}`) };
    await session.client.send("POST", `/v1/rules/${id}/activate`, { applyToExisting: "none" }, anything, options);
  }
  return saved;
}

import { Filters, Trigger } from "../../rules/schema.ts";
import { identified } from "./answers.ts";
import { headersOf } from "./client.ts";
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
  const { client } = session;
  await client.demand(client.tripline.PUT("/v1/rules/order", { body: { ruleIds: saved.map(({ id }) => id) } }));
  for (const { id } of saved) {
    const header = headersOf({ idempotencyKey: session.idempotencyKey(`activate-${id}`) });
    const params = { path: { id }, header };
    const body = { applyToExisting: "none" as const };
    await client.demand(client.tripline.POST("/v1/rules/{id}/activate", { params, body }));
  }
  return saved;
}

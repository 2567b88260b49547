import type { Sql } from "../../db/client.ts";
import { evaluateNext, evaluateNextDue } from "../../db/evaluation/evaluateShard.ts";
import { RulesetCache } from "../../db/evaluation/rulesetCache.ts";
import { lockRulesetExclusive, publishRuleset } from "../../db/rulesets.ts";
import { inTransaction } from "../../db/transaction.ts";
import { newId } from "../../db/uuid.ts";
import { writeCredits, writeCustomers, writeInvoices } from "../../db/writes/index.ts";
import type { CreditInput, CustomerInput, InvoiceInput, WriteContext, WriteOutcome } from "../../db/writes/types.ts";
import type { Source } from "../../rules/facts.ts";
import { type RuleDraft, RuleInput } from "../../rules/schema.ts";
import type { ChannelKind } from "../../workflows/contract.ts";

/** An organization made directly in the database, for tests below the API. */
export interface TestOrganization {
  id: string;
  context(source?: Source): WriteContext;
  customers(items: CustomerInput[], source?: Source): Promise<WriteOutcome>;
  invoices(items: InvoiceInput[]): Promise<WriteOutcome>;
  payments(items: CreditInput[]): Promise<WriteOutcome>;
  user(email: string): Promise<string>;
  workflow(name: string): Promise<string>;
  channel(kind: ChannelKind, url?: string): Promise<string>;
  field(key: string, type: string, options?: string[]): Promise<void>;
  /** Saves rules as active, at the end of the list, and publishes the ruleset. Returns their ids. */
  activate(...rules: RuleDraft[]): Promise<string[]>;
  /** Evaluates until nothing is ready or due, at this instant (ms) if it is later than now, and answers how many changes that were. */
  evaluateAll(now?: number): Promise<number>;
}

export async function createTestOrganization(
  sql: Sql,
  settings: { currency?: string; timeZone?: string } = {},
): Promise<TestOrganization> {
  const id = newId();
  const keyId = newId();
  await sql`insert into organizations (id, name, currency, time_zone) values (${id}, 'Test', ${settings.currency ?? "EUR"}, ${settings.timeZone ?? "UTC"})`;
  const cache = new RulesetCache();
  const context = (source: Source = "api"): WriteContext => ({ organizationId: id, source, actor: { keyId } });
  const rulesOf = () =>
    sql<{ count: number }[]>`select count(*)::int as count from rules where organization_id = ${id}`;
  return {
    id,
    context,
    customers: (items, source) =>
      inTransaction(sql, (tx) =>
        writeCustomers(
          tx,
          context(source),
          items.map((input) => ({ input })),
        ),
      ),
    invoices: (items) =>
      inTransaction(sql, (tx) =>
        writeInvoices(
          tx,
          context(),
          items.map((input) => ({ input })),
        ),
      ),
    payments: (items) =>
      inTransaction(sql, (tx) =>
        writeCredits(
          tx,
          context(),
          "payment",
          items.map((input) => ({ input })),
        ),
      ),
    user: async (email) => {
      const userId = newId();
      await sql`insert into users (id, organization_id, email, name, role, position) values (${userId}, ${id}, ${email}, ${email}, 'member', 'accountManager')`;
      return userId;
    },
    workflow: async (name) => {
      const workflowId = newId();
      await sql`insert into collection_workflows (id, organization_id, name) values (${workflowId}, ${id}, ${name})`;
      return workflowId;
    },
    channel: async (kind, url) => {
      const channelId = newId();
      await sql`insert into channels (id, organization_id, name, kind, url, secret) values (${channelId}, ${id}, ${kind}, ${kind}, ${url ?? null}, 'secret')`;
      return channelId;
    },
    field: async (key, type, options = []) => {
      await sql`insert into custom_fields (id, organization_id, key, label, type, options) values (${newId()}, ${id}, ${key}, ${key}, ${type}, ${sql.json(options)})`;
    },
    activate: (...rules) =>
      inTransaction(sql, async (tx) => {
        await lockRulesetExclusive(tx, id);
        let position = (await rulesOf())[0]!.count;
        const ids: string[] = [];
        for (const draft of rules) {
          const rule = RuleInput.parse(draft);
          const ruleId = newId();
          ids.push(ruleId);
          position += 1;
          await tx`insert into rules (id, organization_id, name, status, position) values (${ruleId}, ${id}, ${rule.name}, 'active', ${position})`;
          await tx`insert into rule_versions (rule_id, version, organization_id, definition, author) values (${ruleId}, 1, ${id}, ${tx.json(rule as never)}, ${tx.json({ keyId })})`;
        }
        await publishRuleset(tx, id);
        return ids;
      }),
    evaluateAll: async (now = 0) => {
      const target = { organizationId: id, shard: 0, now };
      for (let total = 0; ; ) {
        const { evaluated } = await evaluateNext(sql, cache, target);
        if (evaluated === 0 && (await evaluateNextDue(sql, cache, target)).judged === 0) return total;
        total += evaluated;
      }
    },
  };
}

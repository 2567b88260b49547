import { createBackfill, getBackfill } from "../../../db/backfills/backfills.ts";
import { BackfillRulesCache } from "../../../db/backfills/rulesCache.ts";
import { stepBackfill } from "../../../db/backfills/step.ts";
import type { Backfill } from "../../../db/backfills/types.ts";
import { workPage } from "../../../db/backfills/workPage.ts";
import type { Sql } from "../../../db/client.ts";
import { RulesetCache } from "../../../db/evaluation/rulesetCache.ts";
import { inTransaction } from "../../../db/transaction.ts";
import { newId } from "../../../db/uuid.ts";

/** Records a backfill of these rules as they stand. */
export async function record(
  sql: Sql,
  organizationId: string,
  ruleIds: string[],
  more: { dryRun?: boolean; maxPerSecond?: number } = {},
): Promise<string> {
  const rules = await sql<{ ruleId: string; version: number; name: string }[]>`
    select id as "ruleId", version, name from rules where id = any(${ruleIds}::uuid[]) order by position`;
  const backfill = await inTransaction(sql, (tx) =>
    createBackfill(tx, {
      organizationId,
      rules: [...rules],
      filter: [],
      dryRun: more.dryRun ?? false,
      notifications: true,
      irreversible: false,
      maxPerSecond: more.maxPerSecond ?? null,
      source: "api",
      actor: { keyId: newId() },
    }),
  );
  return backfill.id;
}

/** Works on one page, in a cache of its own as another process would. */
export const page = (sql: Sql, organizationId: string, id: string, number: number) =>
  workPage(sql, new BackfillRulesCache(new RulesetCache()), { organizationId }, id, number);

/** Carries a recorded backfill through without Temporal. */
export async function carryOut(sql: Sql, organizationId: string, id: string): Promise<Backfill> {
  for (;;) {
    const { pages, ended } = await stepBackfill(sql, organizationId, id);
    if (ended) return (await getBackfill(sql, organizationId, id))!;
    if (pages.length === 0) throw new Error("the backfill waits");
    for (const number of pages) await page(sql, organizationId, id, number);
  }
}

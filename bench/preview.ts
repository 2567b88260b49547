import { connect, type Sql } from "../db/client.ts";
import { lockRulesetExclusive, publishRuleset } from "../db/rulesets.ts";
import { inTransaction } from "../db/transaction.ts";
import { newId } from "../db/uuid.ts";
import type { RuleDraft } from "../rules/schema.ts";
import { RuleInput } from "../rules/schema.ts";
import { ApiClient } from "../test/helpers/apiClient.ts";
import { createApiOrganization } from "../test/helpers/apiOrganization.ts";
import { keep, machine, median } from "./measure.ts";
import { ROOT, startServers } from "./path/servers.ts";
import { fillChanges, fillCustomers, previews } from "./preview/company.ts";

const CUSTOMERS = 100_000;
const CHANGES = 100_000;
const RULES = 50;
const ROUNDS = 3;
const TARGET_MS = 2_000;

/** Measures previews and what-ifs over HTTP: 100,000 customers, 50 rules in force. */
export async function run(): Promise<void> {
  const { cpu, cores, node, platform } = machine();
  console.log(`${cpu}, ${cores} cores, ${platform}, Node ${node}; ${CUSTOMERS} customers, ${RULES} rules in force\n`);
  const servers = await startServers();
  const sql = connect(servers.databaseUrl, { max: 4, applicationName: "tripline bench" });
  try {
    await servers.start("api/main.ts", "tripline");
    const organization = await createApiOrganization(new ApiClient(servers.apiUrl, ROOT), sql);
    await organization.field("csm_email", "TEXT");
    const people = await organization.api.post<{ id: string }>("/v1/users", { email: "csm1@acme.test", name: "One" });
    const workflows = [await organization.workflow("Standard"), await organization.workflow("Agency")];
    const channel = await organization.api.post<{ id: string }>("/v1/channels", { name: "Ops", kind: "inApp" });
    await fillCustomers(sql, organization.id, workflows, CUSTOMERS);
    await activateRules(sql, organization.id, workflows[0]!);
    const results: Record<string, { ms: number[]; median: number; matching: number }> = {};
    for (const [name, rule] of Object.entries(previews(workflows[1]!, people.id, channel.id))) {
      const ms: number[] = [];
      let matching = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const start = performance.now();
        const answer = await organization.api.post<{ matching: number }>("/v1/rules/preview", { rule });
        ms.push(Math.round(performance.now() - start));
        matching = answer.matching;
      }
      results[name] = { ms, median: median(ms), matching };
      const verdict = median(ms) <= TARGET_MS ? "reached" : "MISSED";
      console.log(`${name}: ${matching} match, ${median(ms)} ms (${ms.join(", ")}), to reach ${TARGET_MS}: ${verdict}`);
    }
    await fillChanges(sql, organization.id, CHANGES);
    const whatIf = await measureWhatIf(organization.api, workflows[1]!);
    await keep("preview", { customers: CUSTOMERS, rules: RULES, targetMs: TARGET_MS, previews: results, whatIf });
  } finally {
    await sql.end({ timeout: 5 });
    await servers.stop();
  }
}

async function measureWhatIf(api: ApiClient, workflowId: string) {
  const rule = {
    ...{ name: "Big", trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500_000 } },
    actions: [{ type: "assignWorkflow", workflowId }],
  };
  const ms: number[] = [];
  let found = { changes: 0, fired: 0, truncated: false };
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    found = await api.post("/v1/rules/what-if", { rule, days: 30 });
    ms.push(Math.round(performance.now() - start));
  }
  const { changes, fired, truncated } = found;
  const shown = `${changes} changes, ${fired} fired${truncated ? ", cut short" : ""}`;
  console.log(`what-if: ${shown}, ${median(ms)} ms (${ms.join(", ")})`);
  return { changes, fired, truncated, ms, median: median(ms) };
}

/** Rules in force that compete for the workflow slot, each for one city in ten and one bracket of balances. */
async function activateRules(sql: Sql, organizationId: string, workflowId: string): Promise<void> {
  await inTransaction(sql, async (tx) => {
    await lockRulesetExclusive(tx, organizationId);
    for (let place = 1; place <= RULES; place++) {
      const draft: RuleDraft = {
        name: `Rule ${place}`,
        trigger: { type: "customerCreatedOrUpdated" },
        filters: [
          {
            field: "city",
            op: "is",
            values: Array.from({ length: 10 }, (_, n) => `City ${(place * 7 + n * 10) % 100}`),
          },
          { field: "outstanding", op: "between", min: place * 10_000 },
        ],
        actions: [{ type: "assignWorkflow", workflowId }],
      };
      const id = newId();
      await tx`
        insert into rules (id, organization_id, name, status, position)
        values (${id}, ${organizationId}, ${draft.name}, 'active', ${place})`;
      await tx`
        insert into rule_versions (rule_id, version, organization_id, definition, author)
        values (${id}, 1, ${organizationId}, ${tx.json(RuleInput.parse(draft) as never)}, ${tx.json({ keyId: id })})`;
    }
    await publishRuleset(tx, organizationId);
  });
}

import type { Sql } from "../../db/client.ts";
import type { ApiOrganization } from "../../test/helpers/apiOrganization.ts";
import { type Company, CUSTOMERS } from "./company.ts";

const CHANGES = 20_000;
const ROUNDS = CHANGES / CUSTOMERS;

/** How fast written changes are evaluated and their effects applied. */
export interface Throughput {
  /** Changes written from outside. */
  changes: number;
  /** Changes that the effects raised, evaluated as well. */
  raised: number;
  runs: number;
  seconds: number;
  /** Written changes per second; those raised by effects come on top. */
  perSecond: number;
  evaluatedPerSecond: number;
}

/** Writes all changes while the rules are stopped, then starts the rules and waits until the last effect is applied. */
export async function drainBacklog(sql: Sql, organization: ApiOrganization, company: Company, first: number) {
  const before = await counts(sql, organization.id);
  await organization.api.post("/v1/organization/stop_rules");
  for (let round = first; round < first + ROUNDS; round++) await company.round(round);
  const start = performance.now();
  await organization.api.post("/v1/organization/start_rules");
  await organization.settled({ intervalMs: 25, timeoutMs: 120_000 });
  return result(before, await counts(sql, organization.id), performance.now() - start);
}

/** Writes and evaluates at the same time, from the first write to the last effect. */
export async function writeAndEvaluate(sql: Sql, organization: ApiOrganization, company: Company, first: number) {
  const before = await counts(sql, organization.id);
  const start = performance.now();
  for (let round = first; round < first + ROUNDS; round++) await company.round(round);
  await organization.settled({ intervalMs: 25, timeoutMs: 120_000 });
  return result(before, await counts(sql, organization.id), performance.now() - start);
}

interface Counts {
  evaluated: number;
  raised: number;
  runs: number;
}

async function counts(sql: Sql, organizationId: string): Promise<Counts> {
  const [row] = await sql<Counts[]>`
    select (select count(*)::int from evaluations where organization_id = ${organizationId}) as evaluated,
           (select count(*)::int from changes where organization_id = ${organizationId} and source = 'rule') as raised,
           (select count(*)::int from rule_runs where organization_id = ${organizationId} and status = 'applied') as runs`;
  return row ?? { evaluated: 0, raised: 0, runs: 0 };
}

function result(before: Counts, after: Counts, ms: number): Throughput {
  const evaluated = after.evaluated - before.evaluated;
  const raised = after.raised - before.raised;
  const changes = evaluated - raised;
  const runs = after.runs - before.runs;
  if (changes !== CHANGES) throw new Error(`${changes} written changes were evaluated instead of ${CHANGES}`);
  const seconds = ms / 1_000;
  return { changes, raised, runs, seconds, perSecond: changes / seconds, evaluatedPerSecond: evaluated / seconds };
}

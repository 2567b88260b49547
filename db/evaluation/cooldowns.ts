import type { Queryable } from "../client.ts";

const HOUR_MS = 3_600_000;

interface LastTold {
  /** ms since the epoch. */
  at: number;
  runId: string;
  /** What was told before this run told it again. */
  before?: LastTold | undefined;
}

/**
 * When a rule last told a recipient about a customer. It moves on with what is planned, so that two changes of one batch come to
 * the same as in two. What failed or was cancelled has told nobody.
 */
export class Cooldowns {
  readonly #last = new Map<string, LastTold>();
  /** By the time of the evaluation, ms since the epoch. */
  readonly #now: number;

  constructor(at: string) {
    this.#now = Date.parse(at);
  }

  /** Whether the rule has told the recipient of the customer within so many hours, not counting what the run itself does. */
  isCooling(who: ToldAbout, runId: string, hours: number): boolean {
    const last = this.#last.get(keyOf(who));
    const told = last?.runId === runId ? last.before : last;
    return told !== undefined && told.at > this.#now - hours * HOUR_MS;
  }

  /** Notes a message. */
  note(who: ToldAbout, runId: string, at = this.#now): void {
    const last = this.#last.get(keyOf(who));
    this.#last.set(keyOf(who), { at, runId, before: last?.runId === runId ? last.before : last });
  }
}

export interface ToldAbout {
  ruleId: string;
  customerId: string;
  email: string;
}

const keyOf = ({ ruleId, customerId, email }: ToldAbout) => `${ruleId}:${customerId}:${email.toLowerCase()}`;

/** Reads when these rules last told anybody about these customers, a year back at most: no cooldown is longer. */
export async function loadCooldowns(
  sql: Queryable,
  at: string,
  involved: { customerIds: string[]; ruleIds: string[] },
): Promise<Cooldowns> {
  const cooldowns = new Cooldowns(at);
  const { customerIds, ruleIds } = involved;
  if (customerIds.length === 0 || ruleIds.length === 0) return cooldowns;
  const cooling = await sql<{ id: string }[]>`
    select distinct rule_id as id from rule_versions
    where rule_id = any(${ruleIds}::uuid[]) and definition @? '$.**.cooldownHours'`;
  if (cooling.length === 0) return cooldowns;
  const rows = await sql<(ToldAbout & { runId: string; ms: number })[]>`
    select distinct on (1, 2, 3) run.rule_id as "ruleId", n.customer_id as "customerId", lower(n.recipient ->> 'email') as email,
           n.run_id as "runId", (extract(epoch from n.created_at) * 1000)::float8 as ms
    from notifications n join rule_runs run on run.id = n.run_id
    where n.customer_id = any(${customerIds}::uuid[]) and run.rule_id = any(${cooling.map(({ id }) => id)}::uuid[])
      and n.status not in ('failed', 'cancelled') and n.created_at > ${at}::timestamptz - interval '366 days'
    order by 1, 2, 3, n.created_at desc, n.id desc`;
  for (const { runId, ms, ...who } of rows) cooldowns.note(who, runId, ms);
  return cooldowns;
}

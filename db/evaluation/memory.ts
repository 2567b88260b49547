import type { Rule } from "../../rules/schema.ts";
import { keepsMemory, type Pending, type RuleMemory } from "../../rules/timing.ts";
import type { Transaction } from "../client.ts";
import type { RulesetCache } from "./rulesetCache.ts";
import type { EvaluationScope } from "./types.ts";

/** What threshold rules remember of the customers of a batch; judging moves it on, change by change. */
export interface Memory {
  /** By customer: ids of the rules that have fired and whose value has not come back, each with the version that it fired for. */
  fired: Map<string, Map<string, number>>;
  pending: Map<string, Pending[]>;
  /** To be stored: rules that have fired, and those whose value has come back. */
  remembered: Remembered[];
  forgotten: { customerId: string; ruleId: string }[];
  /** Ids of timers that have ended. */
  ended: string[];
}

interface Remembered {
  customerId: string;
  ruleId: string;
  changeId: string;
  /** The version that fired; null for the rule's present one. */
  ruleVersion: number | null;
}

export function emptyMemory(): Memory {
  return { fired: new Map(), pending: new Map(), remembered: [], forgotten: [], ended: [] };
}

const NOTHING: RuleMemory = { fired: new Set(), pending: [] };

/** Reads what is remembered of these customers: nothing is asked where the organization remembers nothing. */
export async function loadMemory(
  tx: Transaction,
  cache: RulesetCache,
  scope: EvaluationScope,
  customerIds: string[],
): Promise<Memory> {
  const memory = emptyMemory();
  if (!scope.remembers) return memory;
  const [states, timers] = await Promise.all([
    tx<{ customerId: string; ruleId: string; version: number }[]>`
      select s.customer_id as "customerId", s.rule_id as "ruleId", c.version from rule_states s join changes c on c.id = s.change_id
      where s.customer_id = any(${customerIds}::uuid[])`,
    tx<{ id: string; customerId: string; ruleId: string; ruleVersion: number }[]>`
      select id, customer_id as "customerId", rule_id as "ruleId", rule_version as "ruleVersion" from timers
      where customer_id = any(${customerIds}::uuid[]) and kind = 'forDays'`,
  ]);
  for (const { customerId, ruleId, version } of states) remember(memory, customerId, ruleId, version);
  for (const { id, customerId, ruleId, ruleVersion } of timers) {
    const { compiled } = await cache.rule(tx, scope, ruleId, ruleVersion);
    const isBeyond = compiled.timing?.isBeyond ?? (() => false);
    notePending(memory, customerId, { timerId: id, ruleId, ruleVersion, isBeyond });
  }
  return memory;
}

/**
 * What the rules remember of a customer before a change. A backfill that is ahead of the tracker has made them fire for a later
 * one: that is not known yet.
 */
export function memoryOf(memory: Memory, { customerId, version }: { customerId: string; version: number }): RuleMemory {
  const fired = memory.fired.get(customerId);
  const pending = memory.pending.get(customerId);
  if (!fired && !pending) return NOTHING;
  const before = [...(fired ?? [])].flatMap(([ruleId, firedFor]) => (firedFor < version ? [ruleId] : []));
  return { fired: new Set(before), pending: pending ?? NOTHING.pending };
}

/** Whether it is known that a rule has fired, for whichever change. */
export function isFired(memory: Memory, customerId: string, ruleId: string): boolean {
  return memory.fired.get(customerId)?.has(ruleId) === true;
}

/** Notes that a rule has fired for a customer, by its present version unless another one is named. */
export function noteFired(
  memory: Memory,
  customerId: string,
  ruleId: string,
  changeId: string,
  ruleVersion: number | null = null,
): void {
  remember(memory, customerId, ruleId, BEFORE_ALL);
  memory.remembered.push({ customerId, ruleId, changeId, ruleVersion });
}

/** Notes that the value has come back, so that the rule may fire again. */
export function noteReturned(memory: Memory, customerId: string, ruleId: string): void {
  memory.fired.get(customerId)?.delete(ruleId);
  memory.remembered = memory.remembered.filter((one) => one.customerId !== customerId || one.ruleId !== ruleId);
  memory.forgotten.push({ customerId, ruleId });
}

/** Notes a rule that waits from now on. */
export function notePending(memory: Memory, customerId: string, pending: Pending): void {
  memory.pending.set(customerId, [...(memory.pending.get(customerId) ?? []), pending]);
}

/** Notes that rules no longer wait. */
export function noteEnded(memory: Memory, customerId: string, ended: readonly Pending[]): void {
  const rest = (memory.pending.get(customerId) ?? []).filter((one) => !ended.includes(one));
  memory.pending.set(customerId, rest);
  memory.ended.push(...ended.map(({ timerId }) => timerId));
}

/** Changes are judged in order: what one of them makes fire has fired before all that follow. */
const BEFORE_ALL = 0;

function remember(memory: Memory, customerId: string, ruleId: string, version: number): void {
  const rules = memory.fired.get(customerId);
  if (rules) rules.set(ruleId, version);
  else memory.fired.set(customerId, new Map([[ruleId, version]]));
}

/** Writes what is remembered from now on: first what came back, for a rule may fire again in the same batch. */
export async function storeMemory(tx: Transaction, organizationId: string, memory: Memory): Promise<void> {
  const { forgotten, ended } = memory;
  const remembered = await withMeaning(tx, memory.remembered);
  if (forgotten.length > 0) {
    await tx`
      delete from rule_states s using jsonb_to_recordset(${tx.json(forgotten)}) as r("customerId" uuid, "ruleId" uuid)
      where s.customer_id = r."customerId" and s.rule_id = r."ruleId"`;
  }
  if (remembered.length > 0) {
    const rows = remembered.map(({ customerId, ruleId, changeId }) => ({ customerId, ruleId, changeId }));
    await tx`
      insert into rule_states (customer_id, rule_id, organization_id, change_id)
      select "customerId", "ruleId", ${organizationId}, "changeId"
      from jsonb_to_recordset(${tx.json(rows)}) as r("customerId" uuid, "ruleId" uuid, "changeId" uuid)
      on conflict (customer_id, rule_id) do nothing`;
  }
  if (ended.length > 0) await tx`delete from timers where id = any(${ended}::uuid[])`;
}

/**
 * Leaves out firings of former versions that mean nothing to the present one: rules that were edited while a timer waited, or a
 * change for its evaluation.
 */
async function withMeaning(tx: Transaction, remembered: Remembered[]): Promise<Remembered[]> {
  const named = remembered.flatMap(({ ruleId, ruleVersion }) =>
    ruleVersion === null ? [] : [{ ruleId, ruleVersion }],
  );
  if (named.length === 0) return remembered;
  const edited = await tx<{ ruleId: string; ruleVersion: number; former: Rule; present: Rule }[]>`
    select distinct on (v.rule_id, v.version) v.rule_id as "ruleId", v.version as "ruleVersion", v.definition as former,
           p.definition as present
    from jsonb_to_recordset(${tx.json(named)}) as n("ruleId" uuid, "ruleVersion" int)
    join rules r on r.id = n."ruleId" and r.version <> n."ruleVersion"
    join rule_versions v on v.rule_id = r.id and v.version = n."ruleVersion"
    join rule_versions p on p.rule_id = r.id and p.version = r.version`;
  const lost = new Set(
    edited
      .filter(({ former, present }) => !keepsMemory(former, present))
      .map((one) => `${one.ruleId}:${one.ruleVersion}`),
  );
  return remembered.filter(({ ruleId, ruleVersion }) => !lost.has(`${ruleId}:${ruleVersion}`));
}

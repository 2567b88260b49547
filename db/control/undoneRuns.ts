import type { Transaction } from "../client.ts";
import type { SlotOwner } from "../customerRow.ts";
import type { CauseStep } from "../writes/recordChanges.ts";
import { SLOT_COLUMN, type SlotValue, type WritableSlot } from "../writes/slots.ts";

/** An action of a run that has done something. */
export interface UndoneAction {
  /** Its place in the run. */
  place: number;
  type: string;
  /** Null for what is no slot: exclusion and messages. */
  slot: WritableSlot | null;
  before: SlotValue;
  after: SlotValue;
  beforeOwner: SlotOwner | null;
  /** It was undone before. */
  undone: boolean;
  undoneNow?: boolean;
}

/** A run about to be undone, locked. */
export interface UndoneRun {
  id: string;
  ruleId: string;
  ruleName: string;
  customerId: string;
  changeId: string;
  rootId: string;
  cause: CauseStep[];
  backfillId: string | null;
  actions: UndoneAction[];
}

type StoredRun = Omit<UndoneRun, "actions"> & { actions: Record<string, unknown>[] };

/** Locks these runs and reads what they have done, in the order of their customers' changes. */
export async function loadUndone(tx: Transaction, organizationId: string, ids: string[]): Promise<UndoneRun[]> {
  await tx`
    select id from rule_runs where organization_id = ${organizationId} and id = any(${ids}::uuid[]) order by id for update`;
  const runs = await tx<StoredRun[]>`
    select r.id, r.rule_id as "ruleId", v.definition ->> 'name' as "ruleName", r.customer_id as "customerId",
           r.change_id as "changeId", r.root_id as "rootId", r.cause, r.backfill_id as "backfillId", r.actions
    from rule_runs r join changes c on c.id = r.change_id
    join rule_versions v on v.rule_id = r.rule_id and v.version = r.rule_version
    where r.organization_id = ${organizationId} and r.id = any(${ids}::uuid[])
    order by r.customer_id, c.version, r.id`;
  return runs.map((run) => ({ ...run, actions: run.actions.flatMap((action, place) => didOf(action, place)) }));
}

function didOf(action: Record<string, unknown>, place: number): UndoneAction[] {
  if (action.status !== "applied" && action.status !== "partlyApplied") return [];
  const { type, slot, before, after, beforeOwner, undone } = action as Partial<UndoneAction>;
  if (type === undefined || type === "wait") return [];
  return [
    {
      place,
      type,
      slot: slot !== undefined && slot !== null && slot in SLOT_COLUMN ? slot : null,
      before: before ?? null,
      after: after ?? null,
      beforeOwner: beforeOwner ?? null,
      undone: undone !== undefined && undone !== false,
    },
  ];
}

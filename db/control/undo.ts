import { factsChanged } from "../../rules/changes.ts";
import type { Transaction } from "../client.ts";
import { type CustomerRow, factsOf, lockCustomers, type SlotOwner } from "../customerRow.ts";
import { catchUp } from "../evaluation/catchUp.ts";
import { readScope } from "../evaluation/readBatch.ts";
import { isBehind } from "../schedules/bringUpToDate.ts";
import { newId } from "../uuid.ts";
import type { CauseStep, NewChange } from "../writes/recordChanges.ts";
import { openScope, shardOf, type WriteScope } from "../writes/scope.ts";
import { SLOT_COLUMN, type SlotValue, slotValue, type WritableSlot } from "../writes/slots.ts";
import { storeSlots } from "../writes/storeSlots.ts";
import { insertTimeline, type TimelineEntry } from "../writes/timelineEntries.ts";
import { noteControl } from "./moveRuns.ts";
import { type NextSetter, nextSetters } from "./nextSetters.ts";
import { noteUndone } from "./noteUndone.ts";
import { Standing } from "./standingValues.ts";
import type { ControlContext } from "./types.ts";
import { loadUndone, type UndoneAction, type UndoneRun } from "./undoneRuns.ts";

/** A slot that goes back to what it was before the run. */
export interface PutBack {
  slot: WritableSlot;
  from: SlotValue;
  to: SlotValue;
  /** To whom it belongs again; null: nobody had set it. */
  owner: SlotOwner | null;
}

/** An action whose effect stays, and why. */
export interface Kept {
  type: string;
  slot: string | null;
  reason: "touched" | "released" | "irreversible" | "sent" | "excluded" | "missing" | "undone";
  /** Who has set the slot since. */
  by?: SlotOwner;
}

/** What undoing one run comes to. */
export interface UndoOutcome {
  runId: string;
  ruleId: string;
  ruleName: string;
  customerId: string;
  undone: PutBack[];
  kept: Kept[];
  /** Rules that would set one of these slots at the customer's next change. */
  wouldSet: NextSetter[];
}

export interface Undone {
  outcomes: UndoOutcome[];
  shards: number[];
}

/**
 * Undoes runs: every slot that nobody has written since goes back to its value before, and to whoever had set it; the rest is
 * listed. Of runs that followed each other on one slot, the later ones are undone first. What this raises belongs to the root of
 * what is undone, so that the same rules do not do it again, and is as of today. Undoing again changes nothing.
 * @param dryRun says what would be done and writes nothing
 */
export async function undoRuns(
  tx: Transaction,
  context: ControlContext,
  ids: string[],
  dryRun: boolean,
): Promise<Undone> {
  const scope = await openScope(tx, context);
  const customerIds = await customersOf(tx, scope.organizationId, ids);
  const rows = new Map((await lockCustomers(tx, scope.organizationId, customerIds)).map((row) => [row.id, row]));
  const upToDate = new Map<string, string>();
  const caughtUp = await catchUpBehind(tx, scope, upToDate, [...rows.values()], dryRun);
  const runs = await loadUndone(tx, scope.organizationId, ids);
  const undoing = new Undoing(scope, rows, upToDate, await Standing.load(tx, runs), runs);
  undoing.undoAll();
  const wouldSet = await nextSetters(tx, scope, undoing.putBack(), rows);
  if (!dryRun) await undoing.store(tx, context);
  const outcomes = undoing.outcomes.map((outcome) => {
    const slots = new Set<string>(outcome.undone.map(({ slot }) => slot));
    const next = (wouldSet.get(outcome.customerId) ?? []).filter(({ slot }) => slots.has(slot));
    return { ...outcome, wouldSet: next };
  });
  const shards = [...caughtUp.map(({ shard }) => shard), ...undoing.shards()];
  return { outcomes, shards: dryRun ? [] : [...new Set(shards)] };
}

async function catchUpBehind(
  tx: Transaction,
  { organizationId, today }: WriteScope,
  upToDate: Map<string, string>,
  customers: CustomerRow[],
  dryRun: boolean,
): Promise<NewChange[]> {
  if (!customers.some((row) => isBehind(row, today))) return [];
  return catchUp(tx, { scope: await readScope(tx, organizationId), upToDate }, customers, { dryRun });
}

async function customersOf(tx: Transaction, organizationId: string, ids: string[]): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    select distinct customer_id as id from rule_runs where organization_id = ${organizationId} and id = any(${ids}::uuid[])`;
  return rows.map(({ id }) => id);
}

/** Works on locked rows in memory; nothing is stored before {@link Undoing.store}. */
class Undoing {
  readonly outcomes: Omit<UndoOutcome, "wouldSet">[];
  readonly #byRun = new Map<string, Omit<UndoOutcome, "wouldSet">>();
  readonly #touched = new Set<string>();
  readonly #changes: NewChange[] = [];
  readonly #timeline: TimelineEntry[] = [];

  constructor(
    private readonly scope: WriteScope,
    private readonly rows: Map<string, CustomerRow>,
    private readonly upToDate: ReadonlyMap<string, string>,
    private readonly standing: Standing,
    private readonly runs: UndoneRun[],
  ) {
    this.outcomes = runs.map(({ id: runId, ruleId, ruleName, customerId }) => {
      const outcome = { runId, ruleId, ruleName, customerId, undone: [], kept: [] };
      this.#byRun.set(runId, outcome);
      return outcome;
    });
  }

  undoAll(): void {
    const groups = groupsOf(this.runs);
    // What lies on top of another goes first; each round uncovers what lay below.
    for (let progress = true; progress; ) {
      progress = false;
      for (const group of groups) if (this.#undoGroup(group)) progress = true;
    }
    for (const run of this.runs) this.#listKept(run);
  }

  /** The customers that slots were put back of. */
  putBack(): string[] {
    return [...this.#touched];
  }

  shards(): number[] {
    return this.#changes.map(({ shard }) => shard);
  }

  async store(tx: Transaction, context: ControlContext): Promise<void> {
    const { organizationId } = this.scope;
    const undone = this.runs.filter(({ actions }) => actions.some(({ undoneNow }) => undoneNow === true));
    const putBack = [...this.#touched].map((id) => this.rows.get(id)!);
    await storeSlots(tx, organizationId, putBack, inOneLane(this.#changes));
    await noteUndone(tx, undone);
    await insertTimeline(tx, organizationId, this.#timeline);
    await noteControl(tx, context, "undo", undone);
  }

  /** Undoes what can be undone of runs of one customer and root; all of it is one change. */
  #undoGroup(group: UndoneRun[]): boolean {
    const [first] = group as [UndoneRun];
    const row = this.rows.get(first.customerId);
    if (!row || row.facts === null || row.excludedAt !== null) return false;
    const done = new Set<UndoneRun>();
    for (let progress = true; progress; ) {
      progress = false;
      for (const run of group) {
        for (const action of run.actions) {
          if (!this.#undoAction(row, run, action)) continue;
          done.add(run);
          progress = true;
        }
      }
    }
    if (done.size === 0) return false;
    this.#touched.add(row.id);
    this.#raise(row, [...done]);
    return true;
  }

  #undoAction(row: CustomerRow, run: UndoneRun, action: UndoneAction): boolean {
    const { slot } = action;
    if (slot === null || action.undone || action.undoneNow || !isTheirs(row, run, action, slot)) return false;
    const from = slotValue(row, slot);
    const to = this.standing.of(slot, action.before);
    if (to === undefined) return false;
    // For the change that this raises: what comes late for an older one must not overwrite it.
    const owner = action.beforeOwner === null ? null : { ...action.beforeOwner, version: row.version + 1 };
    Object.assign(row, { [SLOT_COLUMN[slot]]: to });
    const { [slot]: _, ...others } = row.assignments;
    row.assignments = owner === null ? others : { ...others, [slot]: owner };
    action.undoneNow = true;
    this.#byRun.get(run.id)!.undone.push({ slot, from, to, owner: action.beforeOwner });
    this.#timeline.push({
      id: newId(),
      customerId: row.id,
      kind: "assignment",
      source: this.scope.source,
      actor: this.scope.actor,
      data: { slot, before: from, after: to, changed: true, undoneRunId: run.id, ruleId: run.ruleId },
    });
    return true;
  }

  #raise(row: CustomerRow, runs: UndoneRun[]): void {
    const [first] = runs as [UndoneRun];
    const before = row.facts;
    if (before === null) return;
    const after = factsOf(row, this.upToDate.get(row.id) ?? before.asOf);
    if (!factsChanged(before, after)) {
      for (const owner of Object.values(row.assignments)) owner.version = Math.min(owner.version, row.version);
      return;
    }
    row.version += 1;
    row.facts = after;
    const steps: CauseStep[] = runs.map(({ id: runId, ruleId, ruleName, changeId }) => {
      return { runId, ruleId, ruleName, changeId };
    });
    this.#changes.push({
      id: newId(),
      customerId: row.id,
      version: row.version,
      kind: "updated",
      source: this.scope.source,
      actor: this.scope.actor,
      rulesetNumber: this.scope.rulesetNumber,
      rootId: first.rootId,
      cause: [...first.cause, ...steps],
      before,
      after,
      shard: shardOf(row.id, this.scope.shards),
      lane: first.backfillId === null ? 0 : 1,
    });
  }

  /** Says of everything else that the run has done why it stays. */
  #listKept(run: UndoneRun): void {
    const row = this.rows.get(run.customerId);
    const outcome = this.#byRun.get(run.id)!;
    for (const action of run.actions) {
      if (action.undoneNow) continue;
      const kept = this.#whyKept(row, run, action);
      outcome.kept.push({ type: action.type, slot: action.slot, ...kept });
    }
  }

  #whyKept(row: CustomerRow | undefined, run: UndoneRun, action: UndoneAction): Pick<Kept, "reason" | "by"> {
    const { slot } = action;
    if (action.undone) return { reason: "undone" };
    if (slot === null) return { reason: action.type === "excludeCustomer" ? "irreversible" : "sent" };
    if (!row || row.excludedAt !== null) return { reason: "excluded" };
    if (isTheirs(row, run, action, slot)) return { reason: "missing" };
    const by = row.assignments[slot];
    return by === undefined ? { reason: "released" } : { reason: "touched", by };
  }
}

/** The changes of a customer who has a live one go into the live lane: one before it in the other would hold it up there. */
function inOneLane(changes: NewChange[]): NewChange[] {
  const live = new Set(changes.filter(({ lane }) => lane === 0).map(({ customerId }) => customerId));
  return changes.map((change) => (live.has(change.customerId) ? { ...change, lane: 0 } : change));
}

/** Whether the slot stands as the run has left it. Owners that earlier builds recorded do not name their run. */
function isTheirs(row: CustomerRow, run: UndoneRun, action: UndoneAction, slot: WritableSlot): boolean {
  const owner = row.assignments[slot];
  if (owner?.source !== "rule" || owner.ruleId !== run.ruleId || !sameMembers(slotValue(row, slot), action.after)) {
    return false;
  }
  return owner.runId === undefined || owner.runId === run.id;
}

function sameMembers(a: SlotValue, b: SlotValue): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((member) => b.includes(member));
}

/** Runs of one customer and root, those of the latest changes first. */
function groupsOf(runs: UndoneRun[]): UndoneRun[][] {
  const groups = new Map<string, UndoneRun[]>();
  for (const run of [...runs].reverse()) {
    const key = `${run.customerId}:${run.rootId}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()];
}

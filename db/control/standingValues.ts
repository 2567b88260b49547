import type { Transaction } from "../client.ts";
import type { SlotValue, WritableSlot } from "../writes/slots.ts";
import type { UndoneRun } from "./undoneRuns.ts";

const TABLES = { workflow: "collection_workflows", users: "users", paymentMethods: "payment_methods" } as const;

/** Which of the things that slots held before stand still: some may have been deleted since. */
export class Standing {
  private constructor(private readonly ids: Record<WritableSlot, ReadonlySet<string>>) {}

  static async load(tx: Transaction, runs: readonly UndoneRun[]): Promise<Standing> {
    const load = async (slot: WritableSlot) => {
      const named = runs.flatMap(({ actions }) =>
        actions.flatMap((action) => (action.slot === slot ? (action.before ?? []) : [])),
      );
      if (named.length === 0) return new Set<string>();
      const rows = await tx<{ id: string }[]>`
        select id from ${tx(TABLES[slot])} where id = any(${[...new Set(named)]}::uuid[]) for key share`;
      return new Set(rows.map(({ id }) => id));
    };
    const [workflow, users, paymentMethods] = [
      await load("workflow"),
      await load("users"),
      await load("paymentMethods"),
    ];
    return new Standing({ workflow, users, paymentMethods });
  }

  /** The value as far as it stands; undefined where it cannot be had back. */
  of(slot: WritableSlot, value: SlotValue): SlotValue | undefined {
    const known = this.ids[slot];
    if (Array.isArray(value)) return value.filter((id) => known.has(id));
    if (slot !== "workflow") return [];
    return value === null || known.has(value) ? value : undefined;
  }
}

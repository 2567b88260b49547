import type { Transaction } from "../client.ts";
import { isUuid } from "../uuid.ts";
import type { CustomerInput, WriteItem } from "../writes/types.ts";
import type { StagedRow } from "./types.ts";

/** A customer that rows may mean. */
interface Known {
  id: string;
  externalId: string | null;
  name: string | null;
}

/** The customers that rows name, as they stand before any of the rows is written. */
export interface KnownCustomers {
  byId: Map<string, Known>;
  byExternalId: Map<string, Known>;
  /** At most two of each name: more than one is ambiguous however many there are. */
  byName: Map<string, Known[]>;
  /** The same among those without an external id. */
  byNameAlone: Map<string, Known[]>;
}

/** A row that is to be written, or why it is not. */
export type Matched = { row: StagedRow; item: WriteItem<CustomerInput> } | { row: StagedRow; refused: Refusal };
interface Refusal {
  code: string;
  message: string;
}

/** Reads the customers that these rows may mean; excluded ones are found by id and external id only. */
export async function loadKnown(tx: Transaction, organizationId: string, rows: StagedRow[]): Promise<KnownCustomers> {
  const ids = rows.flatMap(({ id }) => (id !== undefined && isUuid(id) ? [id.toLowerCase()] : []));
  const externalIds = rows.flatMap(({ input }) => input.externalId ?? []);
  const named = await tx<Known[]>`
    select id, external_id as "externalId", name from customers
    where organization_id = ${organizationId} and id = any(${ids}::uuid[])
    union all
    select id, external_id, name from customers
    where organization_id = ${organizationId} and external_id = any(${externalIds}::text[])`;
  const byExternalId = new Map(
    named.flatMap((known) => (known.externalId === null ? [] : [[known.externalId, known]])),
  );
  const unmatched = rows.filter(({ id, input }) => id === undefined && !byExternalId.has(input.externalId ?? ""));
  const names = [...new Set(unmatched.flatMap(({ input }) => input.name ?? []))];
  const candidates =
    names.length === 0
      ? []
      : await tx<(Known & { alone: boolean })[]>`
          select c.id, c.external_id as "externalId", n.name, w.alone
          from unnest(${names}::text[]) as n(name) cross join (values (true), (false)) as w(alone)
          cross join lateral (
            select id, external_id from customers
            where organization_id::text = ${organizationId} and name = n.name and excluded_at is null
              and (not w.alone or external_id is null)
            limit 2) c`;
  return {
    byId: new Map(named.map((known) => [known.id, known])),
    byExternalId: byExternalId as Map<string, Known>,
    byName: grouped(candidates.filter(({ alone }) => !alone)),
    byNameAlone: grouped(candidates.filter(({ alone }) => alone)),
  };
}

function grouped(candidates: Known[]): Map<string, Known[]> {
  const groups = new Map<string, Known[]>();
  for (const known of candidates) groups.set(known.name!, [...(groups.get(known.name!) ?? []), known]);
  return groups;
}

/**
 * Says which customer each row means: the one with its id, else the one with its external id, else the only one of its name
 * (for a row with an external id that nobody has: the only one of its name that has none), else a new one.
 *
 * Rows are matched as if each had been written before the next: where a row may mean what an earlier one writes, the list ends
 * before it, to be continued once those are written. The first row is always in it.
 */
export function matchRows(rows: StagedRow[], known: KnownCustomers): Matched[] {
  const touched = new Touched();
  const matched: Matched[] = [];
  for (const row of rows) {
    if (matched.length > 0 && touched.concerns(row, known)) break;
    const standing = standingOf(row, known);
    const match = matchRow(row, standing, known);
    if ("item" in match) touched.add(row, "known" in standing ? standing.known : undefined);
    matched.push(match);
  }
  return matched;
}

type Standing = { known: Known } | { fresh: true } | { refused: Refusal };

function standingOf({ id, input }: StagedRow, known: KnownCustomers): Standing {
  if (id !== undefined) {
    const found = known.byId.get(id.toLowerCase());
    return found ? { known: found } : refused("not_found", "No customer of this organization has this id.");
  }
  const externalId = input.externalId ?? null;
  const found = externalId === null ? undefined : known.byExternalId.get(externalId);
  if (found) return { known: found };
  if (input.name == null) {
    if (externalId !== null) return { fresh: true };
    return refused("no_customer", "The row names no customer: it has neither an external id nor a name.");
  }
  const candidates = (externalId === null ? known.byName : known.byNameAlone).get(input.name) ?? [];
  if (candidates.length > 1) {
    return refused("ambiguous_name", "Several customers have this name: give the external id.");
  }
  return candidates[0] ? { known: candidates[0] } : { fresh: true };
}

function refused(code: string, message: string): Standing {
  return { refused: { code, message } };
}

function matchRow(row: StagedRow, standing: Standing, known: KnownCustomers): Matched {
  if ("refused" in standing) return { row, refused: standing.refused };
  const isUpsert = row.input.externalId != null && known.byExternalId.has(row.input.externalId) && row.id === undefined;
  // By its external id a customer is found again under its lock, whatever happens meanwhile.
  if ("fresh" in standing || isUpsert) return { row, item: { input: row.input } };
  return { row, item: { target: standing.known.id, input: row.input } };
}

/** What the rows so far write of names and external ids. */
class Touched {
  readonly #names = new Set<string>();
  /** Names of customers that have, or had, no external id. */
  readonly #namesAlone = new Set<string>();
  /** External ids that customers get or lose. */
  readonly #externalIds = new Set<string>();

  concerns({ id, input }: StagedRow, known: KnownCustomers): boolean {
    const externalId = input.externalId ?? null;
    if (externalId !== null && this.#externalIds.has(externalId)) return true;
    if (id !== undefined) return false;
    if (input.name == null || (externalId !== null && known.byExternalId.has(externalId))) return false;
    return (externalId === null ? this.#names : this.#namesAlone).has(input.name);
  }

  add({ input }: StagedRow, standing: Known | undefined): void {
    const names = [input.name, standing?.name].filter((name) => name != null);
    const externalId = input.externalId ?? standing?.externalId ?? null;
    for (const name of names) {
      this.#names.add(name);
      if (externalId === null || (standing && standing.externalId === null)) this.#namesAlone.add(name);
    }
    if (!standing || externalId === standing.externalId) return;
    if (externalId !== null) this.#externalIds.add(externalId);
    if (standing.externalId !== null) this.#externalIds.add(standing.externalId);
  }
}

import type { CsvCatalog } from "../../db/csvCatalog.ts";
import type { StagedRow } from "../../db/jobs/types.ts";
import type { CustomFieldDefinition, CustomFieldValue } from "../../rules/facts.ts";
import { isStorable } from "../../rules/text.ts";
import { type Mistake, mistakesOf } from "../problems.ts";
import { customerInput, toCustomerInput } from "../routes/customerShapes.ts";
import { restored, splitList } from "./cells.ts";
import { type Column, WRITABLE } from "./columns.ts";
import type { CsvRecord } from "./records.ts";
import { Things } from "./things.ts";

/** What a cell says: a value for its field, nothing, or a mistake. */
type Cell = { value: unknown } | { mistake: string } | null;

const WHOLE = /^-?\d{1,15}$/;
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const FLAGS: Readonly<Record<string, boolean>> = { true: true, yes: true, 1: true, false: false, no: false, 0: false };
/** Fields that a customer cannot lose: an empty cell leaves them as they are. */
const KEPT_WHEN_EMPTY = new Set(["id", "externalId", "name", "currency"]);

/** Turns rows of a file into writes of customers, or what is wrong with them; the database is not asked. */
export function rowReader(columns: readonly Column[], catalog: CsvCatalog): (record: CsvRecord) => StagedRow {
  const workflows = new Things(catalog.workflows, "workflow");
  const paymentMethods = new Things(catalog.paymentMethods, "payment method");
  const readers = columns.map((column) => readerOf(column, workflows, paymentMethods));
  return ({ cells, row, line }) => {
    if (cells.length > columns.length && cells.slice(columns.length).some((cell) => cell !== "")) {
      const message = `has ${cells.length} cells, the heading ${columns.length}`;
      return { row, line, input: {}, errors: [{ path: "", message }] };
    }
    const body: Record<string, unknown> = {};
    const customFields: Record<string, CustomFieldValue | null> = {};
    const errors: Mistake[] = [];
    columns.forEach((column, place) => {
      // A row that ends early says nothing of the columns after its end.
      if (place >= cells.length) return;
      const field = fieldOf(column);
      const cell = readers[place]!(restored(cells[place]!));
      if (cell === null) return;
      if ("mistake" in cell) errors.push({ path: field, message: cell.mistake });
      else if (column.definition) customFields[column.definition.key] = cell.value as CustomFieldValue | null;
      else body[field] = cell.value;
    });
    const { id, ...rest } = body;
    const given = Object.keys(customFields).length > 0 ? { ...rest, customFields } : rest;
    const parsed = customerInput.safeParse(given);
    if (!parsed.success) errors.push(...mistakesOf(parsed.error));
    const named = typeof id === "string" ? { id } : {};
    if (!parsed.success || errors.length > 0) return { row, line, ...named, input: {}, errors };
    return { row, line, ...named, input: toCustomerInput(parsed.data) };
  };
}

/** The field of the write that a column becomes; the columns that write nothing have none. */
export function fieldOf({ name, definition }: Column): string {
  return definition ? name : (WRITABLE[name] ?? "");
}

function readerOf(column: Column, workflows: Things, paymentMethods: Things): (cell: string) => Cell {
  if (column.name === "") {
    return (cell) => (cell === "" ? null : { mistake: "has a value under no heading" });
  }
  const field = fieldOf(column);
  if (field === "") return () => null;
  if (KEPT_WHEN_EMPTY.has(field)) return (cell) => (cell === "" ? null : { value: cell });
  if (field === "userIds") return (cell) => ({ value: splitList(cell) });
  if (field === "paymentMethodIds") return (cell) => listed(cell, paymentMethods);
  const read = column.definition ? customReader(column.definition) : plainReader(field, workflows);
  return (cell) => (cell === "" ? { value: null } : read(cell));
}

function plainReader(field: string, workflows: Things): (cell: string) => Cell {
  if (field === "workflowId") {
    return (cell) => {
      const found = workflows.find(cell);
      return "id" in found ? { value: found.id } : found;
    };
  }
  if (field === "creditLimit") {
    return (cell) =>
      WHOLE.test(cell.trim()) ? { value: Number(cell) } : { mistake: "must be a whole number of minor units" };
  }
  return (cell) => ({ value: cell });
}

function listed(cell: string, things: Things): Cell {
  const found = splitList(cell).map((member) => things.find(member));
  const mistake = found.find((each) => "mistake" in each);
  if (mistake && "mistake" in mistake) return mistake;
  return { value: found.flatMap((each) => ("id" in each ? [each.id] : [])) };
}

/** Types are told apart here; options of a SELECT are judged when the row is written. */
function customReader({ type }: CustomFieldDefinition): (cell: string) => Cell {
  switch (type) {
    case "BOOLEAN":
      return (cell) => {
        const value = FLAGS[cell.trim().toLowerCase()];
        return value === undefined ? { mistake: "must be true or false" } : { value };
      };
    case "NUMBER":
      return (cell) => (NUMBER.test(cell.trim()) ? { value: Number(cell) } : { mistake: "must be a number" });
    default:
      return (cell) => (isStorable(cell) ? { value: cell } : { mistake: "holds broken characters" });
  }
}

import type { CustomFieldValue, Source } from "../../rules/facts.ts";
import type { Filter } from "../../rules/schema.ts";
import type { NextSetter } from "../control/nextSetters.ts";
import type { Kept, PutBack } from "../control/undo.ts";
import type { NewChange } from "../writes/recordChanges.ts";
import type { Actor, CustomerInput, Mistake, Overruled } from "../writes/types.ts";

export type JobKind = "customerActions" | "customerImport" | "undo";
export type JobStatus = "receiving" | "queued" | "running" | "completed" | "cancelled" | "failed";

/** What a bulk action does to each customer; things are named by id. */
export type CustomerAction =
  | { type: "assignWorkflow"; workflowId: string | null }
  | { type: "assignUsers"; userIds: string[]; mode: MemberMode }
  | { type: "assignPaymentMethods"; paymentMethodIds: string[]; mode: MemberMode }
  | { type: "setCustomFields"; customFields: Record<string, CustomFieldValue | null> };
export type MemberMode = "replace" | "add" | "remove";

/** Bulk actions; `filter` and `name` select, or the ids were staged as pages. */
export interface ActionsInput {
  filter?: Filter[];
  name?: string;
  actions: CustomerAction[];
}

/** Undoing a backfill. */
export interface UndoInput {
  backfillId: string;
}

/** An import: its columns by heading, and what each one writes. */
export interface ImportInput {
  columns: { heading: string; field: string }[];
  ignoredColumns: string[];
}

/** A job as it is stored. */
export interface Job {
  id: string;
  organizationId: string;
  kind: JobKind;
  status: JobStatus;
  dryRun: boolean;
  source: Source;
  actor: Actor | null;
  input: ActionsInput | ImportInput | UndoInput;
  cursorId: string | null;
  /** Null until counted. */
  total: number | null;
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
  overruled: number;
  error: string | null;
  createdAt: string;
  queuedAt: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  updatedAt: string;
}

/** One row of an upload; `row` as a spreadsheet counts them (the heading is 1), `line` where it begins in the file. */
export interface StagedRow {
  row: number;
  line: number;
  /** Our id, where the file has that column. */
  id?: string;
  input: CustomerInput;
  /** What is wrong with its cells: such a row is only reported. */
  errors?: Mistake[];
}

/** One fact that an item moves. */
export interface FieldChange {
  field: string;
  from: unknown;
  to: unknown;
}

/** What became of one item. */
export interface ItemResult {
  status: "created" | "updated" | "unchanged" | "failed";
  customerId: string | null;
  details: ItemDetails;
  /** What it raised. */
  change?: NewChange;
}

export interface ItemDetails {
  row?: number;
  line?: number;
  /** How the request named the customer. */
  reference?: string;
  code?: string;
  message?: string;
  errors?: Mistake[];
  overruled?: Overruled[];
  /** Of undoing: slots that went back, what stays and why, and who would set them next. */
  undone?: PutBack[];
  kept?: Kept[];
  wouldSet?: NextSetter[];
  /** Told by dry runs. */
  changes?: FieldChange[];
}

/** Most items that one transaction works on. */
export const PAGE = 500;

/**
 * Most rows of an import that one transaction works on. What a page costs whatever its rows is a third of one of 500; a longer
 * page would keep live writes of its customers waiting for more than moments.
 */
export const IMPORT_PAGE = 1_000;

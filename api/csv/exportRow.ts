import type { CsvCatalog } from "../../db/csvCatalog.ts";
import type { ExportedCustomer } from "../../db/customerExport.ts";
import type { CustomFieldValue } from "../../rules/facts.ts";
import { csvLine, neutralised } from "./cells.ts";
import { headingOf } from "./columns.ts";
import { Things } from "./things.ts";

/** Columns of an export that names none: all that an import takes, then what follows from other data. */
export function allColumns({ customFields }: CsvCatalog): string[] {
  return [
    ...["id", "externalId", "name", "email", "country", "city", "language", "currency", "creditLimit", "parentId"],
    ...["workflow", "users", "paymentMethods", "lastReminderAt"],
    ...customFields.map(({ key }) => `customFields.${key}`),
    ...["outstanding", "due", "overdue", "unapplied", "overdueDays", "averagePaymentDelay", "rating"],
    ...["createdAt", "updatedAt"],
  ];
}

const AGES = ["1-30", "31-60", "61-90", "90+"] as const;
/** `aging` is one column for views and four in a file. */
export const expanded = (columns: readonly string[]) =>
  columns.flatMap((column) => (column === "aging" ? AGES.map((age) => `aging ${age}`) : [column]));

/** What an export names, users by email. */
export interface ExportCatalog extends CsvCatalog {
  emails: ReadonlyMap<string, string>;
}

/** Writes the heading and the lines of an export. */
export function lineWriter(columns: readonly string[], catalog: ExportCatalog, delimiter: string) {
  const writers = columns.map((column) => writerOf(column, catalog));
  return {
    heading: csvLine(
      columns.map((column) => neutralised(headingOf(column, catalog.customFields))),
      delimiter,
    ),
    line: (customer: ExportedCustomer) =>
      csvLine(
        writers.map((write) => write(customer)),
        delimiter,
      ),
  };
}

type Writer = (customer: ExportedCustomer) => string;
const CUSTOM = "customFields.";
const AGING = "aging ";

function writerOf(column: string, catalog: ExportCatalog): Writer {
  if (column.startsWith(CUSTOM)) {
    const key = column.slice(CUSTOM.length);
    return ({ customFields }) => (Object.hasOwn(customFields, key) ? cellOf(customFields[key]) : "");
  }
  if (column.startsWith(AGING)) {
    const age = column.slice(AGING.length) as (typeof AGES)[number];
    return ({ aging }) => cellOf(aging?.[age]);
  }
  if (column === "workflow") {
    const workflows = new Things(catalog.workflows, "workflow");
    return ({ workflow }) => (workflow === null ? "" : neutralised(workflows.nameOf(workflow, false)));
  }
  if (column === "paymentMethods") {
    const methods = new Things(catalog.paymentMethods, "payment method");
    return ({ paymentMethods }) => neutralised(paymentMethods.map((id) => methods.nameOf(id, true)).join(";"));
  }
  if (column === "users") {
    // A semicolon would make two of one address.
    const shown = new Map([...catalog.emails].map(([id, email]) => [id, email.includes(";") ? id : email]));
    return ({ users }) => neutralised(users.map((id) => shown.get(id) ?? id).join(";"));
  }
  const field = column as keyof ExportedCustomer;
  return (customer) => cellOf(customer[field] as CustomFieldValue | null);
}

/** Numbers are written as they are: a minus before digits is no formula. */
function cellOf(value: CustomFieldValue | null | undefined): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? neutralised(value) : String(value);
}

import { PostgresError } from "../db/client.ts";
import { RulesetTooNew } from "../db/rulesets.ts";
import { TotalOutOfRange } from "../db/writes/index.ts";
import { Problem } from "./problems.ts";

/** What a violated constraint means to the client; others get a general sentence. */
const TAKEN: Record<string, string> = {
  users_email: "Another user has this email.",
  collection_workflows_external_id: "Another workflow has this externalId.",
  payment_methods_external_id: "Another payment method has this externalId.",
  custom_fields_organization_id_key_key: "Another custom field has this key.",
  customers_external_id: "Another customer has this externalId.",
  invoices_external_id: "Another invoice has this externalId.",
  credits_external_id: "Another document has this externalId.",
  contacts_external_id: "Another contact has this externalId.",
};

const UNIQUE_VIOLATION = "23505";
const FOREIGN_KEY_VIOLATION = "23503";
const CHECK_VIOLATION = "23514";
/** Class 22: the value is none that its type can hold. */
const DATA_EXCEPTION = /^22/;
/** The server is going, starting, full or gone. */
const UNAVAILABLE = /^(08|57P|53)|^(CONNECTION_|CONNECT_TIMEOUT|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT)/;

/** The problem that an error means to the client, or null when it is a defect of ours. */
export function asProblem(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (error instanceof TotalOutOfRange) return new Problem(422, "total_out_of_range", error.message);
  if (error instanceof RulesetTooNew) {
    return new Problem(503, "newer_rules", "These rules are for a newer version, which is being installed.", [], {
      "Retry-After": "10",
    });
  }
  if (error instanceof PostgresError) {
    if (error.code === UNIQUE_VIOLATION) {
      return new Problem(409, "taken", TAKEN[error.constraint_name ?? ""] ?? "Something else has this name already.");
    }
    if (error.code === FOREIGN_KEY_VIOLATION) return new Problem(409, "in_use", "Something else still uses this.");
    if (error.code === CHECK_VIOLATION || DATA_EXCEPTION.test(error.code)) {
      return new Problem(422, "invalid", "A value is out of range.");
    }
  }
  if (UNAVAILABLE.test(codeOf(error))) {
    return new Problem(503, "unavailable", "The database is not reachable. Try again.", [], { "Retry-After": "1" });
  }
  return null;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

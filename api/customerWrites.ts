import type { Transaction } from "../db/client.ts";
import { customerMistakes, writeCustomers } from "../db/writes/index.ts";
import type {
  CustomerInput,
  Reference,
  WriteContext,
  WriteItem,
  WriteOutcome,
  WriteResult,
} from "../db/writes/types.ts";
import { type Caller, demand, may } from "./access.ts";
import { type Mistake, messageOf, Problem } from "./problems.ts";
import { bodyPath, type CustomerBody, SLOT_FIELDS, soundFields, toCustomerInput } from "./routes/customerShapes.ts";

/** One customer to write: PATCH names it by `target`, POST by the body's externalId. */
export interface CustomerWrite {
  target?: Reference;
  expectedVersion?: number | undefined;
  body: CustomerBody;
}

/** Writes customers from checked bodies; mistakes come back under the names that the bodies used. */
export async function saveCustomers(
  tx: Transaction,
  context: WriteContext,
  writes: readonly CustomerWrite[],
): Promise<WriteOutcome> {
  const items = writes.map(
    (write): WriteItem<CustomerInput> => ({
      ...(write.target === undefined ? {} : { target: write.target }),
      ...(write.expectedVersion === undefined ? {} : { expectedVersion: write.expectedVersion }),
      input: toCustomerInput(write.body),
    }),
  );
  const outcome = await writeCustomers(tx, context, items);
  return { ...outcome, results: outcome.results.map((result, index) => renamed(result, writes[index]!.body)) };
}

/** What else is wrong with bodies of the wrong shape: in what their sound fields refer to. Slots only of who may write them. */
export async function mistakesInSoundFields(
  tx: Transaction,
  caller: Caller,
  malformed: readonly unknown[],
): Promise<Mistake[][]> {
  const bodies = malformed.map(soundFields).map((body) => (mayWrite(caller, body) ? body : {}));
  const mistakes = await customerMistakes(tx, caller.organizationId, bodies.map(toCustomerInput));
  return mistakes.map((errors, index) =>
    errors.map((error) => ({ ...error, path: bodyPath(error.path, bodies[index]!) })),
  );
}

/** Throws 403 when the body sets slots and the caller may not. */
export function demandSlots(caller: Caller, body: CustomerBody): void {
  if (writesSlots(body)) demand(caller, "assignments");
}

/** Whether the caller may write this body. */
export const mayWrite = (caller: Caller, body: CustomerBody) => !writesSlots(body) || may(caller, "assignments");

const writesSlots = (body: CustomerBody) => SLOT_FIELDS.some((field) => body[field] !== undefined);

function renamed(result: WriteResult, body: CustomerBody): WriteResult {
  if (result.ok) return result;
  return { ...result, errors: result.errors.map((error) => ({ ...error, path: bodyPath(error.path, body) })) };
}

/** The one result of a single write; a refusal is thrown as its problem. */
export function single({ results }: WriteOutcome): Extract<WriteResult, { ok: true }> {
  const [result] = results;
  if (result === undefined) throw new Error("A write of one item answered none");
  if (result.ok) return result;
  const { status, code, message, errors } = result;
  throw errors.length > 0 ? new Problem(status, code, messageOf(errors), errors) : new Problem(status, code, message);
}

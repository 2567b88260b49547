import { Connection, type ConnectionOptions } from "@temporalio/client";
import { messageOf, StartError } from "./startError.ts";

/** What Temporal's UI can search Tripline's workflows by, as `Name=Type`. Only ids and statuses go in them. */
export const SEARCH_ATTRIBUTES = {
  TriplineOrganization: "Keyword",
  TriplineRule: "KeywordList",
  TriplineCustomer: "KeywordList",
  TriplineStatus: "Keyword",
} as const;

// temporal.api.enums.v1.IndexedValueType
const INDEXED_VALUE_TYPE = { Keyword: 2, KeywordList: 7 } as const;

/**
 * Registers the search attributes that a Temporal does not have yet; harmless when they are there. `address` is
 * host:port, or whole connection options where TLS or an API key is needed. Throws a StartError with the way out
 * where the server does not let us (Temporal Cloud registers them in its own console).
 */
export async function ensureSearchAttributes(address: string | ConnectionOptions, namespace: string): Promise<void> {
  const options = typeof address === "string" ? { address } : address;
  const connection = await connect(options);
  try {
    const missing = await missingAttributes(connection, namespace);
    if (missing.length === 0) return;
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, INDEXED_VALUE_TYPE[SEARCH_ATTRIBUTES[name]]])),
    });
  } catch (error) {
    // Another start may have added them between our two calls.
    const missing = await missingAttributes(connection, namespace).catch(() => undefined);
    if (missing?.length === 0) return;
    const wanted = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => `${name} (${type})`);
    throw new StartError(
      `Temporal at ${options.address} did not take the search attributes of namespace ${namespace} (${messageOf(error)}). Add them by hand: ${wanted.join(", ")}.`,
    );
  } finally {
    await connection.close();
  }
}

async function connect(options: ConnectionOptions): Promise<Connection> {
  try {
    return await Connection.connect({ connectTimeout: 10_000, ...options });
  } catch (error) {
    throw new StartError(`Temporal at ${options.address} cannot be reached: ${messageOf(error)}.`);
  }
}

async function missingAttributes(connection: Connection, namespace: string) {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const names = Object.keys(SEARCH_ATTRIBUTES) as (keyof typeof SEARCH_ATTRIBUTES)[];
  return names.filter((name) => !(name in (customAttributes ?? {})));
}

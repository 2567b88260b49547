import postgres from "postgres";

/** The database handle that every `db/` function takes: a pool or a transaction of it. */
export type Sql = postgres.Sql<{ bigint: number }>;
export type Transaction = postgres.TransactionSql<{ bigint: number }>;
export type Queryable = Sql | Transaction;

/** What Postgres itself refuses with: `code` is the SQLSTATE. */
export const { PostgresError } = postgres;

const INT8 = 20;
const DATE = 1082;
const TIMESTAMPTZ = 1184;

/**
 * Opens a pool. `int8` arrives as a number: sums are kept within ±2^53 by the writes (see `db/money.ts`), and a value beyond
 * it is an error here instead of a silently rounded amount. `date` stays the ISO day it is, and
 * `timestamptz` becomes an ISO instant in UTC (milliseconds).
 */
export function connect(databaseUrl: string, options: { max?: number; applicationName?: string } = {}): Sql {
  return postgres(databaseUrl, {
    max: options.max ?? 16,
    connection: { application_name: options.applicationName ?? "tripline", jit: false, TimeZone: "UTC" },
    connect_timeout: 10,
    // A server that comes back is tried again at once, not after the default 20 s.
    backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 2),
    onnotice: () => undefined,
    types: {
      bigint: {
        to: INT8,
        from: [INT8],
        serialize: (value: number) => String(value),
        parse: (text: string) => {
          const value = Number(text);
          if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} is beyond 2^53`);
          return value;
        },
      },
      instant: {
        to: TIMESTAMPTZ,
        from: [TIMESTAMPTZ],
        serialize: (value: string | Date) => (value instanceof Date ? value.toISOString() : value),
        parse: (text: string) => new Date(text).toISOString(),
      },
      day: { to: DATE, from: [DATE], serialize: (value: string) => value, parse: (text: string) => text },
    },
  }) as unknown as Sql;
}

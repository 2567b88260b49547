import type { Sql, Transaction } from "./client.ts";

const DEADLOCK = "40P01";
const SERIALIZATION_FAILURE = "40001";
const ATTEMPTS = 4;

/**
 * Runs `work` in one transaction and answers its result once it is committed. Postgres resolves the rare deadlock (two writers
 * that race to create each other's external ids) by ending one of them: that one is run again from the start, so `work` must
 * have no effect outside its transaction.
 */
export async function inTransaction<Result>(sql: Sql, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await sql.begin((tx) => work(tx as Transaction))) as Result;
    } catch (error) {
      const code = (error as { code?: string }).code;
      if ((code !== DEADLOCK && code !== SERIALIZATION_FAILURE) || attempt === ATTEMPTS) throw error;
    }
  }
}

import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { temporalAddress } from "../../helpers/temporal.ts";
import { startTemporalSuggestingAt } from "./smallHistories.ts";
import { startTestWorker, type TestWorker } from "./testWorker.ts";

/** What histories are recorded with. */
export interface RecordingScene {
  database: TestDatabase;
  /** One whose Temporal continues as new when it usually does. */
  worker: TestWorker;
  /** One whose Temporal suggests it after a few events. */
  hasty: TestWorker;
  close(): Promise<void>;
}

/** @param suggestsAt events after which the hasty worker's Temporal suggests to continue as new */
export async function openRecordingScene(suggestsAt: number, database: { max?: number } = {}): Promise<RecordingScene> {
  const made = await createTestDatabase(database);
  const temporal = await startTemporalSuggestingAt(suggestsAt);
  const workerAt = (address: string) =>
    startTestWorker({ databaseUrl: made.url, temporalAddress: address, startsRuns: false });
  const worker = await workerAt(temporalAddress());
  const hasty = await workerAt(temporal.address);
  return {
    ...{ database: made, worker, hasty },
    close: async () => {
      await worker.stop();
      await hasty.stop();
      await temporal.stop();
      await made.drop();
    },
  };
}

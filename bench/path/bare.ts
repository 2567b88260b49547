import type { Client } from "@temporalio/client";
import { newId } from "../../db/uuid.ts";

/** Temporal alone, on a worker with Tripline's settings. */
export interface BareTemporal {
  /** Empty workflows per second, 100 started at once. */
  rate(): Promise<number>;
  /** One empty workflow from start to result (ms). */
  single(): Promise<number>;
}

const AT_ONCE = 100;

export function bareTemporal(client: Client, taskQueue: string): BareTemporal {
  const run = () => client.workflow.execute("emptyWorkflow", { workflowId: `bare:${newId()}`, taskQueue });
  return {
    rate: async () => {
      const start = performance.now();
      await Promise.all(Array.from({ length: AT_ONCE }, run));
      return (AT_ONCE / (performance.now() - start)) * 1_000;
    },
    single: async () => {
      const start = performance.now();
      await run();
      return performance.now() - start;
    },
  };
}

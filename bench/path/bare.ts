import type { Client } from "@temporalio/client";
import { newId } from "../../db/uuid.ts";
import { median } from "../measure.ts";
import { type Latency, latencyOf } from "./latency.ts";

/** Temporal alone: empty workflows per second with 100 started at once, and one at a time from start to result (ms). */
export interface Bare {
  perSecond: { median: number; min: number; max: number };
  latency: Latency;
}

const AT_ONCE = 100;
const ROUNDS = 5;
const SINGLE = 60;

export async function measureBare(client: Client, taskQueue: string): Promise<Bare> {
  const run = () => client.workflow.execute("emptyWorkflow", { workflowId: `bare:${newId()}`, taskQueue });
  for (let count = 0; count < 10; count++) await run();
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await Promise.all(Array.from({ length: AT_ONCE }, run));
    rates.push((AT_ONCE / (performance.now() - start)) * 1_000);
  }
  const single: number[] = [];
  for (let count = 0; count < SINGLE; count++) {
    const start = performance.now();
    await run();
    single.push(performance.now() - start);
  }
  return {
    perSecond: { median: median(rates), min: Math.min(...rates), max: Math.max(...rates) },
    latency: latencyOf(single),
  };
}

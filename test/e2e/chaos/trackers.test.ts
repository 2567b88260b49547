import type { Client } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../db/uuid.ts";
import { trackerId } from "../../../workflows/contract.ts";
import { type Receiver, startSlowReceiver } from "../../helpers/receiver.ts";
import { type Stack, startStack } from "../../helpers/stack.ts";
import { midway } from "./midway.ts";
import { expectWholeRecord } from "./record.ts";
import { openTraffic } from "./traffic.ts";

let stack: Stack;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startSlowReceiver();
  stack = await startStack();
});
afterAll(async () => {
  await stack?.stop();
  await receiver?.close();
});

const EVENT_WORKFLOW_TASK_COMPLETED = 7;

/** Resets a workflow to its first task, as an operator does in Temporal's UI. */
async function resetToStart(client: Client, workflowId: string): Promise<string> {
  const handle = client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const first = events?.find(({ eventType }) => eventType === EVENT_WORKFLOW_TASK_COMPLETED);
  if (!first?.eventId) throw new Error(`${workflowId} has no finished task to go back to`);
  const reset = await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: "test",
    requestId: newId(),
    workflowTaskFinishEventId: first.eventId,
  });
  return reset.runId;
}

describe("trackers that are lost", () => {
  it("fires nothing twice and loses nothing when trackers are terminated", async () => {
    const traffic = await openTraffic(stack, receiver.url);
    const tracker = stack.client.workflow.getHandle(trackerId(traffic.organization.id, 0));
    const written = traffic.write(0, 20);
    for (const evaluated of [300, 1_000]) {
      await midway(stack, traffic, evaluated);
      await tracker.terminate("test");
    }
    await written;
    await traffic.organization.settled();
    await tracker.terminate("test");
    await traffic.write(20, 24);
    await traffic.organization.settled();
    await expectWholeRecord(stack.sql, traffic, receiver, 24);
  });

  it("fires nothing twice and loses nothing when a tracker is reset to its first task", async () => {
    const traffic = await openTraffic(stack, receiver.url);
    const id = trackerId(traffic.organization.id, 0);
    const written = traffic.write(0, 20);
    await midway(stack, traffic, 300);
    await resetToStart(stack.client, id);
    await written;
    await traffic.organization.settled();
    const runId = await resetToStart(stack.client, id);
    await traffic.write(20, 24);
    await traffic.organization.settled();
    await expectWholeRecord(stack.sql, traffic, receiver, 24);
    expect((await stack.client.workflow.getHandle(id).describe()).runId).toBe(runId);
  });
});

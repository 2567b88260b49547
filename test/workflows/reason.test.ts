import { defineSearchAttributeKey, SearchAttributeType } from "@temporalio/common";
import { expect, it } from "vitest";
import { reasonOf } from "../../temporal/reason.ts";
import { temporalClient, uniqueTaskQueue } from "../helpers/temporal.ts";

it("says why Temporal refused, not only what it did not do", async () => {
  const { client, connection } = await temporalClient();
  const key = defineSearchAttributeKey("TriplineUnprepared", SearchAttributeType.KEYWORD);
  const started = client.workflow.start("none", {
    ...{ workflowId: uniqueTaskQueue("refused"), taskQueue: uniqueTaskQueue() },
    typedSearchAttributes: [{ key, value: "x" }],
  });
  const reason = await started.then(() => "", reasonOf).finally(() => connection.close());
  expect(reason).toMatch(/^Failed to start Workflow: .*search attribute TriplineUnprepared/);
});

it.each([
  ["text", "text"],
  [new Error("a", { cause: new Error("b", { cause: new Error("b") }) }), "a: b"],
  [new Error("a", { cause: "b" }), "a"],
])("of %j it says %j", (thrown, reason) => {
  expect(reasonOf(thrown)).toBe(reason);
});

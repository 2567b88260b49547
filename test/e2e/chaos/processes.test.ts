import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Receiver, startSlowReceiver } from "../../helpers/receiver.ts";
import { type Stack, startStack } from "../../helpers/stack.ts";
import { midway } from "./midway.ts";
import { expectWholeRecord } from "./record.ts";
import { openTraffic, ROUNDS } from "./traffic.ts";

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

describe("processes of ours that die", () => {
  it("evaluates 2,000 changes once, each effect there once, though the worker is killed with SIGKILL twice", async () => {
    const traffic = await openTraffic(stack, receiver.url);
    const written = traffic.write(0, ROUNDS);
    for (const evaluated of [300, 2_500]) {
      await midway(stack, traffic, evaluated);
      await stack.worker.kill();
      await stack.worker.start();
    }
    await written;
    await traffic.organization.settled();
    await expectWholeRecord(stack.sql, traffic, receiver, ROUNDS);
  });

  it("loses nothing when the API is killed between commits and wake-ups", async () => {
    const traffic = await openTraffic(stack, receiver.url);
    const written = traffic.write(0, ROUNDS);
    await midway(stack, traffic, 300);
    await stack.api.kill();
    await stack.api.start();
    await written;
    await stack.api.kill();
    await traffic.organization.settled();
    await stack.api.start();
    await expectWholeRecord(stack.sql, traffic, receiver, ROUNDS);
  });

  it("finds changes whose wake-up never came", async () => {
    const traffic = await openTraffic(stack, receiver.url);
    await stack.api.stop();
    await stack.api.start({ TEMPORAL_ADDRESS: "127.0.0.1:1" });
    expect((await stack.root.send("GET", "/ready")).status).toBe(503);
    await traffic.write(0, 4);
    await traffic.organization.settled();
    await expectWholeRecord(stack.sql, traffic, receiver, 4);
    await stack.api.stop();
    await stack.api.start();
  });
});

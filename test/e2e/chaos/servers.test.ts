import { afterAll, beforeAll, describe, it } from "vitest";
import { type Receiver, startSlowReceiver } from "../../helpers/receiver.ts";
import { type Stack, startStack } from "../../helpers/stack.ts";
import { midway } from "./midway.ts";
import { expectWholeRecord } from "./record.ts";
import { openTraffic, ROUNDS } from "./traffic.ts";

let stack: Stack;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startSlowReceiver();
  stack = await startStack({ ownPostgres: true, ownTemporal: true });
});
afterAll(async () => {
  await stack?.stop();
  await receiver?.close();
});

describe("servers that die", () => {
  it("evaluates 2,000 changes once, each effect there once, though Temporal is killed with SIGKILL", async () => {
    const traffic = await openTraffic(stack, receiver.url);
    const written = traffic.write(0, ROUNDS);
    await midway(stack, traffic, 300);
    await stack.temporal.kill();
    // Writes are answered while Temporal is away.
    await written;
    await stack.temporal.start();
    await traffic.organization.settled();
    await expectWholeRecord(stack.sql, traffic, receiver, ROUNDS);
  });

  it("keeps every acknowledged write and evaluates it once though Postgres is killed with SIGKILL", async () => {
    const traffic = await openTraffic(stack, receiver.url);
    const written = traffic.write(0, ROUNDS);
    for (const evaluated of [300, 2_500]) {
      await midway(stack, traffic, evaluated);
      await stack.postgres.kill();
      await stack.postgres.start();
    }
    await written;
    await traffic.organization.settled();
    await expectWholeRecord(stack.sql, traffic, receiver, ROUNDS);
  });

  it("goes on where it was after Postgres and Temporal were both away", async () => {
    const traffic = await openTraffic(stack, receiver.url);
    const written = traffic.write(0, 20);
    await midway(stack, traffic, 300);
    await Promise.all([stack.postgres.kill(), stack.temporal.kill()]);
    await stack.postgres.start();
    await stack.temporal.start();
    await written;
    await traffic.organization.settled();
    await expectWholeRecord(stack.sql, traffic, receiver, 20);
  });

  it("fires nothing twice and loses nothing with an empty Temporal under a full Postgres", async () => {
    const traffic = await openTraffic(stack, receiver.url);
    const written = traffic.write(0, 20);
    await midway(stack, traffic, 300);
    await stack.temporal.kill();
    await stack.emptyTemporal();
    await written;
    await stack.temporal.start();
    await traffic.organization.settled();
    await expectWholeRecord(stack.sql, traffic, receiver, 20);

    await traffic.write(20, 24);
    await traffic.organization.settled();
    await expectWholeRecord(stack.sql, traffic, receiver, 24);
  });
});

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Connection } from "@temporalio/client";
import { inject } from "vitest";
import { SEARCH_ATTRIBUTES } from "../../../scripts/launcher/searchAttributes.ts";
import { eventually } from "../../helpers/poll.ts";
import { freePort } from "../../helpers/ports.ts";
import { NAMESPACE } from "../../helpers/temporal.ts";

/** A Temporal of its own, in memory, that suggests to continue as new after so many events, where the usual one waits for 4,096. */
export async function startTemporalSuggestingAt(events: number): Promise<{ address: string; stop(): Promise<void> }> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const attributes = Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
    "--search-attribute",
    `${name}=${type}`,
  ]);
  const child: ChildProcess = spawn(
    inject("temporalProgram"),
    [
      ...["server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", String(port), "--namespace", NAMESPACE],
      ...["--dynamic-config-value", `limit.historyCount.suggestContinueAsNew=${events}`, "--log-level", "error"],
      ...attributes,
    ],
    { stdio: "ignore" },
  );
  const exited = once(child, "exit");
  await eventually(
    async () => {
      const connection = await Connection.connect({ address, connectTimeout: 1_000 });
      try {
        const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: NAMESPACE });
        return Object.keys(SEARCH_ATTRIBUTES).every((name) => name in (customAttributes ?? {}));
      } finally {
        await connection.close();
      }
    },
    { timeoutMs: 60_000, message: "a Temporal of its own" },
  );
  return {
    address,
    stop: async () => {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

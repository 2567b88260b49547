import { randomUUID } from "node:crypto";
import { Client, Connection } from "@temporalio/client";
import { NativeConnection } from "@temporalio/worker";
import { inject } from "vitest";

/** The namespace that tests use. */
export const NAMESPACE = "default";

/** host:port of the Temporal that all tests of this run share. */
export function temporalAddress(): string {
  return inject("temporalAddress");
}

/** A task queue that no other test uses, so that no other test's worker takes the work. */
export function uniqueTaskQueue(name = "test"): string {
  return `${name}-${randomUUID()}`;
}

/** A client with its connection; close the connection after the test. */
export async function temporalClient(): Promise<{ client: Client; connection: Connection }> {
  const connection = await Connection.connect({ address: temporalAddress() });
  return { client: new Client({ connection, namespace: NAMESPACE }), connection };
}

/** A connection for a worker; close it after the worker has ended. */
export function workerConnection(): Promise<NativeConnection> {
  return NativeConnection.connect({ address: temporalAddress() });
}

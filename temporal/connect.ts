import { readFileSync } from "node:fs";
import { Client, Connection, type ConnectionOptions } from "@temporalio/client";
import type { Config } from "../config.ts";

export type TemporalConfig = Pick<
  Config,
  | "TEMPORAL_ADDRESS"
  | "TEMPORAL_NAMESPACE"
  | "TEMPORAL_API_KEY"
  | "TEMPORAL_TLS"
  | "TEMPORAL_TLS_SERVER_NAME"
  | "TEMPORAL_TLS_CA_PATH"
  | "TEMPORAL_TLS_CERT_PATH"
  | "TEMPORAL_TLS_KEY_PATH"
>;

/** Connection options of the configured Temporal. Throws when a certificate file cannot be read. */
export function temporalOptions(
  config: TemporalConfig,
): Pick<ConnectionOptions, "address" | "tls"> & { apiKey?: string } {
  const file = (path: string | undefined) => (path === undefined ? undefined : readFileSync(path));
  const crt = file(config.TEMPORAL_TLS_CERT_PATH);
  const key = file(config.TEMPORAL_TLS_KEY_PATH);
  const ca = file(config.TEMPORAL_TLS_CA_PATH);
  return {
    address: config.TEMPORAL_ADDRESS ?? "127.0.0.1:7233",
    ...(config.TEMPORAL_API_KEY ? { apiKey: config.TEMPORAL_API_KEY } : {}),
    ...(config.TEMPORAL_TLS
      ? {
          tls: {
            ...(ca ? { serverRootCACertificate: ca } : {}),
            ...(config.TEMPORAL_TLS_SERVER_NAME ? { serverNameOverride: config.TEMPORAL_TLS_SERVER_NAME } : {}),
            ...(crt && key ? { clientCertPair: { crt, key } } : {}),
          },
        }
      : {}),
  };
}

/** A client that connects at its first call, so that the API serves and records changes while Temporal is away. */
export function connectClient(config: TemporalConfig): Client {
  const connection = Connection.lazy(temporalOptions(config));
  return new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });
}

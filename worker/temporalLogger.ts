import type { Logger as TemporalLogger } from "@temporalio/worker";
import type { Logger } from "pino";

/** Temporal's log lines in ours. */
export function temporalLogger(logger: Logger): TemporalLogger {
  const line = { trace: "trace", debug: "debug", info: "debug", warn: "warn", error: "error" } as const;
  const write = (level: keyof typeof line) => (message: string, meta?: Record<string | symbol, unknown>) => {
    logger[line[level]]({ ...meta, component: "temporal" }, message);
  };
  return {
    log: (level, message, meta) => write(level.toLowerCase() as keyof typeof line)(message, meta),
    trace: write("trace"),
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
  };
}

import { defineSignal, log, proxyActivities, setHandler } from "@temporalio/workflow";
import { CONTROL_SIGNAL, type ControlActivities, type ControlSignal } from "./contract.ts";

// An operator's request is not lost to an outage: it is tried until Postgres takes it.
const { controlRuns } = proxyActivities<ControlActivities>({
  startToCloseTimeout: "2 min",
  retry: { initialInterval: "200 ms", maximumInterval: "30 s" },
});

export const controlSignal = defineSignal<[ControlSignal]>(CONTROL_SIGNAL);

/** Takes an operator's requests on runs of the organization; they are written in Postgres, which everybody reads. */
export function takeControl(organizationId: string, done: () => void = () => undefined): void {
  setHandler(controlSignal, async (signal) => {
    const outcome = await controlRuns({ organizationId, signal });
    log.info("an operator's signal was carried out", { organizationId, ...outcome });
    done();
  });
}

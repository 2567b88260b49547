import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  condition,
  proxyActivities,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from "@temporalio/workflow";
import {
  type ClaimedNotification,
  type DeliveryActivities,
  deliveriesQueue,
  FAILURES,
  type RuleRunInput,
  type RunActivities,
  searchAttributes,
} from "./contract.ts";
import { takeControl } from "./control.ts";

const { claimNotifications, giveUpNotification } = proxyActivities<RunActivities>({
  startToCloseTimeout: "30 s",
  retry: { initialInterval: "200 ms", maximumInterval: "30 s" },
});

/** Deliveries, on the task queue that belongs to this workflow's own. */
const deliveries = () =>
  proxyActivities<DeliveryActivities>({
    taskQueue: deliveriesQueue(workflowInfo().taskQueue),
    // A request times out after 10 s; the rest is for the database around it.
    startToCloseTimeout: "20 s",
    scheduleToCloseTimeout: "24 h",
    retry: {
      initialInterval: "1 s",
      backoffCoefficient: 2,
      maximumInterval: "5 min",
      nonRetryableErrorTypes: [FAILURES.permanentDelivery],
    },
  });

/** Most ids that go into search attributes: enough to find a run, few enough to stay small. */
const LISTED = 20;

/**
 * Carries out what leaves Postgres: claims a batch of planned notifications and delivers them, all at once, so that a dead
 * recipient holds nobody up. Its start is only a hint: what it claims is decided in Postgres, row by row.
 */
export async function ruleRunWorkflow({ organizationId }: RuleRunInput): Promise<void> {
  takeControl(organizationId);
  const claimed = await claimNotifications({ organizationId });
  if (claimed.length === 0) return condition(allHandlersFinished);
  label(claimed, "running");
  const counts = { sent: 0, failed: 0 };
  await Promise.all(
    claimed.map(async (notification) => {
      const sent = await deliver(organizationId, notification);
      counts[sent ? "sent" : "failed"] += 1;
      setCurrentDetails(`**${counts.sent}** sent, **${counts.failed}** failed, of ${claimed.length} notifications.`);
    }),
  );
  label(claimed, counts.failed > 0 ? "failed" : "sent");
  await condition(allHandlersFinished);
}

/** Delivers one notification and answers whether it was sent; a final failure is recorded, never thrown. */
async function deliver(organizationId: string, notification: ClaimedNotification): Promise<boolean> {
  const { id: notificationId, channelId, kind } = notification;
  const { deliverNotification } = deliveries();
  try {
    await deliverNotification({ organizationId, notificationId, channelId, ...(kind === undefined ? {} : { kind }) });
    return true;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    await giveUpNotification({ organizationId, notificationId, error: reasonOf(error) });
    return false;
  }
}

function reasonOf(error: ActivityFailure): string {
  const cause = error.cause instanceof ApplicationFailure ? error.cause.message : undefined;
  return cause ?? error.cause?.message ?? error.message;
}

function label(claimed: ClaimedNotification[], status: string): void {
  const rules = [...new Set(claimed.flatMap((one) => one.ruleId ?? []))].slice(0, LISTED);
  const customers = [...new Set(claimed.flatMap((one) => one.customerId ?? []))];
  upsertSearchAttributes([
    { key: searchAttributes.rules, value: rules },
    ...(customers.length <= LISTED ? [{ key: searchAttributes.customers, value: customers }] : []),
    { key: searchAttributes.status, value: status },
  ]);
}

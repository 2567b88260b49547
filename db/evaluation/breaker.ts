import { actionsNow, type Plan, type PlannedRun } from "../../rules/plan.ts";
import type { ActionOf } from "../../rules/schema.ts";
import type { Transaction } from "../client.ts";
import { newId } from "../uuid.ts";
import type { ActingContext, ActingMatch, Occasion } from "./occasion.ts";
import { countRecipients } from "./planNotifications.ts";
import type { EvaluationScope } from "./types.ts";

/** What a rule may do in one hour of UTC, backfills and what operators release left out, unless the organization says otherwise. */
const DEFAULTS = { notificationsPerHour: 1_000, exclusionsPerHour: 100 };

interface Counted {
  ruleId: string;
  name: string;
  notifications: number;
  exclusions: number;
  limits: Partial<typeof DEFAULTS>;
}

interface Deeds {
  notifications: number;
  exclusions: number;
}

/** A rule that is paused because it would have gone beyond its limit. */
interface Trip {
  ruleId: string;
  name: string;
  kind: keyof Deeds;
  limit: number;
}

/** Counts what rules do in the hour, and says which of them would go beyond their limit. Moved on by what is planned. */
export class Breaker {
  readonly #counted: Map<string, Counted>;
  readonly #added = new Map<string, Deeds>();
  readonly trips: Trip[] = [];

  private constructor(
    readonly hour: string,
    counted: Counted[],
  ) {
    this.#counted = new Map(counted.map((one) => [one.ruleId, one]));
  }

  /**
   * Reads what these rules have done in this hour and holds their counters until the transaction ends, so that two evaluations do
   * not both take what is left. Rules that neither send nor exclude have none. Read the rules' status afterwards.
   */
  static async open(tx: Transaction, scope: EvaluationScope, ruleIds: string[]): Promise<Breaker> {
    const hour = `${scope.at.slice(0, 13)}:00:00Z`;
    if (ruleIds.length === 0) return new Breaker(hour, []);
    const counted = await tx<Counted[]>`
      with held as (
        insert into rule_hours as h (rule_id, hour, organization_id)
        select r.id, ${hour}, r.organization_id
        from rules r join rule_versions v on v.rule_id = r.id and v.version = r.version
        where r.id = any(${ruleIds}::uuid[]) and r.status = 'active'
          and v.definition @? '$.**.type ? (@ == "sendNotification" || @ == "excludeCustomer")'
        order by r.id
        on conflict (rule_id, hour) do update set notifications = h.notifications
        returning rule_id, notifications, exclusions
      )
      select held.rule_id as "ruleId", r.name, held.notifications, held.exclusions, o.limits
      from held join rules r on r.id = held.rule_id join organizations o on o.id = r.organization_id`;
    return new Breaker(hour, counted);
  }

  /** Trips where the rule would go beyond a limit with these deeds; what tripped once is not asked again. */
  check(ruleId: string, deeds: Deeds): boolean {
    const counted = this.#counted.get(ruleId);
    if (!counted) return false;
    for (const kind of ["notifications", "exclusions"] as const) {
      const limit = counted.limits[`${kind}PerHour`] ?? DEFAULTS[`${kind}PerHour`];
      if (deeds[kind] === 0 || counted[kind] + deeds[kind] <= limit) continue;
      this.trips.push({ ruleId, name: counted.name, kind, limit });
      return true;
    }
    return false;
  }

  count(ruleId: string, deeds: Deeds): void {
    const counted = this.#counted.get(ruleId);
    if (!counted || deeds.notifications + deeds.exclusions === 0) return;
    const added = this.#added.get(ruleId) ?? { notifications: 0, exclusions: 0 };
    for (const kind of ["notifications", "exclusions"] as const) {
      counted[kind] += deeds[kind];
      added[kind] += deeds[kind];
    }
    this.#added.set(ruleId, added);
  }

  /** Stores the counts, pauses the rules that tripped and tells the organization's owners and admins. */
  async store(tx: Transaction, { organizationId, at }: EvaluationScope): Promise<void> {
    const rows = [...this.#added].map(([ruleId, deeds]) => ({ ruleId, ...deeds }));
    if (rows.length > 0) {
      await tx`
        update rule_hours h set notifications = h.notifications + a.notifications, exclusions = h.exclusions + a.exclusions
        from jsonb_to_recordset(${tx.json(rows)}) as a("ruleId" uuid, notifications int, exclusions int)
        where h.rule_id = a."ruleId" and h.hour = ${this.hour}`;
    }
    for (const { ruleId, name, kind, limit } of this.trips) {
      const tripped = { kind, limit, at };
      await tx`
        update rules set status = 'paused', tripped = ${tx.json(tripped)}, updated_at = now()
        where id = ${ruleId} and status = 'active'`;
      const did = kind === "notifications" ? "send more than" : "exclude more than";
      const what = kind === "notifications" ? `${limit} messages` : `${limit} customers`;
      await tellAdmins(tx, organizationId, {
        subject: `The rule "${name}" was paused`,
        body: `It was about to ${did} ${what} within an hour. What it would have done since is held: resume the rule to let it go on, or deactivate it to cancel that.`,
      });
    }
  }
}

/** Puts a message of our own, which belongs to no run and no channel, into the inboxes of owners and admins. */
async function tellAdmins(
  tx: Transaction,
  organizationId: string,
  { subject, body }: Record<"subject" | "body", string>,
) {
  const admins = await tx<{ id: string; email: string }[]>`
    select id, email from users where organization_id = ${organizationId} and role in ('owner', 'admin') order by id`;
  const rows = admins.map(({ id: userId, email }) => ({ id: newId(), userId, recipient: { userId, email } }));
  await tx`
    insert into notifications (id, organization_id, kind, alert, recipient, user_id, subject, body, status, sent_at)
    select id, ${organizationId}, 'inApp', 'ruleTripped', recipient, "userId", ${subject}, ${body}, 'sent', now()
    from jsonb_to_recordset(${tx.json(rows)}) as r(id uuid, "userId" uuid, recipient jsonb)`;
}

/**
 * Plans within the rules' limits: a rule that would go beyond one is paused from here on, and all that it would do is held.
 * @param planFor plans these matches; it is asked again where one of them is paused
 */
export function planWithinLimits(
  context: ActingContext,
  occasion: Occasion,
  matches: ActingMatch[],
  planFor: (matches: ActingMatch[]) => Plan,
): Plan {
  const { breaker } = context;
  let allowed = matches;
  let plan = planFor(allowed);
  if (!breaker) return plan;
  for (let again = true; again; ) {
    const over = plan.runs.find(
      (planned) => isCounted(planned) && breaker.check(planned.match.ruleId, deedsOf(context, occasion, planned, plan)),
    );
    again = over !== undefined;
    if (!over) break;
    const { ruleId } = over.match;
    context.ruleStatus.set(ruleId, "paused");
    allowed = allowed.map((match) => (match.ruleId === ruleId ? { ...match, status: "paused" as const } : match));
    plan = planFor(allowed);
  }
  return plan;
}

/** Not what a backfill does, nor what operators replay or let go on: they know. */
export function isCounted({ match }: PlannedRun): boolean {
  const { kind, settled } = match as ActingMatch;
  return match.status === "active" && settled === undefined && kind !== "backfill" && kind !== "replay";
}

function deedsOf(context: ActingContext, occasion: Occasion, planned: PlannedRun, plan: Plan): Deeds {
  const match = planned.match as ActingMatch;
  const assignedUsers = plan.slots.users?.value as string[] | undefined;
  const row = context.customers.get(occasion.customerId);
  const deeds = { notifications: 0, exclusions: 0 };
  actionsNow(planned).forEach(({ type, status }, offset) => {
    if (type === "excludeCustomer" && status === "applied") deeds.exclusions += 1;
    if (type !== "sendNotification" || status !== "planned") return;
    deeds.notifications += countRecipients({
      scope: context.scope,
      directory: context.directory,
      action: match.rule.actions[(match.start ?? 0) + offset] as ActionOf<"sendNotification">,
      ruleId: match.ruleId,
      customerId: occasion.customerId,
      after: occasion.after,
      assignedUsers: assignedUsers ?? row?.userIds ?? [],
      cooldowns: context.cooldowns,
    });
  });
  return deeds;
}

/**
 * Tripline in memory, as plain as it can be: what a reader of the documentation would compute by hand. It shares nothing with
 * the product, knows only the parts of it that the commands use, and settles after every step.
 */

export const COUNTRIES = ["FR", "US", "DE"] as const;

export interface ModelRule {
  name: string;
  trigger: "created" | "any" | { exceeds: number };
  /** Null takes every country. */
  country: string | null;
  /** The collection workflow that it assigns; null assigns none. */
  workflow: string | null;
  notifies: boolean;
  status: "active" | "paused" | "inactive";
}

type Source = "api" | "manual" | "rule";

export interface ModelCustomer {
  name: string;
  country: string;
  outstanding: number;
  workflow: string | null;
  /** Who set the workflow last, and for which change. */
  owner: { source: Source; version: number } | null;
  version: number;
}

interface State {
  country: string;
  outstanding: number;
}

interface Change {
  customer: ModelCustomer;
  version: number;
  before: State | null;
  after: State;
  root: string;
  /** Names of the rules whose runs led here. */
  cause: string[];
}

export interface ModelRun {
  customer: string;
  version: number;
  rule: string;
  kind: "change" | "backfill";
  status: string;
  /** Of the assignment and of the message, as far as the rule has them. */
  actions: string[];
}

interface Held {
  run: ModelRun;
  change: Change;
  rule: ModelRule;
}

/** What a write sends; a field that is left out stays. */
export interface ModelWrite {
  country?: string;
  /** Added to the balance by an invoice, taken off by a payment. */
  owes?: number;
  workflow?: string | null;
  source: "api" | "manual";
}

const LONGEST_CAUSE = 10;

export class Model {
  /** In list order. */
  readonly rules: ModelRule[] = [];
  readonly customers = new Map<string, ModelCustomer>();
  readonly runs: ModelRun[] = [];
  /** One entry a message: who it is about, and the rule. */
  readonly messages: string[] = [];
  private readonly held: Held[] = [];
  /** The last run of a change, with the rule as it was. */
  last: { run: ModelRun; change: Change; rule: ModelRule; definition: string } | null = null;
  /** `root:customer:rule` of runs that acted. */
  private readonly acted = new Set<string>();
  private roots = 0;

  create(name: string, country: string): void {
    const customer: ModelCustomer = { name, country, outstanding: 0, workflow: null, owner: null, version: 0 };
    this.customers.set(name, customer);
    this.raise(customer, null, `write ${this.roots++}`, []);
  }

  write(name: string, write: ModelWrite): void {
    const customer = this.customers.get(name)!;
    const before = stateOf(customer);
    customer.country = write.country ?? customer.country;
    customer.outstanding += write.owes ?? 0;
    const isMoved = customer.country !== before.country || customer.outstanding !== before.outstanding;
    const isSet = write.workflow !== undefined && this.setByHand(customer, before, write.workflow, write.source);
    if (isMoved || isSet) this.raise(customer, before, `write ${this.roots++}`, []);
  }

  setStatus(rule: ModelRule, status: ModelRule["status"]): void {
    rule.status = status;
    const mine = this.held.filter((one) => one.rule === rule);
    for (const one of mine) this.held.splice(this.held.indexOf(one), 1);
    if (status === "inactive") for (const { run } of mine) cancel(run);
    if (status !== "active") {
      if (status === "paused") this.held.push(...mine);
      return;
    }
    mine.sort((a, b) => a.change.version - b.change.version);
    for (const one of mine) this.release(one);
  }

  /** Lets one active rule act on every customer that stands as it asks. */
  backfill(rule: ModelRule): void {
    for (const customer of this.customers.values()) {
      const stands = typeof rule.trigger === "object" ? customer.outstanding > rule.trigger.exceeds : true;
      if (!stands || !isIn(rule, customer)) continue;
      const above = this.rules.slice(0, this.rules.indexOf(rule)).filter(({ status }) => status !== "inactive");
      const isClaimed = above.some(
        (other) =>
          other.workflow !== null &&
          isIn(other, customer) &&
          (typeof other.trigger === "object" ? customer.outstanding > other.trigger.exceeds : true),
      );
      if (rule.workflow === null || isClaimed) continue;
      const action = this.assign(customer, rule.workflow, customer.version);
      const run = { customer: customer.name, version: customer.version, rule: rule.name, kind: "backfill" as const };
      if (action === "applied") {
        this.runs.push({ ...run, status: "applied", actions: ["applied", ...(rule.notifies ? ["skipped"] : [])] });
        this.raise(customer, stateOf(customer), `backfill ${this.roots++}`, [rule.name], rule);
      }
    }
  }

  /** Whether the last run can be replayed by what the model knows: its rule is as it was, acts, and nothing stands above it. */
  get canReplay(): boolean {
    const { last } = this;
    if (last === null || last.run.status === "held" || last.rule !== this.rules[0]) return false;
    return last.rule.status === "active" && last.definition === definitionOf(last.rule);
  }

  /** Lets the rule of the last run act again on the facts recorded then, without its message. */
  replay(): void {
    const { change, rule } = this.last!;
    if (rule.workflow === null || change.cause.length >= LONGEST_CAUSE) return;
    if (this.assign(change.customer, rule.workflow, change.version) !== "applied") return;
    const { customer, root, cause } = change;
    this.raise(customer, stateOf(customer), root, [...cause, rule.name], rule);
  }

  /** A person or the API sets the workflow. Answers whether it moved. */
  private setByHand(
    customer: ModelCustomer,
    before: State,
    workflow: string | null,
    source: "api" | "manual",
  ): boolean {
    if (source === "manual" && customer.owner?.source === "api") return false;
    const after = stateOf(customer);
    if (source === "manual" && this.keeps(before, after, customer.workflow)) return false;
    const moved = customer.workflow !== workflow;
    const isLower = customer.owner === null || (source === "api" && customer.owner.source !== "api");
    if (moved || isLower) customer.owner = { source, version: customer.version + (moved ? 1 : 0) };
    customer.workflow = workflow;
    return moved;
  }

  /** Whether an active rule for any change would put back at once what stands. */
  private keeps(before: State, after: State, standing: string | null): boolean {
    const winner = this.rules.find(
      (rule) => rule.status === "active" && rule.workflow !== null && fires(rule, before, after) && isIn(rule, after),
    );
    return winner !== undefined && winner.trigger === "any" && winner.workflow === standing;
  }

  private raise(customer: ModelCustomer, before: State | null, root: string, cause: string[], by?: ModelRule): void {
    customer.version += 1;
    if (by) this.acted.add(`${root}:${customer.name}:${by.name}`);
    this.evaluate({ customer, version: customer.version, before, after: stateOf(customer), root, cause });
  }

  private evaluate(change: Change): void {
    const { customer, before, after, root, cause } = change;
    const causes: string[] = [];
    let isClaimed = false;
    for (const rule of this.rules) {
      if (rule.status === "inactive" || !fires(rule, before, after) || !isIn(rule, after)) continue;
      const key = `${root}:${customer.name}:${rule.name}`;
      const hasActed = this.acted.has(key);
      const isLooping = hasActed || cause.length >= LONGEST_CAUSE;
      const actions: string[] = [];
      if (rule.workflow !== null) {
        if (isClaimed) actions.push("lost");
        else if (isLooping) actions.push(customer.workflow === rule.workflow ? "unchanged" : "loop");
        else if (rule.status === "paused") actions.push("held");
        else actions.push(this.assign(customer, rule.workflow, change.version));
        isClaimed = true;
      }
      if (rule.notifies) {
        if (isLooping) actions.push(hasActed ? "unchanged" : "loop");
        else actions.push(rule.status === "paused" ? "held" : "applied");
      }
      const isSilent = actions.every((one) => one === "lost") || (isLooping && !actions.includes("loop"));
      if (isSilent) continue;
      const run: ModelRun = {
        ...{ customer: customer.name, version: change.version, rule: rule.name, kind: "change", actions },
        status: statusOf(actions),
      };
      this.runs.push(run);
      this.last = { run, change, rule, definition: definitionOf(rule) };
      if (run.status !== "skipped") this.acted.add(key);
      if (run.status === "held") this.held.push({ run, change, rule });
      else if (rule.notifies && actions.at(-1) === "applied") this.messages.push(`${customer.name} ${rule.name}`);
      if (rule.workflow !== null && actions[0] === "applied") causes.push(rule.name);
    }
    if (causes.length > 0) this.raise(customer, after, root, [...cause, ...causes]);
  }

  private release({ run, change, rule }: Held): void {
    const { customer } = change;
    const isHeld = run.actions.map((action) => action === "held");
    if (rule.workflow !== null && isHeld[0]) run.actions[0] = this.assign(customer, rule.workflow, change.version);
    const last = run.actions.length - 1;
    if (rule.notifies && isHeld[last]) {
      run.actions[last] = "applied";
      this.messages.push(`${customer.name} ${rule.name}`);
    }
    run.status = statusOf(run.actions);
    if (rule.workflow !== null && isHeld[0] && run.actions[0] === "applied") {
      this.raise(customer, stateOf(customer), change.root, [...change.cause, rule.name]);
    }
  }

  /** A rule sets the workflow for a change. */
  private assign(customer: ModelCustomer, workflow: string, version: number): string {
    const { owner } = customer;
    const isNewer = owner !== null && owner.version > version;
    if (customer.workflow === workflow) {
      const takes = owner === null || owner.source === "manual";
      if (takes && !isNewer) customer.owner = { source: "rule", version };
      return "unchanged";
    }
    if (owner?.source === "api") return "overruled";
    if (isNewer) return "superseded";
    customer.workflow = workflow;
    customer.owner = { source: "rule", version };
    return "applied";
  }
}

function fires({ trigger }: ModelRule, before: State | null, after: State): boolean {
  if (trigger === "created") return before === null;
  if (trigger === "any") return true;
  return (before?.outstanding ?? 0) <= trigger.exceeds && after.outstanding > trigger.exceeds;
}

const isIn = (rule: ModelRule, { country }: { country: string }) => rule.country === null || rule.country === country;
const stateOf = ({ country, outstanding }: ModelCustomer): State => ({ country, outstanding });

function definitionOf({ trigger, country, workflow, notifies }: ModelRule): string {
  return JSON.stringify({ trigger, country, workflow, notifies });
}

function cancel(run: ModelRun): void {
  run.status = "cancelled";
  run.actions = run.actions.map((action) => (action === "held" ? "cancelled" : action));
}

/** A run's status from its actions: applied, partly so with anything against it, skipped where nothing was done. */
function statusOf(actions: string[]): string {
  if (actions.includes("held")) return "held";
  if (!actions.includes("applied")) return "skipped";
  return actions.some((one) => ["lost", "overruled", "superseded"].includes(one)) ? "partlyApplied" : "applied";
}

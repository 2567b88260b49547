import type { Customer } from "../schema.ts";
import { addDays, LAST_DAY } from "./days.ts";
import { emailOf, type Plan, users } from "./people.ts";
import { companyName, type Place, places } from "./places.ts";
import type { Random } from "./random.ts";

/** Each plan's share, seats, and euro cents a seat and month. */
const plans: Record<Plan, { weight: number; seats: [number, number]; seatPrice: number }> = {
  Basic: { weight: 50, seats: [2, 20], seatPrice: 1_900 },
  Business: { weight: 34, seats: [10, 80], seatPrice: 2_900 },
  Premium: { weight: 16, seats: [25, 150], seatPrice: 4_900 },
};

const segments: readonly (readonly [string | null, number])[] = [
  ["B2B", 55],
  ["B2C", 20],
  ["B2B, B2C", 7],
  ["b2b", 4],
  [null, 14],
];

/** How a customer pays, as a rule of thumb; see money.ts for what follows. */
export type Behaviour = "early" | "onTime" | "late" | "veryLate" | "hopeless" | "instalments" | "batches";

const behaviours: readonly (readonly [Behaviour, number])[] = [
  ["early", 14],
  ["onTime", 40],
  ["late", 22],
  ["veryLate", 10],
  ["hopeless", 4],
  ["instalments", 5],
  ["batches", 5],
];

/** A customer with what its invoices follow from. */
export interface Account {
  customer: Customer;
  behaviour: Behaviour;
  /** Minor units a month. */
  monthly: number;
  /** Days from issue to due date. */
  terms: number;
  /** Months between two invoices. */
  interval: 1 | 3 | 6 | 12;
}

/** The account of the `index`th customer (external id C-<index>). */
export function createAccount(random: Random, index: number): Account {
  const place = random.weighted(places.map((item) => [item, item.weight] as const));
  const plan = random.weighted(
    (["Basic", "Business", "Premium"] as const).map((item) => [item, plans[item].weight] as const),
  );
  const seats = random.between(...plans[plan].seats);
  const monthly = seats * plans[plan].seatPrice * place.scale;
  const behaviour = random.weighted(behaviours);
  return {
    customer: createCustomer(random, { index, place, plan, seats, monthly, behaviour }),
    behaviour,
    monthly,
    terms: random.pick([14, 30, 30, 30, 45, 60]),
    interval: random.weighted([
      [1, 26],
      [3, 44],
      [6, 18],
      [12, 12],
    ] as const),
  };
}

interface Traits {
  index: number;
  place: Place;
  plan: Plan;
  seats: number;
  monthly: number;
  behaviour: Behaviour;
}

function createCustomer(random: Random, { index, place, plan, seats, monthly, behaviour }: Traits): Customer {
  const name = companyName(index);
  const slug = name.toLowerCase().replaceAll(" ", "-");
  return {
    externalId: `C-${String(index).padStart(4, "0")}`,
    name: `${name} ${random.pick(place.forms)}`,
    email: `billing@${slug}.example`,
    country: place.country,
    city: random.pick(place.cities),
    language: place.language,
    currency: place.currency,
    creditLimit: random.chance(75) ? roundUp(monthly * random.between(3, 8), 100_000) : null,
    customFields: createFields(random, place, plan, seats),
    workflowId: `{{workflow:${workflowOf(plan, behaviour)}}}`,
    userIds: [emailOf(place.accountManager)],
    paymentMethodIds: random.chance(60)
      ? ["{{paymentMethod:Bank transfer}}"]
      : ["{{paymentMethod:Bank transfer}}", "{{paymentMethod:Card}}"],
  };
}

function createFields(random: Random, place: Place, plan: Plan, seats: number): Customer["customFields"] {
  const fields: Customer["customFields"] = { plan, seats };
  const segment = random.weighted(segments);
  if (segment !== null) fields.segment = segment;
  const csm = csmEmail(random, place);
  if (csm !== null) fields.csm_email = csm;
  if (random.chance(4)) fields.vip = true;
  if (random.chance(70)) fields.contract_end = addDays(LAST_DAY, random.between(20, 900));
  return fields;
}

/** Mostly the region's account manager, at times a colleague, somebody who has left (and so is no user), or nobody. */
function csmEmail(random: Random, place: Place): string | null {
  if (random.chance(12)) return null;
  if (random.chance(3)) return emailOf("Gone Colleague");
  if (random.chance(15)) return random.pick(users.filter((user) => user.position === "accountManager")).email;
  return emailOf(place.accountManager);
}

function workflowOf(plan: Plan, behaviour: Behaviour): string {
  if (behaviour === "hopeless") return "Strict dunning";
  return plan === "Premium" ? "Premium care" : "Standard dunning";
}

function roundUp(amount: number, step: number): number {
  return Math.ceil(amount / step) * step;
}

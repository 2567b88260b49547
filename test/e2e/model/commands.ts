import fc from "fast-check";
import { COUNTRIES, type Model, type ModelRule, type ModelWrite } from "./model.ts";
import { type Real, WORKFLOWS } from "./real.ts";

const CUSTOMERS = ["C-0", "C-1", "C-2", "C-3"];
const MOST_RULES = 4;

type Step = fc.AsyncCommand<Model, Real>;

/** A step that can always or sometimes be made, and that ends once everything it led to is done. */
class Command implements Step {
  constructor(
    private readonly name: string,
    private readonly possible: (model: Readonly<Model>) => boolean,
    private readonly inMemory: (model: Model) => void,
    private readonly inProduct: (real: Real, model: Model) => Promise<void>,
  ) {}

  check(model: Readonly<Model>): boolean {
    return this.possible(model);
  }

  async run(model: Model, real: Real): Promise<void> {
    // The product first: what it is sent may depend on how the model stands before the step.
    await this.inProduct(real, model);
    await real.settled();
    this.inMemory(model);
  }

  toString(): string {
    return this.name;
  }
}

const definition = fc.record({
  trigger: fc.oneof(
    fc.constantFrom("created" as const, "any" as const),
    fc.constantFrom(1_000, 5_000).map((exceeds) => ({ exceeds })),
  ),
  country: fc.option(fc.constantFrom(...COUNTRIES)),
  workflow: fc.option(fc.constantFrom(...WORKFLOWS), { freq: 4 }),
  notifies: fc.boolean(),
});

type Definition = Pick<ModelRule, "trigger" | "country" | "workflow" | "notifies">;
/** A rule has an action at least. */
const acting = (one: Definition): Definition => (one.workflow === null ? { ...one, notifies: true } : one);

const addRule = definition.map(acting).map((made) => {
  const named = (model: Model): ModelRule => ({ ...made, name: `rule ${model.rules.length}`, status: "active" });
  return new Command(
    `add ${JSON.stringify(made)}`,
    (model) => model.rules.length < MOST_RULES,
    (model) => model.rules.push(named(model)),
    (real, model) => real.addRule(named(model)),
  );
});

const editRule = fc.tuple(fc.nat(), definition.map(acting)).map(([place, made]) => {
  const edited = (model: Readonly<Model>) => model.rules[place % model.rules.length];
  return new Command(
    `edit ${place} ${JSON.stringify(made)}`,
    // Runs that are held finish on the version that matched, which the model does not keep.
    (model) => edited(model)?.status === "active",
    (model) => Object.assign(edited(model)!, made),
    (real, model) => real.editRule({ ...edited(model)!, ...made }),
  );
});

const MOVES = {
  pause: { from: "active", to: "paused" },
  resume: { from: "paused", to: "active" },
  deactivate: { from: "active", to: "inactive" },
  activate: { from: "inactive", to: "active" },
} as const;

const moveRule = fc
  .tuple(fc.nat(), fc.constantFrom("pause", "resume", "deactivate", "activate"))
  .map(([place, move]) => {
    const { from, to } = MOVES[move];
    const moved = (model: Readonly<Model>) => model.rules[place % model.rules.length];
    return new Command(
      `${move} ${place}`,
      (model) => moved(model)?.status === from,
      (model) => model.setStatus(moved(model)!, to),
      (real, model) => real.moveRule(moved(model)!, move),
    );
  });

const create = fc.tuple(fc.constantFrom(...CUSTOMERS), fc.constantFrom(...COUNTRIES)).map(
  ([name, country]) =>
    new Command(
      `create ${name} in ${country}`,
      (model) => !model.customers.has(name),
      (model) => model.create(name, country),
      (real) => real.create(name, country),
    ),
);

const oneWrite = fc.oneof(
  fc.constantFrom(...COUNTRIES).map((country): Omit<ModelWrite, "source"> => ({ country })),
  fc.constantFrom(900, 2_000, 6_000, -1_500).map((owes) => ({ owes })),
  fc.option(fc.constantFrom(...WORKFLOWS)).map((workflow) => ({ workflow })),
);
const source = fc.oneof(
  { weight: 3, arbitrary: fc.constant("manual" as const) },
  { weight: 1, arbitrary: fc.constant("api" as const) },
);

/** Writes to several customers at once, with or without the worker dying in the middle. */
const write = fc
  .tuple(
    fc.uniqueArray(fc.tuple(fc.constantFrom(...CUSTOMERS), oneWrite, source), {
      minLength: 1,
      selector: ([name]) => name,
    }),
    fc.boolean(),
  )
  .map(([writes, dies]) => {
    const known = (model: Readonly<Model>) => writes.filter(([name]) => model.customers.has(name));
    return new Command(
      `write ${JSON.stringify(writes)}${dies ? ", the worker dies" : ""}`,
      (model) => known(model).length > 0,
      (model) => {
        for (const [name, one, by] of known(model)) model.write(name, { ...one, source: by });
      },
      async (real, model) => {
        const sent = known(model).map(([name, one, by]) => real.write(name, { ...one, source: by }));
        await Promise.all([...sent, ...(dies ? [real.killWorker()] : [])]);
      },
    );
  });

const backfill = fc.nat().map((place) => {
  const chosen = (model: Readonly<Model>) => model.rules[place % model.rules.length];
  return new Command(
    `backfill ${place}`,
    (model) => chosen(model)?.status === "active" && model.rules.every(({ status }) => status !== "paused"),
    (model) => model.backfill(chosen(model)!),
    (real, model) => real.backfill(chosen(model)!),
  );
});

const replay = fc.constant(
  new Command(
    "replay the last run",
    (model) => model.canReplay,
    (model) => model.replay(),
    (real, model) => real.replay(model.last!.run),
  ),
);

/** Sequences of steps, writes and rules more often than the others. */
export const steps = fc.commands(
  [addRule, addRule, create, create, write, write, write, moveRule, moveRule, editRule, backfill, replay],
  { maxCommands: 24, size: "+1" },
);

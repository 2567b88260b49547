import type { NamedThing } from "../../db/csvCatalog.ts";

const EXTERNAL = "external:";

/** Workflows or payment methods, found by what a cell says and named so that they are found again. */
export class Things {
  readonly #byId: ReadonlyMap<string, NamedThing>;
  readonly #byExternalId: ReadonlyMap<string, NamedThing>;
  readonly #byName = new Map<string, NamedThing[]>();

  constructor(
    things: readonly NamedThing[],
    /** As sentences name one of them. */
    readonly noun: string,
  ) {
    this.#byId = new Map(things.map((thing) => [thing.id, thing]));
    this.#byExternalId = new Map(
      things.flatMap((thing) => (thing.externalId === null ? [] : [[EXTERNAL + thing.externalId, thing] as const])),
    );
    for (const thing of things) this.#byName.set(thing.name, [...(this.#byName.get(thing.name) ?? []), thing]);
  }

  /** The id of what a cell names (a name, our id, `external:…`), or what is wrong with it. */
  find(text: string): { id: string } | { mistake: string } {
    const thing = this.#byExternalId.get(text) ?? this.#byId.get(text.toLowerCase());
    if (thing) return { id: thing.id };
    const named = this.#byName.get(text) ?? [];
    if (named.length > 1) return { mistake: `"${text}" names several ${this.noun}s: give the id` };
    return named[0] ? { id: named[0].id } : { mistake: `"${text}" names no ${this.noun} of this organization` };
  }

  /** The name of a thing, or its id where the name alone would not lead back to it. */
  nameOf(id: string, isListed: boolean): string {
    const name = this.#byId.get(id)?.name;
    if (name === undefined || name === "" || (isListed && (name.includes(";") || name.trim() !== name))) return id;
    const found = this.find(name);
    return "id" in found && found.id === id ? name : id;
  }
}

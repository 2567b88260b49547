import { DemoError } from "./errors.ts";

export type SymbolKind = "workflow" | "paymentMethod" | "channel";

const SYMBOL = /^\{\{(workflow|paymentMethod|channel):([^{}]+)\}\}$/;

/** Ids by `kind:name`, as the loader learns them. */
export class Symbols {
  readonly #ids = new Map<string, string>();

  define(kind: SymbolKind, name: string, id: string): void {
    this.#ids.set(`${kind}:${name}`, id);
  }

  /** The same value with every text that is wholly `{{kind:name}}` replaced by the id; a DemoError names one that is not defined. */
  resolve(value: unknown): unknown {
    if (typeof value === "string") return this.#resolveText(value);
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.resolve(item)]));
  }

  #resolveText(text: string): string {
    const [, kind, name] = SYMBOL.exec(text) ?? [];
    if (kind === undefined || name === undefined) return text;
    const id = this.#ids.get(`${kind}:${name}`);
    if (id === undefined) throw new DemoError(`${text} names nothing that was loaded.`);
    return id;
  }
}

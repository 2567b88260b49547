import { Liquid, type LiquidOptions, type Template } from "liquidjs";
import { dayReader, isDay } from "./days.ts";
import { delayValue } from "./delay.ts";
import type { Facts } from "./facts.ts";
import { type CompileContext, overdueDays, standardFields } from "./fields.ts";
import { slackText } from "./slackText.ts";

/** Messages are Liquid templates over the facts before and after a change. */
export interface TemplateScope {
  customer: Facts;
  /** Null on creation: then everything under `before` is empty. */
  before: Facts | null;
  rule: { name: string };
}

/** How values are written for the reader. */
export interface TemplateFormat {
  /** BCP 47, such as `en` or `de-CH`. */
  locale: string;
  /** IANA name. */
  timeZone: string;
  /** ISO 4217; for customers without a currency of their own. */
  currency: string;
}

/** A parsed template. Rendering throws an Error when it takes too long or grows too large. */
export interface CompiledTemplate {
  render: (scope: TemplateScope, format: TemplateFormat) => string;
}

const MAX_TEMPLATE = 20_000;
/** Characters of a rendered message. */
const MAX_OUTPUT = 100_000;
const TAGS = new Set(
  "assign break capture case comment continue cycle decrement echo for if increment liquid raw tablerow unless #".split(
    " ",
  ),
);

/**
 * What templates compile with: no tag reads files, prototypes are out of sight, and time and memory are bounded, because
 * members of an organization write them and the worker of all organizations renders them.
 */
const engines: Record<TemplateEscape, Liquid> = {
  none: createEngine({}),
  slack: createEngine({ outputEscape: (value) => marked(textOf(value)) }),
};
const engine = engines.none;

/**
 * How values are written into the text around them: as they are (plain text, and JSON, which escapes by itself), or escaped for
 * Slack. What the template's author writes stays as it is.
 */
export type TemplateEscape = "none" | "slack";

function createEngine(options: LiquidOptions): Liquid {
  const liquid = new Liquid({
    ...options,
    strictFilters: true,
    ownPropertyOnly: true,
    templates: {},
    parseLimit: MAX_TEMPLATE,
    renderLimit: 500,
    memoryLimit: 1_000_000,
  });
  for (const tag of Object.keys(liquid.tags)) if (!TAGS.has(tag)) delete liquid.tags[tag];
  liquid.registerFilter("money", function (amount: unknown, currency: unknown) {
    const { format, customer } = renderingOf(this.context.globals);
    return money(
      amount,
      typeof currency === "string" ? currency : (customer.currency ?? format.currency),
      format.locale,
    );
  });
  liquid.registerFilter("date", function (value: unknown, style: unknown) {
    return date(value, style, renderingOf(this.context.globals).format);
  });
  liquid.registerFilter("number", function (value: unknown, decimals: unknown) {
    return number(value, decimals, renderingOf(this.context.globals).format.locale);
  });
  // Liquid's own would let a value through unescaped.
  liquid.registerFilter("raw", (value: unknown) => value);
  return liquid;
}

/**
 * Characters that Slack gives a meaning, marked by others that stand for nothing else (U+E000 to U+E002, private use) until the
 * whole message is rendered: what is captured and put out again would otherwise be escaped twice.
 */
const MARKS = ["&", "<", ">"];
const FIRST_MARK = 0xe000;

function marked(value: string): string {
  return value.replace(/[&<>]/g, (character) => String.fromCharCode(FIRST_MARK + MARKS.indexOf(character)));
}

function escapedMarks(text: string): string {
  return text.replace(/[\ue000-\ue002]/g, (mark) => slackText(MARKS[mark.charCodeAt(0) - FIRST_MARK]!));
}

/** A value as Liquid writes it. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? value.map(textOf).join("") : String(value);
}

/** Liquid hands filters nothing but its globals, so what they need to know of this rendering travels there. */
class Rendering {
  readonly customer: Facts;
  readonly format: TemplateFormat;

  constructor(customer: Facts, format: TemplateFormat) {
    this.customer = customer;
    this.format = format;
  }
}

function renderingOf(globals: object): Rendering {
  if (globals instanceof Rendering) return globals;
  throw new TypeError("a template was rendered without its format");
}

/** What is wrong with a template, one message each: it does not parse, or names an unknown variable, filter or tag. */
export function checkTemplate(text: string, context: Pick<CompileContext, "customFields">): string[] {
  try {
    const unknown = engine.globalVariableSegmentsSync(engine.parse(text)).filter((path) => !isVariable(path, context));
    return [...new Set(unknown.map((path) => `unknown variable "${path.map(segmentText).join(".")}"`))];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function segmentText(segment: unknown): string {
  return Array.isArray(segment) ? `[${segment.map(segmentText).join(".")}]` : String(segment);
}

const LISTS = new Set(["users", "paymentMethods"]);

function isVariable(path: readonly unknown[], { customFields }: Pick<CompileContext, "customFields">): boolean {
  const [root, name, ...rest] = path;
  if (root === "rule") return name === "name" && rest.length === 0;
  if (root !== "customer" && root !== "before") return false;
  // `{% if before %}` asks whether there was a customer before.
  if (name === undefined) return root === "before";
  if (typeof name !== "string") return false;
  if (name === "customFields") return rest.length === 1 && typeof rest[0] === "string" && customFields.has(rest[0]);
  if (name === "parentId") return rest.length === 0;
  return standardFields.has(name) && (rest.length === 0 || LISTS.has(name));
}

/** Parses a template that checkTemplate has found right; throws an Error when it does not parse. */
export function compileTemplate(text: string, escaping: TemplateEscape = "none"): CompiledTemplate {
  const parsed = engines[escaping].parse(text);
  return {
    render: (scope, format) => {
      const output = render(engines[escaping], parsed, scope, format);
      return escaping === "slack" ? escapedMarks(output) : output;
    },
  };
}

/** Parses and renders a template in one go. */
export function renderTemplate(text: string, scope: TemplateScope, format: TemplateFormat): string {
  return compileTemplate(text).render(scope, format);
}

function render(
  liquid: Liquid,
  template: Template[],
  { customer, before, rule }: TemplateScope,
  format: TemplateFormat,
): string {
  const scope = { customer: variables(customer), before: before && variables(before), rule: { name: rule.name } };
  const globals = new Rendering(customer, format);
  const output: unknown = liquid.renderSync(template, scope, { globals });
  if (typeof output !== "string") throw new TypeError("a template rendered to no text");
  if (output.length > MAX_OUTPUT) throw new RangeError(`the message is longer than ${MAX_OUTPUT} characters`);
  return output;
}

/** Facts as templates see them: by the names of the filters, the delay rounded to whole days, as people see it. */
function variables(facts: Facts) {
  const delay = facts.delaySums && Math.round(delayValue(facts.delaySums));
  return { ...facts, overdueDays: overdueDays(facts), averagePaymentDelay: delay };
}

/** Minor units as an amount with its currency: 123450 and EUR give "1,234.50 EUR", 1234 and JPY "1,234 JPY". */
function money(amount: unknown, currency: string, locale: string): string {
  if (typeof amount !== "number") return "";
  const digits =
    new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${format.format(amount / 10 ** digits)} ${currency}`;
}

/** A number in the reader's language, with as many decimals as told, else as many as it has, at most three. */
function number(value: unknown, decimals: unknown, locale: string): string {
  if (typeof value !== "number") return textOf(value);
  const digits = typeof decimals === "number" ? Math.min(Math.max(Math.trunc(decimals), 0), 20) : undefined;
  const options = digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(locale, options).format(value);
}

const DATE_STYLES = ["short", "medium", "long", "full"] as const;

/** A day or instant as a date in the reader's language, `medium` unless told; instants by the organization's clock. */
function date(value: unknown, style: unknown, { locale, timeZone }: TemplateFormat): string {
  if (typeof value !== "string") return "";
  const day = isDay(value) ? value : dayReader(timeZone)(value);
  if (day === null) return value;
  const dateStyle = DATE_STYLES.find((known) => known === style) ?? "medium";
  return new Intl.DateTimeFormat(locale, { dateStyle, timeZone: "UTC" }).format(Date.parse(day));
}

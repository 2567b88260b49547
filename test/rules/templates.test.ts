import { describe, expect, test } from "vitest";
import type { Facts } from "../../rules/facts.ts";
import { checkTemplate, compileTemplate, renderTemplate } from "../../rules/templates.ts";
import { ANN, BOB, context, facts } from "./fixtures.ts";

const customer = facts({
  name: "Globex <Inc> & Söhne",
  currency: "EUR",
  outstanding: 123_450,
  delaySums: ["5655", "225"],
  overdueSince: "2026-02-01",
  createdAt: "2026-01-01T23:30:00.000Z",
  customFields: { csm_email: "ann@acme.test", vip: false, renewal: "2026-05-01" },
  users: [ANN, BOB],
});
const format = { locale: "en", timeZone: "Europe/Paris", currency: "USD" };

function render(text: string, before: Facts | null = facts({ outstanding: 5 }), locale = "en", of = customer): string {
  return renderTemplate(text, { customer: of, before, rule: { name: "Big balance" } }, { ...format, locale });
}

describe("a template", () => {
  test.each([
    ["names facts", "{{ customer.name }} {{ rule.name }}", "Globex <Inc> & Söhne Big balance"],
    ["names the facts before", "{{ before.outstanding }}", "5"],
    [
      "names custom fields",
      "{{ customer.customFields.csm_email }} {{ customer.customFields.vip }}",
      "ann@acme.test false",
    ],
    ["writes nothing for what is empty", "[{{ customer.city }}{{ customer.creditLimit | money }}]", "[]"],
    ["writes money with its currency", "{{ customer.outstanding | money }}", "1,234.50 EUR"],
    [
      "writes money of another currency",
      "{{ 123450 | money: 'JPY' }} {{ 123450 | money: 'TND' }}",
      "123,450 JPY 123.450 TND",
    ],
    ["writes negative money", "{{ -5 | money }}", "-0.05 EUR"],
    [
      "writes numbers with as many decimals as told",
      "{{ 1234.5 | number }} {{ 1234.5 | number: 2 }}",
      "1,234.5 1,234.50",
    ],
    [
      "writes nothing for an empty number",
      "[{{ customer.averagePaymentDelay | minus: 25 | number }}{{ customer.city | number }}]",
      "[0]",
    ],
    ["rounds the delay, as people see it", "{{ customer.averagePaymentDelay }}", "25"],
    ["knows the age of what is overdue", "{{ customer.overdueDays }}", "28"],
    ["writes instants by the organization's clock", "{{ customer.createdAt | date }}", "Jan 2, 2026"],
    ["writes days in other lengths", "{{ customer.customFields.renewal | date: 'full' }}", "Friday, May 1, 2026"],
    [
      "loops and branches",
      "{% for id in customer.users %}{{ forloop.index }}{% endfor %}{% if before %}!{% endif %}",
      "12!",
    ],
  ])("%s", (_name, text, expected) => {
    expect(checkTemplate(text, context)).toEqual([]);
    expect(render(text)).toBe(expected);
  });

  test("writes nothing under before on creation", () => {
    expect(render("was {{ before.outstanding | money }}{% if before %}x{% endif %}", null)).toBe("was ");
  });

  test("writes in the reader's language", () => {
    expect(render("{{ customer.outstanding | money }} {{ customer.createdAt | date }}", null, "de")).toBe(
      "1.234,50 EUR 02.01.2026",
    );
  });

  test("falls back on the organization's currency", () => {
    expect(render("{{ customer.outstanding | money }}", null, "en", facts({ outstanding: 100 }))).toBe("1.00 USD");
  });
});

describe("a template is refused when saved", () => {
  test.each([
    ["when it does not parse", "{{ customer.name"],
    ["for an unclosed tag", "{% if before %}"],
    ["for an unknown variable", "{{ customer.nme }}"],
    ["for an unknown custom field", "{{ customer.customFields.nothing }}"],
    ["for an inherited name", "{{ customer.constructor }}"],
    ["for a name of nothing", "{{ invoice.number }}"],
    ["for a field within a field", "{{ customer.name.first }}"],
    ["for a computed name", "{{ customer[rule.name] }}"],
    ["for an unknown filter", "{{ customer.name | shout }}"],
    ["for an unknown tag", "{% dance %}"],
    ["for reading files", "{% include '/etc/passwd' %}"],
    ["for rendering files", "{% render 'x' %}"],
    ["for a layout", "{% layout 'x' %}"],
  ])("%s", (_name, text) => {
    expect(checkTemplate(text, context)).toHaveLength(1);
  });

  test("with each unknown name once", () => {
    expect(checkTemplate("{{ a }}{{ a }}{{ customer.b }}", context)).toEqual([
      'unknown variable "a"',
      'unknown variable "customer.b"',
    ]);
  });
});

describe("a template that runs away is stopped", () => {
  test.each([
    ["by a huge range", "{% for i in (1..100000000) %}x{% endfor %}"],
    ["by nested loops", "{% for i in (1..9000) %}{% for j in (1..9000) %}xxxxxxxxxxxxxxxx{% endfor %}{% endfor %}"],
    ["by a long message", `{% for i in (1..2000) %}${"x".repeat(100)}{% endfor %}`],
  ])("%s", (_name, text) => {
    expect(() => compileTemplate(text).render({ customer, before: null, rule: { name: "R" } }, format)).toThrow(
      /limit|longer/,
    );
  });
});

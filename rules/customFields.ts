import type { CustomFieldDefinition } from "./facts.ts";

const DAY = /^(19|2[0-9])\d{2}-\d{2}-\d{2}$/;

/** Whether `text` is a real ISO day between 1900 and 2999. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** What is wrong with a value for this field, as a sentence, or null. `null` as a value clears the field and is always right. */
export function customFieldMistake(definition: CustomFieldDefinition, value: unknown): string | null {
  if (value === null) return null;
  switch (definition.type) {
    case "TEXT":
      return typeof value === "string" ? null : "must be a text";
    case "SELECT":
      return typeof value === "string" && definition.options.includes(value)
        ? null
        : `must be one of the options: ${definition.options.join(", ")}`;
    case "BOOLEAN":
      return typeof value === "boolean" ? null : "must be true or false";
    case "NUMBER":
      return typeof value === "number" && Number.isFinite(value) ? null : "must be a number";
    case "DATE":
      return typeof value === "string" && isDay(value) ? null : "must be a day, YYYY-MM-DD, between 1900 and 2999";
  }
}

/** JSON Schema 2020-12 as far as our own document uses it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  description?: string;
}

const REF = "#/components/schemas/";
const PRIMITIVES: Record<string, string> = {
  string: "string",
  integer: "number",
  number: "number",
  boolean: "boolean",
  null: "null",
};

/** A schema as a TypeScript type; named schemas are referred to by their names. Throws for what it cannot tell. */
export function typeText(schema: Schema, indent = ""): string {
  if (schema.$ref !== undefined) {
    if (!schema.$ref.startsWith(REF)) throw new Error(`${schema.$ref} is no schema of the document`);
    return schema.$ref.slice(REF.length);
  }
  if (schema.enum !== undefined) return union(schema.enum.map((value) => JSON.stringify(value)));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) return union(either.map((option) => typeText(option, indent)));
  if (schema.allOf !== undefined) return schema.allOf.map((part) => grouped(typeText(part, indent))).join(" & ");
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => typeText({ ...schema, type }, indent)));
  if (schema.type === "array") return `${grouped(typeText(schema.items ?? {}, indent))}[]`;
  if (schema.type === "object" || schema.properties !== undefined) return objectText(schema, indent);
  if (schema.type === undefined) return "unknown";
  const primitive = PRIMITIVES[schema.type];
  if (primitive === undefined) throw new Error(`There is no type for ${JSON.stringify(schema)}`);
  return primitive;
}

/** An interface body: `{ … }`, one field a line, with descriptions as comments. */
export function fieldsText(fields: readonly Field[], indent: string): string {
  if (fields.length === 0) return "{}";
  const inner = `${indent}  `;
  const lines = fields.map(({ name, optional, type, description }) => {
    const comment = description === undefined ? "" : `${inner}/** ${description.replaceAll("*/", "* /")} */\n`;
    return `${comment}${inner}${key(name)}${optional ? "?" : ""}: ${type};\n`;
  });
  return `{\n${lines.join("")}${indent}}`;
}

export interface Field {
  name: string;
  optional: boolean;
  type: string;
  description?: string | undefined;
}

function objectText({ properties = {}, required = [], additionalProperties }: Schema, indent: string): string {
  const names = Object.keys(properties);
  const rest =
    typeof additionalProperties === "object"
      ? typeText(additionalProperties, indent)
      : additionalProperties === true || names.length === 0
        ? "unknown"
        : null;
  if (names.length === 0) return additionalProperties === false ? "Record<string, never>" : `Record<string, ${rest}>`;
  const fields = names.map((name) => ({
    name,
    optional: !required.includes(name),
    type: typeText(properties[name]!, `${indent}  `),
    description: properties[name]!.description,
  }));
  const known = fieldsText(fields, indent);
  return rest === null ? known : `${known} & Record<string, ${rest}>`;
}

const union = (types: readonly string[]) => {
  const distinct = [...new Set(types)];
  return distinct.includes("unknown") ? "unknown" : distinct.join(" | ");
};

/** A type that can be put before `[]` or beside `&`. */
const grouped = (type: string) => (/^[\w.]+$/.test(type) ? type : `(${type})`);

/** A property's name, in quotes where it needs them. */
export const key = (name: string) => (/^([A-Za-z_$][\w$]*|\d+)$/.test(name) ? name : JSON.stringify(name));

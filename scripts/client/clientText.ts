import { type Field, fieldsText, key, type Schema, typeText } from "./typeText.ts";

interface Parameter {
  name: string;
  in: "query" | "header" | "path" | "cookie";
  required?: boolean;
  description?: string;
  schema: Schema;
}

interface Body {
  required?: boolean;
  content?: Record<string, { schema?: Schema }>;
}

interface Operation {
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: Body;
  responses: Record<string, Body>;
}

/** Our OpenAPI document, as far as a client needs it. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const PLACES = ["query", "header", "path", "cookie"] as const;

/**
 * The types of every named schema, and of every operation in the form that openapi-fetch takes (`paths`). The same document
 * gives the same text.
 */
export function clientText(document: ApiDocument): string {
  const schemas = Object.entries(document.components.schemas).sort(([a], [b]) => (a < b ? -1 : 1));
  const types = schemas.map(
    ([name, schema]) => `${comment(schema.description)}export type ${name} = ${typeText(schema)};\n`,
  );
  const paths = Object.entries(document.paths).map(([path, operations]) => ({
    name: path,
    optional: false,
    type: fieldsText(
      METHODS.flatMap((method) => methodField(method, operations[method])),
      "  ",
    ),
  }));
  return [
    "// Generated from /openapi.json by `npm run client`; changes belong into the API.\n",
    ...types,
    `/** How every refusal is answered. */\nexport type Refused = ${REFUSED};\n`,
    `/** Every operation by path and method. */\nexport interface paths ${fieldsText(paths, "")}\n`,
  ].join("\n");
}

const REFUSED = '{ headers: Record<string, string>; content: { "application/problem+json": Problem } }';

function methodField(name: string, operation: Operation | undefined): Field[] {
  if (operation === undefined) return [];
  return [{ name, optional: false, type: operationText(operation), description: operation.summary }];
}

function operationText({ parameters = [], requestBody, responses }: Operation): string {
  const indent = "    ";
  const inner = `${indent}  `;
  const places = PLACES.map((place) => parameters.filter((parameter) => parameter.in === place));
  const answers = Object.entries(responses).map(([status, response]) => {
    const type = `{ headers: Record<string, string>; ${contentText(response, `${inner}  `)} }`;
    return { name: status, optional: false, type: type === REFUSED ? "Refused" : type };
  });
  const body = requestBody && {
    name: "requestBody",
    optional: requestBody.required !== true,
    type: `{ ${contentText(requestBody, inner)} }`,
  };
  return fieldsText(
    [
      {
        name: "parameters",
        optional: false,
        type: fieldsText(
          places.flatMap((given) => parametersField(given, `${inner}  `)),
          inner,
        ),
      },
      ...(body ? [body] : []),
      { name: "responses", optional: false, type: fieldsText(answers, inner) },
    ],
    indent,
  );
}

function parametersField(given: readonly Parameter[], indent: string): Field[] {
  const [first] = given;
  if (first === undefined) return [];
  const fields = given.map(({ name, required, description, schema }) => ({
    name,
    optional: required !== true,
    type: typeText(schema, `${indent}  `),
    description: description ?? schema.description,
  }));
  return [{ name: first.in, optional: fields.every(({ optional }) => optional), type: fieldsText(fields, indent) }];
}

function contentText({ content = {} }: Body, indent: string): string {
  const kinds = Object.entries(content).map(
    ([type, { schema = {} }]) => `${key(type)}: ${typeText(schema, `${indent}  `)}`,
  );
  return kinds.length === 0 ? "content?: never" : `content: { ${kinds.join("; ")} }`;
}

const comment = (description: string | undefined) => (description === undefined ? "" : `/** ${description} */\n`);

import type { z } from "@hono/zod-openapi";
import type { createApp } from "../../../api/app.ts";

type App = ReturnType<typeof createApp>;
type Registered = Extract<App["openAPIRegistry"]["definitions"][number], { type: "route" }>["route"];

/** Every route of the app as it is documented. */
export function documentedRoutes(app: App): Registered[] {
  return app.openAPIRegistry.definitions.flatMap((definition) =>
    definition.type === "route" ? [definition.route] : [],
  );
}

/** Fails when an answer of a documented route has a status or a body that the document does not tell. */
export function checkDocumented(app: App, method: string, path: string, status: number, body: unknown): void {
  const route = findRoute(app, method, path);
  if (route === undefined) return;
  const where = `${method} ${route.path} ${status}`;
  const response = route.responses[status];
  if (response === undefined) throw new Error(`${where} is not documented`);
  const content = "content" in response ? Object.values(response.content ?? {})[0] : undefined;
  const schema = content !== undefined && "schema" in content ? content.schema : undefined;
  if (schema === undefined) {
    if (body !== undefined) throw new Error(`${where} is documented without a body`);
    return;
  }
  const parsed = (schema as z.ZodType).safeParse(body);
  if (!parsed.success) throw new Error(`${where} differs from its document: ${parsed.error.message}`);
}

/** The literal route before those with parameters. */
function findRoute(app: App, method: string, path: string): Registered | undefined {
  const pathname = path.split("?")[0]!;
  return documentedRoutes(app)
    .filter((route) => route.method === method.toLowerCase() && matches(route.path, pathname))
    .sort((a, b) => a.path.split("{").length - b.path.split("{").length)[0];
}

function matches(template: string, pathname: string): boolean {
  const expected = template.split("/");
  const given = pathname.split("/");
  return (
    expected.length === given.length && expected.every((part, index) => part.startsWith("{") || part === given[index])
  );
}

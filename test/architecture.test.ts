import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleWorkflowCode } from "@temporalio/worker";
import { beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const SKIPPED = /(^|\/)(node_modules|dist|build|\.[^/]+)\//;
/** Made from /openapi.json, not written. */
const GENERATED = /^clients\//;

interface Import {
  /** A path from the root for files of ours, else the package's or built-in module's name. */
  to: string;
  typeOnly: boolean;
}

interface Source {
  file: string;
  text: string;
  imports: Import[];
}

const sources: Source[] = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !SKIPPED.test(file) && !GENERATED.test(file))
  .map((file) => {
    const text = readFileSync(join(ROOT, file), "utf8");
    return { file, text, imports: importsOf(file, text) };
  });

/** Static and dynamic imports and re-exports of a module. */
function importsOf(file: string, text: string): Import[] {
  const statics = text.matchAll(/^\s*(?:import|export)\s+(type\s)?(?:([^;"'`]*?)\sfrom\s+)?["']([^"']+)["']/gm);
  const dynamics = text.matchAll(/\bimport\(\s*["']([^"']+)["']/g);
  return [
    ...[...statics].map(([, type, names, to]) => ({
      to: resolve(file, to!),
      typeOnly: type !== undefined || onlyTypes(names ?? ""),
    })),
    ...[...dynamics].map(([, to]) => ({ to: resolve(file, to!), typeOnly: false })),
  ];
}

function onlyTypes(names: string): boolean {
  const inner = /^\{([\s\S]*)\}$/.exec(names.trim())?.[1];
  return inner?.split(",").every((name) => name.trim() === "" || name.trim().startsWith("type ")) ?? false;
}

function resolve(file: string, to: string): string {
  return to.startsWith(".") ? normalize(join(dirname(file), to)) : to;
}

const within = (folder: string) => sources.filter(({ file }) => file.startsWith(folder));
const isOwn = (to: string) =>
  /\.[a-z]+$/.test(to) && to.includes("/") && !to.startsWith("@") && !to.startsWith("node:");

/** Every import of these files that `isAllowed` refuses, as "file → module". */
function refused(files: Source[], isAllowed: (one: Import, file: string) => boolean): string[] {
  return files.flatMap(({ file, imports }) =>
    imports.filter((one) => !isAllowed(one, file)).map(({ to }) => `${file} → ${to}`),
  );
}

describe("who may import whom", () => {
  it("sees imports of every kind (a check of this test itself)", () => {
    const text = `import a from "./a.ts";\nimport type { B } from "../b.ts";\nimport { type C, type D } from "c";\nimport { type E, f } from "e";
export { g } from "./g.ts";\nimport "./h.ts";\nimport {\n  i,\n  type J,\n} from "node:fs";\nconst k = await import("./k.ts");`;
    expect(importsOf("x/y.ts", text)).toEqual([
      { to: "x/a.ts", typeOnly: false },
      { to: "b.ts", typeOnly: true },
      { to: "c", typeOnly: true },
      { to: "e", typeOnly: false },
      { to: "x/g.ts", typeOnly: false },
      { to: "x/h.ts", typeOnly: false },
      { to: "node:fs", typeOnly: false },
      { to: "x/k.ts", typeOnly: false },
    ]);
    expect(sources.length).toBeGreaterThan(100);
    expect(refused(within("db/"), ({ to }) => to !== "db/client.ts").length).toBeGreaterThan(10);
  });

  it("rules/ is pure: itself, zod for shapes, liquidjs for templates", () => {
    const offences = refused(within("rules/"), ({ to, typeOnly }, file) => {
      if (to === "zod") return typeOnly || /^rules\/(schema|check\w*)\.ts$/.test(file);
      if (to === "liquidjs") return file === "rules/templates.ts";
      return to.startsWith("rules/");
    });
    expect(offences).toEqual([]);
  });

  it("workflows/ hold nothing but themselves and Temporal; of the others, types alone", () => {
    const offences = refused(within("workflows/"), ({ to, typeOnly }) => {
      if (to === "@temporalio/workflow" || to === "@temporalio/common" || to.startsWith("workflows/")) return true;
      return typeOnly && /^(rules|db|activities)\//.test(to);
    });
    expect(offences).toEqual([]);
  });

  it.each([
    { folder: "db/", mayUse: ["db/", "rules/"] },
    { folder: "activities/", mayUse: ["activities/", "db/", "rules/", "net/", "workflows/contract.ts"] },
    { folder: "temporal/", mayUse: ["temporal/", "db/", "workflows/contract.ts", "config.ts"] },
    {
      folder: "worker/",
      mayUse: [
        "worker/",
        "activities/",
        "temporal/",
        "db/",
        "workflows/contract.ts",
        "config.ts",
        "scripts/launcher/asChild.ts",
      ],
    },
    {
      folder: "api/",
      mayUse: [
        "api/",
        "db/",
        "rules/",
        "net/",
        "temporal/",
        "workflows/contract.ts",
        "config.ts",
        "scripts/launcher/asChild.ts",
      ],
    },
  ])("$folder uses of ours only $mayUse", ({ folder, mayUse }) => {
    const offences = refused(within(folder), ({ to }) => {
      const isOurs = isOwn(to) || to === "config.ts";
      return !isOurs || mayUse.some((allowed) => to.startsWith(allowed));
    });
    expect(within(folder).length).toBeGreaterThan(0);
    expect(offences).toEqual([]);
  });

  const NOT_PRODUCT = /^(test|bench|examples)\//;
  const product = sources.filter(({ file }) => !NOT_PRODUCT.test(file));

  it("product code imports no tests and no benchmarks", () => {
    expect(refused(product, ({ to }) => !/^(test|bench)\//.test(to))).toEqual([]);
  });

  it.each([
    // The launcher asks the server that it has just started whether it serves, and makes the database.
    { what: /^postgres$/, where: /^(db\/|scripts\/launcher\/postgres\w+\.ts$)/ },
    { what: /^(hono|@hono\/.*|@scalar\/.*)$/, where: /^api\// },
    { what: /^hono\//, where: /^api\// },
    { what: /^@temporalio\/workflow$/, where: /^workflows\// },
    { what: /^@temporalio\/activity$/, where: /^activities\// },
    { what: /^liquidjs$/, where: /^rules\// },
  ])("$what is used only by $where", ({ what, where }) => {
    const users = product.flatMap(({ file, imports }) => (imports.some(({ to }) => what.test(to)) ? [file] : []));
    expect(users.length).toBeGreaterThan(0);
    expect(users.filter((file) => !where.test(file))).toEqual([]);
  });

  it("SQL is written in db/ only", () => {
    const statement = /(?:^|[\s(=>,!])(?:sql|tx|session|admin)(?:<[^`;]*>)?`\s*\w/;
    expect(statement.test("await sql<{ id: string }[]>`select 1`")).toBe(true);
    const writers = product.filter(({ text }) => statement.test(text)).map(({ file }) => file);
    expect(writers.filter((file) => !/^(db\/|scripts\/launcher\/postgres\w+\.ts$)/.test(file))).toEqual([]);
  });

  it("the environment is read by config.ts; the launcher passes its own on to its children", () => {
    const readers = product.filter(({ text }) => /process\s*\.\s*env\b/.test(text)).map(({ file }) => file);
    expect(readers.sort()).toEqual(["config.ts", "scripts/launcher/childEnv.ts"]);
  });
});

describe("the size of files", () => {
  const lines = sources.map(({ file, text }) => ({ file, lines: text.split("\n").length - 1 }));

  it("is at most 400 lines", () => {
    expect(lines.filter((one) => one.lines > 400)).toEqual([]);
  });

  it("is 120 lines at the median", () => {
    const sorted = lines.map((one) => one.lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(120);
  });
});

/**
 * Without its source map the bundle was 540,000 characters when this was written, nearly all of it Temporal's own code; zod alone
 * would add 500,000. What is above is loaded into every workflow's memory, so look for the import that brought it.
 */
const LARGEST_BUNDLE = 650_000;

describe("the workflow bundle", () => {
  let code: string;
  let modules: string[];
  beforeAll(async () => {
    const silent = () => undefined;
    const logger = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: console.error };
    const bundle = await bundleWorkflowCode({ workflowsPath: join(ROOT, "workflows/index.ts"), logger });
    const [written, map] = bundle.code.split(/\/\/# sourceMappingURL=[^,]*base64,/);
    code = written!;
    modules = JSON.parse(Buffer.from(map!, "base64").toString("utf8")).sources;
  });

  it("holds our workflows and the packages that Temporal's own workflow code needs, nothing else", () => {
    const groups = modules.map((name) => {
      if (name.startsWith("webpack/") || name.endsWith("-autogenerated-entrypoint.cjs")) return "webpack";
      const parts = name.split("node_modules/");
      if (parts.length > 1) return /^(@[^/]+\/[^/]+|[^/]+)/.exec(parts.at(-1)!)![0];
      return name.replace(ROOT, "").split("/")[0];
    });
    expect([...new Set(groups)].sort()).toEqual([
      "@temporalio/common",
      "@temporalio/workflow",
      "long",
      "ms",
      "nexus-rpc",
      "webpack",
      "workflows",
    ]);
  });

  it(`stays below ${LARGEST_BUNDLE} characters`, () => {
    expect(code.length).toBeGreaterThan(100_000);
    expect(code.length).toBeLessThan(LARGEST_BUNDLE);
  });
});

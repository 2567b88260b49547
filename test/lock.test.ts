import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

interface Lock {
  packages: Record<string, { optionalDependencies?: Record<string, string> }>;
}

it("the lock file has an entry for every optional package of every platform, without which `npm ci` refuses it", () => {
  const { packages }: Lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
    ),
  );
  expect(missing, "run `node scripts/completeLock.mjs`").toEqual([]);
});

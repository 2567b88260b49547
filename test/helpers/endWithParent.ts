import { spawn } from "node:child_process";
import type { RunningProcess } from "../../scripts/launcher/childProcess.ts";

/**
 * Ties a server to the life of this process, however it ends: a guard waits for the pipe to us to close and then
 * ends the server. Returns how to stop the server (and the guard) in good order.
 */
export function endWithParent(server: RunningProcess): () => Promise<void> {
  const script = 'cat >/dev/null; kill -s INT "$1"; sleep 10; kill -s KILL "$1"';
  const guard = spawn("/bin/sh", ["-c", script, "guard", String(server.pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => guard.once("exit", () => resolve()));
  return async () => {
    await server.stop();
    if (guard.pid !== undefined) process.kill(-guard.pid, "SIGKILL");
    await ended;
  };
}

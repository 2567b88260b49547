import cliProgress from "cli-progress";
import { style } from "./page.ts";

const LABEL_WIDTH = 12;

interface Progress {
  update(done: number): void;
  stop(): void;
}

/** Shows how far `work` has come towards `total`, as it tells: a bar on a terminal, a line at every quarter elsewhere. */
export async function withProgress(
  label: string,
  total: number,
  work: (update: (done: number) => void) => Promise<void>,
): Promise<void> {
  const progress = process.stdout.isTTY ? bar(label, total) : lines(label, total);
  try {
    await work((done) => progress.update(done));
    progress.update(total);
  } finally {
    progress.stop();
  }
}

function bar(label: string, total: number): Progress {
  const single = new cliProgress.SingleBar({
    format: `   ${label.padEnd(LABEL_WIDTH)} ${style.accent("{bar}")} {value}/{total}  {duration_formatted}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 44,
    hideCursor: true,
    // It would swallow Ctrl-C; demo.ts shows the cursor again instead.
    gracefulExit: false,
  });
  single.start(total, 0);
  return {
    update: (done) => single.update(done),
    stop: () => single.stop(),
  };
}

function lines(label: string, total: number): Progress {
  let shown = 0;
  return {
    update(done) {
      const quarter = total === 0 ? 4 : Math.floor((4 * done) / total);
      if (quarter <= shown) return;
      shown = quarter;
      console.log(`   ${label.padEnd(LABEL_WIDTH)} ${done}/${total}`);
    },
    stop: () => undefined,
  };
}

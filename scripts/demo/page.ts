import { stripVTControlCharacters, styleText } from "node:util";

/** Everything is written to fit into this many columns. */
export const COLUMNS = 100;

// getColorDepth() itself honours NO_COLOR and a dumb terminal.
const isColoured = process.stdout.isTTY && process.stdout.getColorDepth() > 1;
const paint = (format: Parameters<typeof styleText>[0]) => (text: string) =>
  isColoured ? styleText(format, text) : text;

export const style = {
  heading: paint("bold"),
  strong: paint("bold"),
  accent: paint("cyan"),
  good: paint("green"),
  warn: paint("yellow"),
  bad: paint("red"),
  quiet: paint("gray"),
};

let step = 0;

/** A numbered heading of the story. */
export function heading(text: string): void {
  step++;
  console.log(`\n${style.heading(`${step}  ${text}`)}`);
}

/** Lines of text, broken at COLUMNS, each beginning with `indent`; a second and later lines with `hanging`. */
export function write(text: string, indent = "   ", hanging = indent, paintLine = (line: string) => line): void {
  wrap(text, indent, hanging).forEach((line) => {
    console.log(paintLine(line));
  });
}

/** Without the codes that colour it. */
const shownLength = (text: string) => stripVTControlCharacters(text).length;

/** Breaks text at spaces so that no line is longer than COLUMNS, unless one word is. */
export function wrap(text: string, indent = "", hanging = indent): string[] {
  const lines: string[] = [];
  let line = indent;
  let isEmpty = true;
  for (const word of text.split(" ")) {
    if (!isEmpty && shownLength(line) + 1 + shownLength(word) > COLUMNS) {
      lines.push(line);
      line = hanging;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** `count` with its noun: "1 rule", "9 rules", "2,647 invoices". */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** The text, shortened to `width` characters where it is longer. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1).trimEnd()}…`;
}

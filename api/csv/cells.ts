/** A text that a spreadsheet would take for a formula, perhaps behind marks that an export put there. */
const FORMULA = /^'*[=+\-@\t\r]/;
const NEUTRALISED = /^'+[=+\-@\t\r]/;

/** A text that no spreadsheet takes for a formula; {@link restored} gives it back. */
export function neutralised(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text that was neutralised; others stay as they are. */
export function restored(cell: string): string {
  return NEUTRALISED.test(cell) ? cell.slice(1) : cell;
}

const NEEDS_QUOTES = /[",;\r\n\t]|^\s|\s$/;

/** One line of CSV, with its end. Cells are quoted where a reader could go wrong, whichever delimiter it expects. */
export function csvLine(cells: readonly string[], delimiter: string): string {
  return `${cells.map((cell) => (NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(delimiter)}\n`;
}

/** Members of a list in one cell. */
export function splitList(cell: string): string[] {
  return cell
    .split(";")
    .map((member) => member.trim())
    .filter((member) => member !== "");
}

// What the commands print: tables, numbers with units, and a progress bar for people on a terminal.

/** Rows under a header, columns aligned; those named in `right` to the right. */
export function table(header: string[], rows: string[][], right: string[] = []): string {
  const widths = header.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => row[i].length)),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, i) =>
        right.includes(header[i]) ? cell.padStart(widths[i]) : cell.padEnd(widths[i]),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(header), rule, ...rows.map(line)].join('\n');
}

/** Prints text on stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints the one JSON value of a command. Numbers that JSON lacks become null. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? Number(item) : item), 2));
}

/** "12.3 M". */
export function millions(count: number): string {
  return `${(count / 1e6).toFixed(count < 1e7 ? 2 : 1)} M`;
}

export function milliseconds(ms: number): string {
  return ms.toFixed(ms < 10 ? 3 : 2);
}

/** "1.2 MB" or "34 KB". */
export function bytesText(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Progress on stderr: a bar when it is a terminal, else nothing. */
export class Progress {
  readonly #isShown = process.stderr.isTTY === true;
  #lastShown = 0;

  show(label: string, done: number, total: number): void {
    const now = performance.now();
    if (!this.#isShown || (now - this.#lastShown < 100 && done < total)) return;
    this.#lastShown = now;
    const filled = Math.round((done / total) * 24);
    const bar = '█'.repeat(filled) + '░'.repeat(24 - filled);
    process.stderr.write(`\r\x1b[2K${bar} ${done}/${total} ${label}`);
  }

  clear(): void {
    if (this.#isShown) process.stderr.write('\r\x1b[2K');
  }
}

// The comparison as a picture: for each model a bar per engine, and for each network how its speed
// grows with its share of zeros. One thread, or the first number of threads that was measured.

import { kSparsities, parseNetworkName } from '../networks/files.js';
import { kContestants, kOwn } from './engines.js';
import type { Row } from './measure.js';
import { comparable } from './report.js';

const kWidth = 900;
const kMargin = 24;
const kNames = 240;
const kBar = 10;
const kPanel = { width: 400, height: 220 };

/** Text of a file, as SVG wants it. */
function text(x: number, y: number, words: string, rest = ''): string {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" ${rest}>${escaped}</text>`;
}

function legend(y: number): string {
  return kContestants
    .map(({ title, color }, i) => {
      const x = kMargin + i * 110;
      const box = `<rect x="${x}" y="${y - 9}" width="10" height="10" fill="${color}"/>`;
      return box + text(x + 15, y, title);
    })
    .join('');
}

/** Milliseconds of every engine as bars, relative to the slowest of the model. */
function bars(rows: readonly Row[], top: number): { svg: string; bottom: number } {
  let y = top;
  const parts = rows.map((row) => {
    const times = kContestants.map(({ name }) => comparable(row, name)?.median);
    const slowest = Math.max(...times.map((time) => time ?? 0));
    const group = [text(kMargin, y + kBar * 2, row.model)];
    kContestants.forEach(({ color }, i) => {
      const time = times[i];
      const rowTop = y + i * kBar;
      if (time === undefined) return;
      const width = ((kWidth - kNames - 2 * kMargin - 60) * time) / slowest;
      group.push(
        `<rect x="${kNames}" y="${rowTop}" width="${width.toFixed(1)}" height="${kBar - 1}" ` +
          `fill="${color}"/>`,
        text(kNames + width + 4, rowTop + kBar - 2, `${time.toFixed(1)} ms`, 'font-size="9"'),
      );
    });
    y += kBar * kContestants.length + 8;
    return group.join('');
  });
  return { svg: parts.join('\n'), bottom: y };
}

/** Speed over share of zeros, filigree on the dense network being 1. */
function panel(network: string, rows: readonly Row[], left: number, top: number): string {
  const found = (percent: number) => rows.find((row) => row.model === `${network}-${percent}`);
  const base = found(0) && comparable(found(0) as Row, kOwn.name)?.median;
  if (!base) return '';
  const lines = kContestants.map(({ name, color }) => {
    const points = kSparsities.flatMap((percent) => {
      const row = found(percent);
      const time = row && comparable(row, name)?.median;
      return time ? [{ percent, speed: base / time }] : [];
    });
    return { color, points };
  });
  const most = Math.ceil(Math.max(...lines.flatMap(({ points }) => points.map((p) => p.speed))));
  const x = (percent: number) => left + 30 + ((kPanel.width - 60) * percent) / 100;
  const y = (speed: number) => top + kPanel.height - 30 - ((kPanel.height - 60) * speed) / most;
  const parts = [text(left + 30, top + 16, network, 'font-weight="bold"')];
  for (let speed = 0; speed <= most; ++speed) {
    parts.push(
      `<line x1="${x(0)}" x2="${x(100)}" y1="${y(speed)}" y2="${y(speed)}" stroke="#dee2e6"/>`,
      text(left, y(speed) + 4, `${speed} ×`, 'font-size="9"'),
    );
  }
  for (const percent of kSparsities) {
    parts.push(text(x(percent) - 8, top + kPanel.height - 14, `${percent} %`, 'font-size="9"'));
  }
  for (const { color, points } of lines) {
    const path = points.map((p) => `${x(p.percent).toFixed(1)},${y(p.speed).toFixed(1)}`).join(' ');
    parts.push(`<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>`);
  }
  return parts.join('\n');
}

export function chart(rows: readonly Row[]): string {
  const threads = rows[0]?.threads;
  const shown = rows.filter((row) => row.threads === threads);
  const networks = [
    ...new Set(shown.flatMap(({ model }) => parseNetworkName(model)?.network ?? [])),
  ];
  const title = `Milliseconds of one run, ${threads} thread(s); shorter is faster`;
  const { svg, bottom } = bars(shown, 60);
  const panels = networks.map((network, i) =>
    panel(
      network,
      shown,
      kMargin + (i % 2) * (kPanel.width + 30),
      bottom + 40 + Math.floor(i / 2) * kPanel.height,
    ),
  );
  const height = bottom + 60 + Math.ceil(networks.length / 2) * kPanel.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${kWidth}" height="${height}" ` +
      'font-family="sans-serif" font-size="12">',
    '<rect width="100%" height="100%" fill="#fff"/>',
    text(kMargin, 24, title, 'font-weight="bold"'),
    legend(44),
    svg,
    networks.length > 0
      ? text(kMargin, bottom + 24, 'Speed over zeros in the 1×1 convolutions, filigree dense = 1')
      : '',
    ...panels,
    '</svg>',
  ].join('\n');
}

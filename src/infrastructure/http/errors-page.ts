import { PROBLEM_CODES, type ProblemDefinition } from '../../common/problems/problem-codes.js';

function sortedCodes(): [string, ProblemDefinition][] {
  return Object.entries<ProblemDefinition>(PROBLEM_CODES).sort(
    ([a, { status: statusA }], [b, { status: statusB }]) => statusA - statusB || (a < b ? -1 : 1),
  );
}

/** The page that the `type` of every problem leads to, as HTML. */
export function errorsPage(): string {
  const rows = sortedCodes().map(
    ([code, { status, title, meaning }]) =>
      `<tr id="${code}"><td>${String(status)}</td><td><code>${code}</code></td><td><b>${title}.</b> ${meaning}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Errors of the Orderly API</title>
<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}td{padding:.4rem .8rem;vertical-align:top;border-top:1px solid #ddd}tr:target{background:#fff3c4}</style>
</head><body><h1>Errors of the Orderly API</h1><table>${rows.join('')}</table></body></html>`;
}

/** The same as Markdown, for `docs/errors.md`. */
export function errorsMarkdown(): string {
  const sections = sortedCodes().map(([code, { status, title, meaning, extras }]) => {
    const fields = extras ? `\n\nFields of its own: ${Object.keys(extras.shape).map((name) => `\`${name}\``).join(', ')}.` : '';
    return `## ${code}\n\n${String(status)} · ${title}.\n\n${meaning}${fields}\n`;
  });
  return [
    '# Errors\n',
    'Every error is `application/problem+json` (RFC 9457) with one of these codes in `code`. Codes are stable; texts are not.\n',
    ...sections,
  ].join('\n');
}

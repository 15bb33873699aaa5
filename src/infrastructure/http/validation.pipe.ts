import { StandardSchemaValidationPipe, type StandardSchemaValidationPipeOptions } from '@nestjs/common';
import { invalidRequest, type InputFault } from '../../common/problems/problem.js';

type Issue = Parameters<NonNullable<StandardSchemaValidationPipeOptions['exceptionFactory']>>[0][number];

/** Most faults that one answer names. */
const MAX_FAULTS = 50;

/** Validates each input against its schema and names every wrong or unknown field. */
export function createValidationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => invalidRequest(...issues.flatMap(toFaults).slice(0, MAX_FAULTS)),
  });
}

function toFaults(issue: Issue): InputFault[] {
  const path = (issue.path ?? []).map((segment) =>
    String(typeof segment === 'object' ? segment.key : segment),
  );
  const unknownKeys = 'keys' in issue && Array.isArray(issue.keys) ? issue.keys.map(String) : [];
  if (unknownKeys.length === 0) return [{ pointer: toPointer(path), detail: issue.message }];
  return unknownKeys.map((key) => ({
    pointer: toPointer([...path, key]),
    detail: 'is not known here',
  }));
}

/** A JSON pointer (RFC 6901) of a path. */
function toPointer(path: readonly string[]): string {
  return path
    .map((segment) => `/${segment.slice(0, 200).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

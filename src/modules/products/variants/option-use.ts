import { invalidRequest, problem, type Problem } from '../../../common/problems/problem.js';
import type { ProductOption } from '../product.entity.js';

/** Why the options of a product cannot become others while it has these variants; `null` when they can. */
export function optionInUse(
  options: readonly ProductOption[],
  variants: readonly { readonly options: Readonly<Record<string, string>> }[],
): Problem | null {
  for (const variant of variants) {
    for (const [option, value] of Object.entries(variant.options)) {
      const kept = options.find(({ name }) => name === option)?.values.includes(value) ?? false;
      if (!kept) return problem('option_in_use', { option, value });
    }
  }
  const added = options.findIndex(({ name }) => variants.some((variant) => variant.options[name] === undefined));
  if (added < 0) return null;
  return invalidRequest({ pointer: `/options/${String(added)}/name`, detail: 'is an option that the variants do not have' });
}

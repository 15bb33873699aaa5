/**
 * The SKU of a variant `v` as it is searched for: folded, and without what separates its
 * parts, so that `ab12xl` is `AB-12-XL`. Written as the index `variants_bare_sku_idx` has it.
 */
export const BARE_SKU = `replace(search_fold(v.sku), ' ', '')`;

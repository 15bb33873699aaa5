const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Which column a text of a path means: no slug looks like an id. */
export function keyColumn(idOrSlug: string): 'id' | 'slug' {
  return UUID.test(idOrSlug) ? 'id' : 'slug';
}

/** A slug that is free: the wanted one, or one that ends like the id. */
export function slugWithId(slug: string, id: string, maxLength: number): string {
  return `${slug.slice(0, maxLength - 7)}-${id.slice(-6)}`;
}

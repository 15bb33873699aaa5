/** The roles, each with what it may do. Guests are everybody without a sign-in. */
const GUEST = [
  'health:read',
  'accounts:create',
  'sessions:create',
  'catalogue:read',
  'carts:write',
  'orders:place',
  'images:upload',
] as const;
const CUSTOMER = [...GUEST, 'profile:read', 'sessions:end', 'own-orders:read', 'reviews:create'] as const;
const STAFF = [
  ...CUSTOMER,
  'products:read',
  'products:write',
  'products:import',
  'reviews:read',
  'reviews:moderate',
  'images:read',
  'images:write',
  'stock:read',
  'stock:write',
  'orders:read',
  'orders:write',
  'payments:write',
  'jobs:read',
  'jobs:write',
  'operations:read',
  'operations:write',
  'events:read',
  'webhooks:read',
  'webhooks:write',
  'invariants:read',
] as const;
const ADMIN = [...STAFF] as const;

/** What a route may ask for. */
export type Permission = (typeof ADMIN)[number];

/** The role of a signed-in person. */
export type Role = 'customer' | 'staff' | 'admin';

const PERMISSIONS: Readonly<Record<Role | 'guest', ReadonlySet<Permission>>> = {
  guest: new Set(GUEST),
  customer: new Set(CUSTOMER),
  staff: new Set(STAFF),
  admin: new Set(ADMIN),
};

/** Tells whether a role has a permission. */
export function isGranted(role: Role | 'guest', permission: Permission): boolean {
  return PERMISSIONS[role].has(permission);
}

/** The least role that has the permission; for the documentation. */
export function leastRole(permission: Permission): Role | 'guest' {
  const roles = ['guest', 'customer', 'staff', 'admin'] as const;
  return roles.find((role) => isGranted(role, permission)) ?? 'admin';
}

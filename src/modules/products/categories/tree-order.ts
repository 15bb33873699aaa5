/** What the order of a tree is made of. */
export interface TreeNode {
  readonly id: string;
  readonly parentId: string | null;
}

/**
 * Puts nodes in the order of their tree: each parent right before what is below it.
 *
 * @param nodes siblings in their order; what has no parent among them is left out
 */
export function inTreeOrder<T extends TreeNode>(nodes: readonly T[]): T[] {
  const children = new Map<string | null, T[]>();
  for (const node of nodes) {
    const siblings = children.get(node.parentId);
    if (siblings) siblings.push(node);
    else children.set(node.parentId, [node]);
  }
  const ordered: T[] = [];
  const open = [...(children.get(null) ?? [])].reverse();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    ordered.push(node);
    open.push(...[...(children.get(node.id) ?? [])].reverse());
  }
  return ordered;
}

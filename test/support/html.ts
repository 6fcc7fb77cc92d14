/** Reads pages with a parser that is not ours (parse5, the WHATWG algorithm) and counts its complaints. */
import { type DefaultTreeAdapterTypes, parse, parseFragment } from 'parse5';

export type Node = DefaultTreeAdapterTypes.Node;
export type Element = DefaultTreeAdapterTypes.Element;

/** The tree, and the codes of all parse errors. */
export function parsePage(html: string): {
  readonly root: Node;
  readonly errors: readonly string[];
} {
  const errors: string[] = [];
  const root = parse(html, { onParseError: ({ code }) => errors.push(code) });
  return { root, errors };
}

export function parsePart(html: string): {
  readonly root: Node;
  readonly errors: readonly string[];
} {
  const errors: string[] = [];
  const root = parseFragment(html, { onParseError: ({ code }) => errors.push(code) });
  return { root, errors };
}

function childrenOf(node: Node): readonly Node[] {
  return 'childNodes' in node ? node.childNodes : [];
}

/** All elements of a name below the node, in document order; `*` for all. */
export function elementsOf(node: Node, name: string): readonly Element[] {
  return childrenOf(node).flatMap((child) => {
    const below = elementsOf(child, name);
    return 'tagName' in child && (name === '*' || child.tagName === name)
      ? [child, ...below]
      : below;
  });
}

export function textOf(node: Node): string {
  if ('value' in node) return node.value;
  return childrenOf(node).map(textOf).join('');
}

export function attributeOf(element: Element, name: string): string | undefined {
  return element.attrs.find((attribute) => attribute.name === name)?.value;
}

/** Cells of a table by row, the head first. */
export function cellsOf(table: Element): readonly (readonly string[])[] {
  return elementsOf(table, 'tr').map((row) =>
    elementsOf(row, '*')
      .filter(({ tagName }) => tagName === 'td' || tagName === 'th')
      .map(textOf),
  );
}

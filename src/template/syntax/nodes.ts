/** A place in the template where a node begins. */
type At = { at: number }

/** A constant of the template: text, number, true, false or none. */
export type Const = At & { kind: 'Const'; value: unknown }
/** A name that is read or assigned to. */
export type Name = At & { kind: 'Name'; name: string }
/** An attribute of a namespace that is assigned to. */
export type NamespaceReference = At & { kind: 'NSRef'; name: string; attribute: string }
/** Values in a row, as `a, b`. */
export type TupleNode = At & { kind: 'Tuple'; items: Expression[] }
/** A key of a dictionary that is written out, and its value. */
export type Pair = At & { kind: 'Pair'; key: Expression; value: Expression }
/** A named argument. */
export type Keyword = At & { kind: 'Keyword'; key: string; value: Expression }
/** One comparison of a chain, as `< b`. */
export type Operand = At & { kind: 'Operand'; operator: string; expression: Expression }
/** Two operands and what is done with them. */
export type Binary = At & {
  kind: 'Add' | 'Sub' | 'Mul' | 'Div' | 'FloorDiv' | 'Mod' | 'Pow' | 'And' | 'Or'
  left: Expression
  right: Expression
}
/** One operand and what is done with it. */
export type Unary = At & { kind: 'Not' | 'Neg' | 'Pos'; node: Expression }
/** What stands between the brackets of `a[1:5:2]`. */
export type Slice = At & { kind: 'Slice'; start: Expression | null; stop: Expression | null; step: Expression | null }
/** An attribute, as `a.b`. */
export type Getattr = At & { kind: 'Getattr'; node: Expression; attribute: string }
/** A subscript, as `a[b]`. */
export type Getitem = At & { kind: 'Getitem'; node: Expression; argument: Expression }
/** Comparisons in a chain, as `a < b < c`. */
export type Compare = At & { kind: 'Compare'; expression: Expression; operands: Operand[] }
/** One of two values, as `a if b else c`. */
export type Conditional = At & { kind: 'CondExpr'; test: Expression; chosen: Expression; otherwise: Expression | null }
/** What stands between the parentheses of a call. */
export type Arguments = { args: Expression[]; keywords: Keyword[]; restArgs: Expression | null; restKeywords: Expression | null }
/** A call, as `a(b)`. */
export type Call = At & Arguments & { kind: 'Call'; node: Expression }
/** A filter; `node` is null where it filters the body of a block. */
export type FilterNode = At & Arguments & { kind: 'Filter'; node: Expression | null; name: string }
/** A test, as `a is b`. */
export type TestNode = At & Arguments & { kind: 'Test'; node: Expression; name: string }

/** An expression, named as in Jinja's own syntax tree. */
export type Expression =
  | Const
  | Name
  | NamespaceReference
  | TupleNode
  | (At & { kind: 'List'; items: Expression[] })
  | (At & { kind: 'Dict'; items: Pair[] })
  | (At & { kind: 'Concat'; nodes: Expression[] })
  | Binary
  | Unary
  | Slice
  | Getattr
  | Getitem
  | Compare
  | Conditional
  | Call
  | FilterNode
  | TestNode

/** What may stand on the left of an assignment. */
export type Target = Name | NamespaceReference | TupleNode

/** Text that is written as it stands. */
export type TemplateData = At & { kind: 'TemplateData'; data: string }
/** What a stretch of the template writes. */
export type Output = At & { kind: 'Output'; nodes: (TemplateData | Expression)[] }
/** A loop over what an iterable gives. */
export type For = At & {
  kind: 'For'
  target: Target
  iterable: Expression
  body: Statement[]
  otherwise: Statement[]
  test: Expression | null
  recursive: boolean
}
/** Branches, the first of which that is true is taken. */
export type If = At & { kind: 'If'; test: Expression; body: Statement[]; elifs: If[]; otherwise: Statement[] }
/** Parameters of a macro or call block; the defaults belong to the last of them. */
export type Signature = { parameters: Name[]; defaults: Expression[] }
/** A macro, which is called like a function. */
export type Macro = At & Signature & { kind: 'Macro'; name: string; body: Statement[] }
/** A call that is given a body to call back. */
export type CallBlock = At & Signature & { kind: 'CallBlock'; call: Call; body: Statement[] }
/** Names that hold within a body alone. */
export type With = At & { kind: 'With'; targets: Target[]; values: Expression[]; body: Statement[] }
/** A named body, which inheritance may replace. */
export type Block = At & { kind: 'Block'; name: string; scoped: boolean; body: Statement[] }
/** An assignment of a value. */
export type Assign = At & { kind: 'Assign'; target: Target; value: Expression }
/** An assignment of what a body writes. */
export type AssignBlock = At & { kind: 'AssignBlock'; target: Target; filter: FilterNode | null; body: Statement[] }
/** A body that goes through a filter. */
export type FilterBlock = At & { kind: 'FilterBlock'; filter: FilterNode; body: Statement[] }
/** Whether what a body writes is escaped. */
export type AutoescapeModifier = At & { kind: 'ScopedEvalContextModifier'; option: Keyword; body: Statement[] }

/** What the model wrote, as chat templates mark it. */
export type Generation = At & { kind: 'Generation'; body: Statement[] }

/** A statement, named as in Jinja's own syntax tree. */
export type Statement =
  | Output
  | For
  | If
  | Macro
  | CallBlock
  | Generation
  | With
  | Block
  | Assign
  | AssignBlock
  | FilterBlock
  | AutoescapeModifier
  | (At & { kind: 'Scope'; body: AutoescapeModifier[] })
  | (At & { kind: 'ExprStmt'; node: Expression })
  | (At & { kind: 'Break' | 'Continue' })
  | (At & { kind: 'Include' | 'Import' | 'FromImport' | 'Extends'; template: Expression })

/** A whole template. */
export type TemplateNode = At & { kind: 'Template'; body: Statement[] }

/** Any node of a template's syntax tree. */
export type Node = TemplateNode | Statement | Expression | TemplateData | Pair | Keyword | Operand

/** The nodes directly below a node, in the order they are written. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = []
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const item of value) children.push(item as Node)
    else if (typeof value === 'object' && value !== null && 'kind' in value && 'at' in value) children.push(value as Node)
  }
  return children
}

/** Every node of a tree, parents before children. */
export function* walk(root: Node): Generator<Node> {
  const open = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node
    open.push(...childrenOf(node).reverse())
  }
}

/** Whether a tree has more levels than that. */
export function isDeeperThan(levels: number, root: Node): boolean {
  let row: Node[] = [root]
  for (let level = 0; row.length > 0; level++) {
    if (level === levels) return true
    row = row.flatMap(childrenOf)
  }
  return false
}

import { relative } from 'node:path';
import ts from 'typescript';
import { isByTransport, messagesOf, tables, type Message } from './catalogue.ts';
import { nodesOf, placeOf, ROOT, type Program } from './program.ts';

/** Where the code names messages, and which ones an expression stands for. */
export class Mentions {
  private readonly explained = new Set<ts.Node>();
  private readonly program: Program;

  constructor(program: Program) {
    this.program = program;
  }

  /** The messages an expression may stand for. Throws when that can't be told, or when it is the parameter of a function. */
  messagesIn(expression: ts.Node): readonly Message[] {
    const found = this.resolve(expression);
    if (Array.isArray(found)) return found as readonly Message[];
    throw new Error(
      `It can't be told which message this is: ${expression.getText()} at ${placeOf(expression)}`,
    );
  }

  /** Whether it is an object written out, here or as a constant: no message, but the options of a handler. */
  isOptions(expression: ts.Node): boolean {
    if (ts.isObjectLiteralExpression(expression)) return true;
    if (ts.isAsExpression(expression) || ts.isSatisfiesExpression(expression))
      return this.isOptions(expression.expression);
    const declared = ts.isIdentifier(expression) && this.program.symbolOf(expression)?.valueDeclaration;
    return (
      !!declared &&
      ts.isVariableDeclaration(declared) &&
      !!declared.initializer &&
      this.isOptions(declared.initializer)
    );
  }

  /** The parameter an expression hands on, if it is one. */
  parameterIn(expression: ts.Node): ts.ParameterDeclaration | undefined {
    const found = this.resolve(expression);
    return found && !Array.isArray(found) ? (found as ts.ParameterDeclaration) : undefined;
  }

  /** Mentions of messages in the file's code (not in its types) that no call or decorator has explained. */
  unexplainedIn(file: ts.SourceFile): ts.Node[] {
    return nodesOf(file).filter(
      (node) =>
        ts.isIdentifier(node) &&
        !this.explained.has(node) &&
        isInCode(node) &&
        !readsOnlyItsShape(node) &&
        this.exported(node).length > 0,
    );
  }

  private resolve(node: ts.Node): readonly Message[] | ts.ParameterDeclaration | undefined {
    if (
      ts.isParenthesizedExpression(node) ||
      ts.isAsExpression(node) ||
      ts.isSpreadElement(node) ||
      ts.isNonNullExpression(node)
    )
      return this.resolve(node.expression);
    if (ts.isConditionalExpression(node))
      return [...this.messagesIn(node.whenTrue), ...this.messagesIn(node.whenFalse)];
    if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap((each) => this.messagesIn(each));
    if (ts.isElementAccessExpression(node)) return this.resolve(node.expression);
    if (ts.isPropertyAccessExpression(node)) return this.member(node.expression, node.name.text);
    if (ts.isCallExpression(node)) return this.call(node);
    if (ts.isIdentifier(node)) return this.named(node);
    return undefined;
  }

  private call(node: ts.CallExpression): readonly Message[] | undefined {
    const [argument] = node.arguments;
    if (node.expression.getText() === 'Object.values' && argument) return this.messagesIn(argument);
    if (isByTransport(node.expression.getText())) return this.messagesIn(node.expression);
    return undefined;
  }

  private named(node: ts.Identifier): readonly Message[] | ts.ParameterDeclaration | undefined {
    const messages = this.exported(node);
    if (messages.length > 0) {
      this.explained.add(node);
      return messages;
    }
    const declaration = this.program.symbolOf(node)?.valueDeclaration;
    if (!declaration) return undefined;
    if (ts.isParameter(declaration)) return declaration;
    if (ts.isBindingElement(declaration)) return this.bound(declaration);
    if (!ts.isVariableDeclaration(declaration)) return undefined;
    if (declaration.initializer) return this.resolve(declaration.initializer);
    const loop = declaration.parent.parent;
    return ts.isForOfStatement(loop) ? this.resolve(loop.expression) : undefined;
  }

  /** `const { running, ...others } = SERVER_EVENTS` */
  private bound(element: ts.BindingElement): readonly Message[] | undefined {
    const variable = element.parent.parent;
    if (!ts.isVariableDeclaration(variable) || !variable.initializer) return undefined;
    const all = this.messagesIn(variable.initializer);
    const key = (one: ts.BindingElement) => (one.propertyName ?? one.name).getText();
    if (!element.dotDotDotToken) return this.member(variable.initializer, key(element));
    const taken = element.parent.elements.flatMap((one) =>
      ts.isBindingElement(one) && !one.dotDotDotToken
        ? this.member(variable.initializer as ts.Node, key(one))
        : [],
    );
    return all.filter((message) => !taken.includes(message));
  }

  private member(table: ts.Node, key: string): readonly Message[] {
    const message = ts.isIdentifier(table)
      ? tables.get(this.program.symbolOf(table)?.name ?? '')?.[key]
      : undefined;
    if (!message) return this.messagesIn(table);
    this.explained.add(table);
    return [message];
  }

  private exported(node: ts.Identifier): readonly Message[] {
    const symbol = this.program.symbolOf(node);
    const file = symbol?.valueDeclaration?.getSourceFile().fileName;
    return file && relative(ROOT, file).startsWith('libs/contracts/') ? messagesOf(symbol.name) : [];
  }
}

/** Imports and `typeof X` name a message without using it. */
function isInCode(node: ts.Node): boolean {
  for (let at: ts.Node = node; at; at = at.parent) {
    if (ts.isTypeNode(at) || ts.isImportDeclaration(at) || ts.isExportDeclaration(at)) return false;
  }
  return true;
}

/** `ServerRunning.schema`, `.type`: looks at a contract, and moves nothing. */
function readsOnlyItsShape(node: ts.Node): boolean {
  const access = node.parent;
  return (
    ts.isPropertyAccessExpression(access) &&
    access.expression === node &&
    ['schema', 'reply', 'type', 'exchange', 'kind', 'service'].includes(access.name.text)
  );
}

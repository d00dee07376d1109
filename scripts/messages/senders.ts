import ts from 'typescript';
import type { Message } from './catalogue.ts';
import type { Mentions } from './mentions.ts';
import { nodesOf, type Program } from './program.ts';

type Sender = ts.SignatureDeclaration;

/**
 * The functions that send the message they are given: the public methods of libs/messaging that take a contract first, and
 * in turn every function that hands a parameter of its own on to one of them (the gateway's `bus.order`).
 */
export class Senders {
  private readonly parameter = new Map<Sender, number>();
  private readonly program: Program;
  private readonly mentions: Mentions;

  constructor(program: Program, mentions: Mentions) {
    this.program = program;
    this.mentions = mentions;
    for (const method of contractMethods(program)) this.parameter.set(method, 0);
  }

  /** The messages sent in these files. Throws for a call of which it can't be told what it sends. */
  sentIn(files: readonly ts.SourceFile[]): Message[] {
    this.findThoseThatHandOn(files);
    return files
      .flatMap((file) => [...this.sentArguments(file)])
      .flatMap((argument) => (this.mentions.parameterIn(argument) ? [] : this.mentions.messagesIn(argument)));
  }

  private findThoseThatHandOn(files: readonly ts.SourceFile[]): void {
    for (let known = -1; known !== this.parameter.size;) {
      known = this.parameter.size;
      for (const argument of files.flatMap((file) => [...this.sentArguments(file)])) {
        const parameter = this.mentions.parameterIn(argument);
        const position = parameter?.parent.parameters.indexOf(parameter) ?? -1;
        if (parameter && position >= 0) this.parameter.set(parameter.parent, position);
      }
    }
  }

  private *sentArguments(file: ts.SourceFile): Generator<ts.Expression> {
    for (const node of nodesOf(file)) {
      if (!ts.isCallExpression(node)) continue;
      const position = this.positionIn(node);
      const argument = position === undefined ? undefined : node.arguments[position];
      if (argument) yield argument;
    }
  }

  private positionIn({ expression }: ts.CallExpression): number | undefined {
    const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
    if (!ts.isIdentifier(name)) return undefined;
    const declaration = this.program.symbolOf(name)?.valueDeclaration;
    if (!declaration) return undefined;
    const called =
      ts.isVariableDeclaration(declaration) && declaration.initializer
        ? declaration.initializer
        : declaration;
    return ts.isFunctionLike(called) ? this.parameter.get(called) : undefined;
  }
}

/** The public methods of the classes libs/messaging exports whose first parameter is a contract, or generic in one. */
function* contractMethods(program: Program): Generator<ts.MethodDeclaration> {
  for (const { valueDeclaration: declaration } of program.exportsOf('libs/messaging/src/index.ts')) {
    if (!declaration || !ts.isClassDeclaration(declaration)) continue;
    for (const member of declaration.members) {
      if (ts.isMethodDeclaration(member) && !isPrivate(member) && takesContract(member)) yield member;
    }
  }
}

const isPrivate = (member: ts.MethodDeclaration): boolean =>
  (ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0;

function takesContract({
  parameters,
  typeParameters = [] as unknown as ts.NodeArray<ts.TypeParameterDeclaration>,
}: ts.MethodDeclaration): boolean {
  const type = parameters[0]?.type?.getText();
  const bound = typeParameters.find(({ name }) => name.text === type)?.constraint?.getText();
  return /\b(Event|Command|Request|Message)Contract\b/.test(bound ?? type ?? '');
}

import { dirname, join, relative, resolve } from 'node:path';
import { existsSync } from 'node:fs';
import ts from 'typescript';

export const ROOT = resolve(import.meta.dirname, '../..');

/**
 * The sources of the workspace as the compiler sees them, without any third-party types: enough to follow names from
 * file to file, in a second instead of half a minute.
 */
export class Program {
  private readonly checker: ts.TypeChecker;
  private readonly program: ts.Program;

  constructor(entries: readonly string[]) {
    const options: ts.CompilerOptions = {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ESNext,
      moduleDetection: ts.ModuleDetectionKind.Force,
      allowImportingTsExtensions: true,
      experimentalDecorators: true,
      noEmit: true,
      noLib: true,
      types: [],
    };
    const host = ts.createCompilerHost(options, true);
    host.resolveModuleNameLiterals = (names, importer) =>
      names.map(({ text }) => ({ resolvedModule: resolveSource(text, importer) }));
    this.program = ts.createProgram(entries, options, host);
    this.checker = this.program.getTypeChecker();
  }

  /** The files that run when `entry` does: itself and all it imports for more than a type. */
  reachable(entry: string): Set<ts.SourceFile> {
    const found = new Set<ts.SourceFile>();
    const visit = (file: ts.SourceFile | undefined) => {
      if (!file || found.has(file)) return;
      found.add(file);
      for (const specifier of imports(file)) {
        const source = resolveSource(specifier, file.fileName);
        if (source) visit(this.program.getSourceFile(source.resolvedFileName));
      }
    };
    visit(this.program.getSourceFile(entry));
    return found;
  }

  file(path: string): ts.SourceFile {
    const file = this.program.getSourceFile(join(ROOT, path));
    if (!file) throw new Error(`${path} is no part of the program`);
    return file;
  }

  /** What a name stands for, whatever imports and re-exports it came through. */
  symbolOf(node: ts.Node): ts.Symbol | undefined {
    const inShorthand = !ts.isSourceFile(node) && ts.isShorthandPropertyAssignment(node.parent);
    const symbol = inShorthand
      ? this.checker.getShorthandAssignmentValueSymbol(node.parent)
      : this.checker.getSymbolAtLocation(node);
    return symbol && this.original(symbol);
  }

  /** All that a file exports, re-exports included. */
  exportsOf(path: string): ts.Symbol[] {
    const module = this.checker.getSymbolAtLocation(this.file(path));
    return module ? this.checker.getExportsOfModule(module).map((symbol) => this.original(symbol)) : [];
  }

  private original(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }
}

/** `apps/billing/src/main.ts:12`, for messages. */
export function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${relative(ROOT, file.fileName)}:${line + 1}`;
}

/** Every node below and including this one, in order. */
export function nodesOf(root: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node) => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return nodes;
}

/** The text of the docstring of a declaration, one line; empty without one. */
export function docstring(node: ts.Node): string {
  const comments = ts.getJSDocCommentsAndTags(node).filter((each) => ts.isJSDoc(each));
  const text = ts.getTextOfJSDocComment(comments.at(-1)?.comment) ?? '';
  return text
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The first sentence of a docstring. */
export const firstSentence = (text: string): string => /^.*?[.?!](?=\s|$)/s.exec(text)?.[0] ?? text;

function resolveSource(specifier: string, importer: string): ts.ResolvedModuleFull | undefined {
  const [, library] = /^@berth\/([\w-]+)$/.exec(specifier) ?? [];
  const path = library
    ? join(ROOT, 'libs', library, 'src/index.ts')
    : specifier.startsWith('.')
      ? join(dirname(importer), specifier)
      : '';
  if (!path.endsWith('.ts') || !existsSync(path)) return undefined;
  return { resolvedFileName: path, extension: ts.Extension.Ts };
}

function* imports(file: ts.SourceFile): Generator<string> {
  for (const statement of file.statements) {
    const typesOnly =
      (ts.isImportDeclaration(statement) &&
        statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) ||
      (ts.isExportDeclaration(statement) && statement.isTypeOnly);
    if (typesOnly || !(ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))) continue;
    if (statement.moduleSpecifier && ts.isStringLiteral(statement.moduleSpecifier)) {
      yield statement.moduleSpecifier.text;
    }
  }
}

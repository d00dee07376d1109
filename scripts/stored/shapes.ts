import { dirname, join, relative } from 'node:path';
import { existsSync, globSync } from 'node:fs';
import ts from 'typescript';
import { ROOT } from '../messages/program.ts';

/** What the documents of a collection look like: the type of each path. `a.b[]` are the items of a list, `a.*` any key, `a?` may be absent. */
export type Shape = Readonly<Record<string, string>>;

/** Only these libraries say anything about what is stored; leaving the others out saves most of the time. */
const TYPES_OF = ['zod', 'amqplib'];

/**
 * The shape of every collection, by `<project>/<collection>`, as the document types say it: the compiler knows what lies in
 * parts that the mongoose schemas leave open, too. Every `documentSchema<Document>(…, { collection })` of the sources counts.
 */
export function currentShapes(): Record<string, Shape> {
  const files = globSync('{apps,libs}/*/src/**/*.ts', { cwd: ROOT })
    .filter((file) => !file.endsWith('.spec.ts') && !file.includes('/fixtures/'))
    .map((file) => join(ROOT, file));
  const program = programOf(files);
  const checker = program.getTypeChecker();
  const found = files.flatMap((file) => {
    const source = program.getSourceFile(file);
    const project = relative(ROOT, file).split('/')[1] ?? '';
    return callsIn(source).map(({ type, collection }): [string, Shape] => [
      `${project}/${collection}`,
      shapeOf(checker.getTypeFromTypeNode(type), checker),
    ]);
  });
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function programOf(files: string[]): ts.Program {
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
    lib: ['lib.es2024.d.ts'],
    ...{ strict: true, noEmit: true, skipLibCheck: true, allowImportingTsExtensions: true, types: ['node'] },
  };
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (names, importer) =>
    names.map(({ text }) => {
      const source = sourceOf(text, importer);
      if (source) return { resolvedModule: { resolvedFileName: source, extension: ts.Extension.Ts } };
      const isOurs = importer.startsWith(ROOT) && !importer.includes('node_modules');
      if (isOurs && !TYPES_OF.includes(text)) return { resolvedModule: undefined };
      return ts.resolveModuleName(text, importer, options, host, undefined, undefined, ts.ModuleKind.ESNext);
    });
  return ts.createProgram(files, options, host);
}

function sourceOf(specifier: string, importer: string): string | undefined {
  const [, library] = /^@berth\/([\w-]+)$/.exec(specifier) ?? [];
  if (library) return join(ROOT, 'libs', library, 'src/index.ts');
  const path = join(dirname(importer), specifier);
  return specifier.startsWith('.') && path.endsWith('.ts') && existsSync(path) ? path : undefined;
}

function callsIn(source: ts.SourceFile | undefined): { type: ts.TypeNode; collection: string }[] {
  const found: { type: ts.TypeNode; collection: string }[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isCallExpression(node) || node.expression.getText() !== 'documentSchema') return;
    const [type] = node.typeArguments ?? [];
    const collection = /collection: '(\w+)'/.exec(node.arguments[1]?.getText() ?? '')?.[1];
    if (!type || !collection) {
      throw new Error(
        `${source?.fileName}: documentSchema needs its type and the collection's name in place`,
      );
    }
    found.push({ type, collection });
  };
  if (source) visit(source);
  return found;
}

function shapeOf(document: ts.Type, checker: ts.TypeChecker): Shape {
  const lines = new Map<string, Set<string>>();
  const add = (path: string, text: string): void => {
    lines.set(path, (lines.get(path) ?? new Set()).add(text));
  };

  const describe = (type: ts.Type, path: string): void => {
    if (type.isUnion()) return type.types.forEach((each) => describe(each, path));
    const { flags } = type;
    if (flags & ts.TypeFlags.Undefined) return;
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return add(path, 'anything');
    if (flags & ts.TypeFlags.BooleanLiteral) return add(path, 'boolean');
    if (type.isLiteral()) return add(path, JSON.stringify(type.value));
    if (!(flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)))
      return add(path, checker.typeToString(type));
    if (type.symbol?.name === 'Date') return add(path, 'date');
    const item = checker.isArrayLikeType(type)
      ? checker.getIndexTypeOfType(type, ts.IndexKind.Number)
      : undefined;
    if (item) {
      add(path, 'list');
      return describe(item, `${path}[]`);
    }
    if (path) add(path, 'object');
    members(type, path);
  };
  const members = (type: ts.Type, path: string): void => {
    const below = (name: string) => (path ? `${path}.${name}` : name);
    const any = checker.getIndexTypeOfType(type, ts.IndexKind.String);
    if (any) describe(any, below('*'));
    for (const property of checker.getPropertiesOfType(type)) {
      const optional = property.flags & ts.SymbolFlags.Optional ? '?' : '';
      describe(checker.getTypeOfSymbol(property), below(property.name) + optional);
    }
  };

  members(document, '');
  // Mongoose keeps one where the type has none; what the driver inserts goes without.
  if (!lines.has('version')) add('version?', 'number');
  return Object.fromEntries(
    [...lines]
      .map(([path, texts]) => [path, [...texts].sort().join(' | ')] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

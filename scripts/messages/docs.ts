import { relative } from 'node:path';
import * as contracts from '@berth/contracts';
import ts from 'typescript';
import { z } from 'zod';
import { messages, type Message } from './catalogue.ts';
import { docstring, ROOT, type Program } from './program.ts';
import { elementOf, unwrapped, valueOf } from './zod-tree.ts';

/** A property of an object schema as it stands in the source. */
interface Field {
  text: string;
  initializer: ts.Expression | undefined;
}

const exported: Readonly<Record<string, unknown>> = { ...contracts };
/** Methods of zod that keep the fields of the object they are called on. */
const KEEPING = ['pick', 'omit', 'partial', 'required', 'strict'];

/**
 * The docstrings of libs/contracts beside the schemas they describe. They are written once, where people read them, and
 * reach the generated documents from there.
 */
export class Docs {
  /** Of a schema that has a name. */
  readonly schemas = new Map<z.ZodType, string>();
  /** Of the properties of an object schema. */
  readonly fields = new Map<z.ZodType, ReadonlyMap<string, string>>();
  private readonly declarations = new Map<string, ts.VariableDeclaration>();
  private readonly paired = new Set<ts.Node>();
  private readonly program: Program;

  constructor(program: Program) {
    this.program = program;
    for (const { name, valueDeclaration } of program.exportsOf('libs/contracts/src/index.ts')) {
      if (!valueDeclaration || !ts.isVariableDeclaration(valueDeclaration)) continue;
      this.declarations.set(name, valueDeclaration);
      this.declared(valueDeclaration, exported[name]);
    }
  }

  /** What a message is: its own docstring after that of the function that makes such messages; else its schema's. */
  message({ exportedAs, contract }: Message): string {
    const declaration = this.declarations.get(exportedAs);
    if (!declaration) return '';
    const maker = this.makerOf(declaration);
    const said = [maker && docstring(maker), docstring(declaration)].filter(Boolean).join(' ');
    return said || (this.schemas.get(contract.schema) ?? '');
  }

  /** Where a message is declared: a path from the root of the repository, and the line. */
  place({ exportedAs }: Message): { path: string; line: number } {
    const declaration = this.declarations.get(exportedAs);
    if (!declaration) throw new Error(`${exportedAs} is not declared in libs/contracts`);
    const file = declaration.getSourceFile();
    const { line } = file.getLineAndCharacterOfPosition(declaration.getStart());
    return { path: relative(ROOT, file.fileName), line: line + 1 };
  }

  private makerOf({ initializer }: ts.VariableDeclaration): ts.Node | undefined {
    if (!initializer || !ts.isCallExpression(initializer)) return undefined;
    const symbol = this.program.symbolOf(initializer.expression);
    const declaration = symbol?.valueDeclaration;
    return declaration && ts.isVariableDeclaration(declaration) ? declaration : undefined;
  }

  private declared(declaration: ts.VariableDeclaration, value: unknown): void {
    if (!declaration.initializer) return;
    const text = docstring(declaration);
    if (value instanceof z.ZodType && text) this.schemas.set(value, text);
    this.pair(declaration.initializer, value);
  }

  /** Goes through an expression and what it evaluated to, side by side. */
  private pair(expression: ts.Expression, value: unknown): void {
    if (ts.isIdentifier(expression)) return this.pairNamed(expression, value);
    if (!ts.isCallExpression(expression)) return;
    const message = messages.find(({ contract }) => contract === value)?.contract;
    if (message) return this.pairMessage(expression, message);
    if (!(value instanceof z.ZodType)) return;
    const schema = unwrapped(value);
    if (schema instanceof z.ZodObject && !this.fields.has(schema))
      this.describe(schema, this.fieldsOf(expression));
    const [argument] = expression.arguments;
    if (schema instanceof z.ZodArray && argument) this.pair(argument, elementOf(schema));
    const last = expression.arguments.at(-1);
    if (schema instanceof z.ZodRecord && last) this.pair(last, valueOf(schema));
    // z.string().optional(): what is optional stands in front.
    if (value !== schema && ts.isPropertyAccessExpression(expression.expression)) {
      this.pair(expression.expression.expression, schema);
    }
  }

  private pairNamed(name: ts.Identifier, value: unknown): void {
    const declaration = this.variable(name);
    if (!declaration || this.paired.has(declaration)) return;
    this.paired.add(declaration);
    this.declared(declaration, value);
  }

  /** `event(type, schema)`, `command(service, type, schema)`, `request(service, type, schema, reply)`, or a function that makes one. */
  private pairMessage(call: ts.CallExpression, contract: contracts.MessageContract): void {
    const made = this.bodyOf(call.expression);
    if (made) return this.pair(made, contract);
    const schemas = call.arguments.slice(contract.kind === 'event' ? 1 : 2);
    if (schemas[0]) this.pair(schemas[0], contract.schema);
    if (schemas[1] && contract.kind === 'request') this.pair(schemas[1], contract.reply);
  }

  private describe(schema: z.ZodObject, fields: ReadonlyMap<string, Field>): void {
    const told = [...fields].filter(([name, { text }]) => text && name in schema.shape);
    this.fields.set(schema, new Map(told.map(([name, { text }]) => [name, text])));
    for (const [name, { initializer }] of fields) {
      if (initializer && name in schema.shape) this.pair(initializer, schema.shape[name]);
    }
  }

  /** The properties of the object schema that an expression makes, as far as their sources are in libs/contracts. */
  private fieldsOf(expression: ts.Expression): ReadonlyMap<string, Field> {
    if (ts.isObjectLiteralExpression(expression)) return this.properties(expression);
    if (ts.isIdentifier(expression)) return this.fieldsOfVariable(expression);
    if (ts.isPropertyAccessExpression(expression)) return this.fieldsOf(expression.expression);
    if (!ts.isCallExpression(expression)) return new Map();
    const body = this.bodyOf(expression.expression);
    if (body) return this.fieldsOf(body);
    const callee = expression.expression;
    const [argument] = expression.arguments;
    if (!ts.isPropertyAccessExpression(callee)) return new Map();
    const own = argument ? this.fieldsOf(argument) : new Map<string, Field>();
    if (/[oO]bject$/.test(callee.name.text)) return own;
    if (callee.name.text === 'extend') return new Map([...this.fieldsOf(callee.expression), ...own]);
    return KEEPING.includes(callee.name.text) || own.size === 0
      ? this.fieldsOf(callee.expression)
      : new Map();
  }

  private fieldsOfVariable(name: ts.Identifier): ReadonlyMap<string, Field> {
    const initializer = this.variable(name)?.initializer;
    return initializer ? this.fieldsOf(initializer) : new Map();
  }

  private properties(literal: ts.ObjectLiteralExpression): ReadonlyMap<string, Field> {
    const fields = new Map<string, Field>();
    for (const property of literal.properties) {
      if (ts.isSpreadAssignment(property)) {
        for (const [name, field] of this.fieldsOf(property.expression)) fields.set(name, field);
      } else if (property.name) {
        const initializer = ts.isPropertyAssignment(property) ? property.initializer : undefined;
        fields.set(property.name.getText(), { text: docstring(property), initializer });
      }
    }
    return fields;
  }

  private variable(name: ts.Identifier): ts.VariableDeclaration | undefined {
    const declaration = this.program.symbolOf(name)?.valueDeclaration;
    return declaration && ts.isVariableDeclaration(declaration) ? declaration : undefined;
  }

  /** What a function of libs/contracts returns, when it is one expression: `page`, `entered`. */
  private bodyOf(callee: ts.Expression): ts.Expression | undefined {
    const made = ts.isIdentifier(callee) ? this.variable(callee)?.initializer : undefined;
    return made && ts.isArrowFunction(made) && !ts.isBlock(made.body) ? made.body : undefined;
  }
}

/** The place of a task in its owner's list. */
export interface Position {
  readonly createdAt: Date;
  /** UUID. */
  readonly id: string;
}

const TIME_BYTES = 6;
const BYTES = TIME_BYTES + 16;

/** An opaque, URL-safe name of a position. Holds no secret and no right: the owner stands in every statement. */
export function encodeCursor({ createdAt, id }: Position): string {
  const bytes = Buffer.alloc(BYTES);
  bytes.writeUIntBE(createdAt.getTime(), 0, TIME_BYTES);
  bytes.write(id.replaceAll('-', ''), TIME_BYTES, 'hex');
  return bytes.toString('base64url');
}

/** The position, or nothing where `encodeCursor` makes no such cursor. */
export function decodeCursor(cursor: string): Position | undefined {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length !== BYTES || bytes.toString('base64url') !== cursor) return undefined;
  const id = bytes.toString('hex', TIME_BYTES).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { createdAt: new Date(bytes.readUIntBE(0, TIME_BYTES)), id };
}

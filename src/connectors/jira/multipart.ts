import { createHash } from 'node:crypto';

/** The one file of a form, as it goes over the wire. */
export interface FormFile {
  readonly name: string;
  readonly mime: string;
  /** In bytes. */
  readonly size: number;
  /** In lower-case hex. */
  readonly sha256: string;
  open(): AsyncIterable<Uint8Array>;
}

/** The source did not give what was announced, so the form was never finished: the other side has no whole request. */
class SourceFailed extends Error {
  override readonly name = 'SourceFailed';
}

/** Names of types are tokens (RFC 9110 §8.3.1); anything else is bytes. */
const MIME = /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}$/;

/**
 * A multipart/form-data body with one part, read from its source while it is sent (RFC 7578; names are escaped as
 * browsers do, html.spec.whatwg.org "multipart-form-data"). The last boundary follows only on the announced content.
 */
export function formBody(field: string, file: FormFile, boundary: string) {
  const quoted = file.name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const mime = MIME.test(file.mime) ? file.mime : 'application/octet-stream';
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${quoted}"\r\nContent-Type: ${mime}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  let failure: SourceFailed | null = null;

  async function* body(): AsyncGenerator<Uint8Array> {
    yield head;
    try {
      yield* announced(file);
    } catch (error) {
      failure =
        error instanceof SourceFailed ? error : new SourceFailed('its source broke off', { cause: error });
      throw failure;
    }
    yield tail;
  }
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    size: head.byteLength + file.size + tail.byteLength,
    body: body(),
    /** Why the source failed; null when it did not. */
    failure: (): SourceFailed | null => failure,
  };
}

async function* announced(file: FormFile): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of file.open()) {
    size += piece.byteLength;
    if (size > file.size) throw new SourceFailed('it is larger than was announced');
    hash.update(piece);
    // The last piece waits for the check: a body that is whole would be taken whatever stands in it.
    if (size < file.size) yield piece;
    else {
      if (hash.digest('hex') !== file.sha256) throw new SourceFailed('its content is not what was announced');
      yield piece;
      return;
    }
  }
  if (size !== file.size) throw new SourceFailed('it is smaller than was announced');
  if (hash.digest('hex') !== file.sha256) throw new SourceFailed('its content is not what was announced');
}

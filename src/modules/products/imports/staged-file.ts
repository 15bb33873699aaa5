/** A file that was uploaded in pieces and waits to become an import. */
export class StagedFile {
  /** Whether it has become an import; if not, its pieces are thrown away with the request. */
  isTaken = false;

  constructor(
    /** The id of the import that it may become. */
    readonly id: string,
    readonly filename: string,
    readonly bytes: number,
    private readonly sha256: string,
    /** Its first bytes, enough to tell what kind of file it is. */
    readonly head: Buffer,
  ) {}

  /** Stands for the file where the request is fingerprinted: its name and the hash of its bytes. */
  toJSON(): object {
    return { filename: this.filename, sha256: this.sha256 };
  }
}

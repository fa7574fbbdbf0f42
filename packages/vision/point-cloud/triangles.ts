/** Collects faces as triangles. Any vertex number outside 0..`vertexCount` - 1 makes the whole list invalid. */
export class TriangleList {
  readonly #vertexCount: number;
  #indices = new Uint32Array(3072);
  #length = 0;
  #isValid = true;

  constructor(vertexCount: number) {
    this.#vertexCount = vertexCount;
  }

  /** Whether all vertices so far exist. */
  get isValid(): boolean {
    return this.#isValid;
  }

  add(a: number, b: number, c: number): void {
    const count = this.#vertexCount;
    if (!(a >= 0 && a < count && b >= 0 && b < count && c >= 0 && c < count)) {
      this.#isValid = false;
      return;
    }
    if (this.#length === this.#indices.length) this.#grow();
    this.#indices[this.#length] = a;
    this.#indices[this.#length + 1] = b;
    this.#indices[this.#length + 2] = c;
    this.#length += 3;
  }

  /** Three vertex numbers per triangle; `undefined` without any. */
  finish(): Uint32Array | undefined {
    return this.#length === 0 ? undefined : this.#indices.subarray(0, this.#length);
  }

  #grow(): void {
    const larger = new Uint32Array(this.#indices.length * 2);
    larger.set(this.#indices);
    this.#indices = larger;
  }
}

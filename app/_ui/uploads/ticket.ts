import type { ApiResponse } from "../call-api";
import { type RetryOptions, retry } from "./retry";
import type { UploadContext } from "./upload-context";
import { uploadErrorOf } from "./upload-error";
import type { UploadRequest } from "./upload-request";
import { parseUploadResponse, type UploadResponse } from "./upload-response";

/** One ticket. The server's first response brings `id`; aborting needs it. */
type Attempt = { key: string; id?: string | undefined; isMultipart: boolean };

/**
 * The server's permission for one upload: requested first, read again after a failure, aborted
 * after a cancellation. A record in localStorage keeps a multipart ticket over a reload.
 */
export class Ticket {
  readonly #request: UploadRequest;
  readonly #context: UploadContext;
  #sha256: string | undefined;
  #attempt: Attempt;
  /**
   * The attempt before, until the server issues a new ticket. The server also answers "not found"
   * for another member's upload, and another member may have signed in in another tab.
   * Only a new ticket for the same owner shows that the old one has ended.
   */
  #previousAttempt: Attempt | undefined;

  constructor(request: UploadRequest, context: UploadContext) {
    this.#request = request;
    this.#context = context;
    const { resumedUploadId } = request;
    this.#attempt = {
      key: context.newKey(),
      isMultipart: resumedUploadId !== undefined,
      ...(resumedUploadId === undefined ? {} : { id: resumedUploadId }),
    };
  }

  get isMultipart(): boolean {
    return this.#attempt.isMultipart;
  }

  /** Returns true for a single-part file. A multipart upload hashes each part separately. */
  needsHash(): boolean {
    const { file, partSize } = this.#request;
    return !this.isMultipart && this.#sha256 === undefined && file.size <= partSize;
  }

  async computeHash(): Promise<void> {
    this.#sha256 = await this.#context.sha256(this.#request.file);
  }

  /** Requests the ticket or, for a multipart upload that has one, reads its current state. */
  fetchState(options: RetryOptions): Promise<UploadResponse> {
    return this.isMultipart ? this.#fetchUpload(options) : this.#requestTicket(options);
  }

  async #fetchUpload(options: RetryOptions): Promise<UploadResponse> {
    const { signal } = options;
    const get = () => this.#context.transport.call("GET", `/api/uploads/${this.#attempt.id}`, { signal });
    const response = await retry(this.#context, get, options);
    if (response.status === 404) return { state: "ended" };
    return this.#parseResponse(response, signal);
  }

  async #requestTicket(options: RetryOptions): Promise<UploadResponse> {
    const { field, name, type, file, owner } = this.#request;
    const body = {
      field,
      name,
      type,
      size: file.size,
      ...(this.#sha256 ? { sha256: this.#sha256 } : {}),
      owner,
    };
    const headers = { "idempotency-key": this.#attempt.key };
    // Without the signal: a cancelled upload needs the id from the response to abort its ticket.
    const post = () => this.#context.transport.call("POST", "/api/uploads", { body, headers });
    const response = await retry(this.#context, post, options);
    if (response.status < 300) this.#forgetPrevious();
    else if (response.status === 409) this.#restorePrevious();
    return this.#parseResponse(response, options.signal);
  }

  #parseResponse(response: ApiResponse, signal: AbortSignal): UploadResponse {
    const upload = parseUploadResponse(response.body);
    if (upload && "id" in upload) this.#attempt.id = upload.id;
    if (upload?.state === "issued" && upload.parts) this.#saveRecord(upload.id);
    signal.throwIfAborted();
    if (!upload) throw uploadErrorOf(response);
    return upload;
  }

  /** Replaces an ended ticket: the next request uses a new Idempotency-Key. */
  renew(): void {
    this.#previousAttempt ??= this.#attempt;
    this.#attempt = { key: this.#context.newKey(), isMultipart: false };
  }

  #forgetPrevious(): void {
    this.#removeRecord(this.#previousAttempt);
    this.#previousAttempt = undefined;
  }

  /** Restores the ticket of an owner who is signed out. It may still exist when they return. */
  #restorePrevious(): void {
    this.#attempt = this.#previousAttempt ?? this.#attempt;
    this.#previousAttempt = undefined;
  }

  /** Removes the record of a finished upload. */
  finish(): void {
    this.#removeRecord(this.#attempt);
  }

  /** Lets another upload of the same file resume this ticket. */
  release(): void {
    this.#release(this.#attempt);
  }

  #release({ id, isMultipart }: Attempt): void {
    if (isMultipart && id) this.#context.uploadStore.release(id);
  }

  #removeRecord(attempt: Attempt | undefined): void {
    if (attempt?.isMultipart && attempt.id) this.#context.uploadStore.remove(attempt.id);
  }

  /**
   * Aborts the upload; the server deletes the received bytes.
   * If the request fails, the ticket expires later. Until then its owner can resume or discard it.
   */
  async abort(): Promise<void> {
    const attempt = this.#attempt;
    this.#attempt = { ...attempt, id: undefined };
    if (!attempt.id) return;
    const { status } = await this.#context.transport.call("DELETE", `/api/uploads/${attempt.id}`);
    if (status === 204) this.#removeRecord(attempt);
    else this.#release(attempt);
  }

  #saveRecord(id: string): void {
    this.#attempt.isMultipart = true;
    const { owner, field, name, file } = this.#request;
    if (!(file instanceof File)) return;
    const { size, lastModified } = file;
    this.#context.uploadStore.save({ id, owner, field, name, size, lastModified });
  }
}

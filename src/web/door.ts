/** One inbound HTTP call as a door sees it. */
export interface DoorRequest {
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The exact bytes that came in; signatures are made over these. */
  readonly body: Uint8Array;
}

/** What a door answers. A string leaves as plain text, anything else as JSON, null as an empty body. */
export interface DoorReply {
  readonly status: number;
  readonly body: string | Readonly<Record<string, unknown>> | null;
}

/** Throws StoreUnavailable when nothing can be made durable now; the server turns that into 503. */
export type Door = (request: DoorRequest) => Promise<DoorReply>;

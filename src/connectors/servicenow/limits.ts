/**
 * The instance cancels a REST transaction after 60 s, and may have committed by then: we wait longer
 * than that, and as long again before an absence counts.
 */
export const WRITE_TIMEOUT_MS = 70_000;
export const SETTLE_MS = 70_000;

/** Longest words of people in one journal entry, in characters: it takes more, and room is kept for who said it and where. */
export const LONGEST_ENTRY = 25_000;

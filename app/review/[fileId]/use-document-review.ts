"use client";

import { useRouter } from "next/navigation";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { announce } from "@/app/_ui/announce";
import type { FieldError } from "@/lib/errors";
import { DECISIONS } from "@/lib/review/decisions";
import type { Outcome } from "@/lib/review/outcomes";
import type { Review } from "@/lib/review/review";
import { type ApiResult, callReviewApi, sendDecision } from "../review-api";
import { useReviewWorkspace } from "../review-workspace";
import { serverTime } from "../server-time";
import { getServerTime, useSecondsLeft } from "../use-seconds-left";
import { type ReviewAction, type UserError, userErrorOf } from "../user-error";
import { claimStatusOf } from "./claim-status";
import {
  addFactLabels,
  buildDecisionRequest,
  findMissingEntries,
  type ReviewField,
} from "./decision-request";
import { type Draft, DraftStore, EMPTY_DRAFT } from "./draft";
import { readEarlyFacts } from "./early-facts";

/**
 * The state of one document on the review page: the server's review, the draft, and the actions.
 */
export function useDocumentReview(serverReview: Review, field: ReviewField, now: string) {
  const { viewerId, announceDecision } = useReviewWorkspace();
  const router = useRouter();
  const [review, setReview] = useServerState(serverReview);
  const { draft, setDraft, isDraftRestored } = useDraft(viewerId, serverReview.file.id, field);
  const [pending, setPending] = useState<ReviewAction | null>(null);
  const [error, setError] = useState<(UserError & { action: ReviewAction }) | null>(null);
  const [errors, setErrors] = useState<FieldError[]>([]);
  useEffect(() => serverTime.observe(Date.parse(now), Date.now()), [now]);

  const claimEnd = review.claim ? Date.parse(review.claim.until) : null;
  const secondsLeft = useSecondsLeft(claimEnd, getServerTime);
  const isMine = review.claim?.by.id === viewerId;
  const [hadClaim, setHadClaim] = useState(isMine);
  if (isMine && !hadClaim) setHadClaim(true);
  const claimStatus = claimStatusOf(review, { viewerId, isOver: secondsLeft === 0, hadClaim });

  const path = `/api/reviews/${review.file.id}`;

  /** Runs one action at a time and shows its result. Returns false if it failed. */
  async function run(
    action: ReviewAction,
    request: () => Promise<ApiResult<Review | null>>,
  ): Promise<Review | null | false> {
    if (pending) return false;
    setPending(action);
    const { body, problem } = await request();
    setPending(null);
    if (problem?.errors) {
      setErrors(addFactLabels(field, problem.errors));
      return false;
    }
    if (problem) {
      const userError = userErrorOf(action, problem);
      setError({ ...userError, action });
      // The document may have changed on the server.
      if (userError.nextStep !== "sign-in" && userError.nextStep !== "retry") router.refresh();
      return false;
    }
    setError(null);
    setErrors([]);
    if (body) setReview(body);
    router.refresh();
    return body ?? null;
  }

  async function claim(action: "claim" | "extend"): Promise<boolean> {
    const result = await run(action, () => callReviewApi<Review>("PUT", `${path}/claim`));
    if (result) announce(action === "claim" ? "You have claimed this document." : "Your claim is extended.");
    return result !== false;
  }

  async function release(): Promise<boolean> {
    const result = await run("release", () => callReviewApi<Review>("DELETE", `${path}/claim`));
    if (result === false) return false;
    setHadClaim(false);
    setReview({ ...review, claim: null });
    announce("Released. Another reviewer can claim it now. Your text is saved in this tab.");
    return true;
  }

  async function decide(outcome: Outcome): Promise<boolean> {
    const missing = findMissingEntries(field, draft, outcome);
    setErrors(missing);
    if (missing.length > 0) return false;
    const sentAt = Date.now();
    const body = buildDecisionRequest(field, draft, outcome, review.file.sha256);
    const decision = { fileId: review.file.id, viewerId, outcome };
    const result = await run("decide", () => sendDecision(decision, body));
    if (result === false) return false;
    const message = `${DECISIONS[outcome].done}: ${review.member.name}, ${field.label}`;
    announceDecision({ fileId: review.file.id, message, draft, sentAt });
    setDraft({ ...EMPTY_DRAFT, facts: {} });
    return true;
  }

  return {
    review,
    claimStatus,
    secondsLeft,
    draft,
    setDraft,
    isDraftRestored,
    pending,
    error,
    errors,
    claim,
    release,
    decide,
  };
}

export type DocumentReviewState = ReturnType<typeof useDocumentReview>;

/** State that starts with the server's value, and again after each new rendering on the server. */
function useServerState<Value>(serverValue: Value): [Value, (value: Value) => void] {
  const [state, setState] = useState({ serverValue, value: serverValue });
  if (state.serverValue !== serverValue) setState({ serverValue, value: serverValue });
  const set = useCallback((value: Value) => setState((before) => ({ ...before, value })), []);
  return [state.serverValue === serverValue ? state.value : serverValue, set];
}

/**
 * The draft, stored in the tab with every change. `isDraftRestored` is true if it was stored
 * before.
 */
function useDraft(viewerId: string, fileId: string, field: ReviewField) {
  const [draft, showDraft] = useState<Draft>(EMPTY_DRAFT);
  const [isDraftRestored, setRestored] = useState(false);
  const latestField = useRef(field);
  const drafts = useMemo(
    () => (typeof sessionStorage === "undefined" ? null : new DraftStore(sessionStorage, viewerId)),
    [viewerId],
  );
  useEffect(() => {
    const stored = drafts?.read(fileId) ?? null;
    const early = readEarlyFacts(latestField.current);
    if (stored) setRestored(true);
    if (!stored && Object.keys(early).length === 0) return;
    const before = stored ?? EMPTY_DRAFT;
    showDraft({ ...before, facts: { ...before.facts, ...early } });
  }, [drafts, fileId]);
  const setDraft = useCallback(
    (next: Draft) => {
      showDraft(next);
      drafts?.write(fileId, next);
    },
    [drafts, fileId],
  );
  return { draft, setDraft, isDraftRestored };
}
